"""The tool calls by run, as filters ask for them."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import structs

from domain.audit.chain import seal
from domain.ports import Append, EventStore
from domain.run.events import HistoryEntry, RunCancelled, RunEvent, RunFailed, RunRecovered
from domain.run.lifecycle import Stage
from domain.run.summary import summary_of
from domain.views.calls import call_views
from infrastructure.projections.projections import Projections
from infrastructure.projections.run_calls import RunCallsProjection
from tests.domain.run.random_histories import LONGEST, random_history
from tests.domain.run.samples import call_skipped
from tests.infrastructure.projections.logs import FAULT, Log, asked, called, end, rows_of, start

RECOVERED = RunRecovered(lost_worker="w1", from_stage=Stage.EXECUTE)
ENDS: list[RunEvent] = [RunCancelled(why="enough"), RunFailed(error=FAULT), RECOVERED]


Calls = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def calls(engine: sa.Engine, log: Log, projections: Projections) -> Calls:
    """Give the calls that chunks of events make: call, attempt, status, error and duration."""

    def fold(*chunks: list[RunEvent]) -> list[tuple[Any, ...]]:
        log.add(asked())
        for events in chunks:
            log.add(*events)
            projections.catch_up(RunCallsProjection.name)
        rows = rows_of(engine, RunCallsProjection.view)
        return [(call, attempt, *rest[2:5]) for _, _, call, attempt, *rest in rows]

    return fold


def test_a_call_is_kept_with_how_it_ended(calls: Calls) -> None:
    assert calls([*called("a", ms=7), *called("b", is_success=False)]) == [
        ("a", 1, "succeeded", None, 7.0),
        ("b", 1, "failed", "TOOL_TIMEOUT", 4.0),
    ]


def test_a_call_may_end_long_after_it_began(calls: Calls) -> None:
    assert calls([start("a")], [end("a", ms=9)]) == [("a", 1, "succeeded", None, 9.0)]


def test_a_call_that_has_not_ended_is_running(calls: Calls) -> None:
    assert calls([start("a")]) == [("a", 1, "running", None, None)]


@pytest.mark.parametrize("ended", ENDS, ids=lambda event: event.stored_as)
def test_whoever_ends_a_run_interrupts_its_calls(calls: Calls, ended: RunEvent) -> None:
    first = [start("a"), start("b"), *called("c")]
    assert calls(first, [end("b"), start("d"), ended]) == [
        ("a", 1, "interrupted", None, None),
        ("b", 1, "succeeded", None, 4.0),
        ("c", 1, "succeeded", None, 4.0),
        ("d", 1, "interrupted", None, None),
    ]


def test_a_skipped_call_has_no_attempt(calls: Calls) -> None:
    again = call_skipped("a")
    assert calls([again], [again]) == [("a", 0, "skipped", None, None)]


def test_a_call_has_the_time_of_its_run(engine: sa.Engine, calls: Calls) -> None:
    calls([start("a")])
    (row,) = rows_of(engine, RunCallsProjection.view)
    assert row[-1] == "2026-03-01T12:00:00.000000Z"


@pytest.mark.parametrize("seed", range(6))
def test_calls_are_as_the_views_of_their_run_show_them(
    engine: sa.Engine, log: Log, projections: Projections, seed: int
) -> None:
    """Also where clocks leap and go back, and whatever portions the events come in."""
    history, chance = sealed(random_history(seed, LONGEST)), Random(seed)
    start = 0
    while start < len(history):
        stop = start + chance.randint(1, 12)
        append(log.store, history, start, stop)
        projections.catch_up(RunCallsProjection.name)
        start = stop
    rows = rows_of(engine, RunCallsProjection.view)
    names = ("tool", "operation", "status", "error_code", "duration_ms")
    places = [RunCallsProjection.view.values.index(name) + 4 for name in names]
    found = {(row[2], row[3]): tuple(row[place] for place in places) for row in rows}
    shown = {
        (call.call_id, 0 if call.status == "skipped" else call.attempt): (
            *(call.tool, call.operation, call.status, call.error_code, call.duration_ms),
        )
        for call in call_views(history)
    }
    assert found == shown


def sealed(history: list[HistoryEntry]) -> list[HistoryEntry]:
    return [structs.replace(entry, envelope=seal(entry.envelope)) for entry in history]


def append(store: EventStore, history: list[HistoryEntry], start: int, stop: int) -> None:
    store.append(
        Append(
            tenant_id="acme",
            stream_id="run-1",
            expected=store.head("acme", "run-1"),
            events=tuple(entry.envelope for entry in history[start:stop]),
            summary=summary_of(history[:stop]),
        )
    )
