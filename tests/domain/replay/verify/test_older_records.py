"""Verifying what other Pythons and older builds recorded."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.aggregate.aggregate import StreamEntry
from domain.figures import TOLERANCE
from domain.replay.record.recording import anchor_of
from domain.replay.verify.verifier import Verifier
from domain.replay.verify.verify import verify
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallStarted, ToolsRanked
from domain.run.events import PlanProduced, ResponseComposed, RunRequested
from domain.stages.call_facts import call_window
from domain.views.verdict import Verdict
from tests.domain.replay.verify.verifying import History, answered, ran, verdict
from tests.domain.stages.running import METRIC, Running, ci, finish, metric, plan_output

Change = Callable[[dict[str, Any]], None]


def with_stored(history: History, kind: type, change: Change) -> History:
    """Return the history in which the events of a kind are stored otherwise."""
    return [
        _stored(entry, change) if isinstance(entry.event, kind) else entry for entry in history
    ]


def _stored(entry: StreamEntry[Any], change: Change) -> StreamEntry[Any]:
    plain = json.loads(entry.envelope.data)
    change(plain)
    envelope = replace(entry.envelope, data=json.dumps(plain))
    event = RUN.decode(envelope.type, schema_version=envelope.schema_version, data=envelope.data)
    return StreamEntry(entry.position, envelope, event)


def scored(factor: float) -> Change:
    def change(plain: dict[str, Any]) -> None:
        plain["candidates"][0]["score"] *= factor

    return change


def unanchored(plain: dict[str, Any]) -> None:
    del plain["anchored_at"]


def verified(running: Running, history: History, verifier: Verifier) -> Verdict:
    return finish(verify(history, running.registry, verifier))


def test_the_last_digits_of_another_python_are_the_same() -> None:
    running, history = answered()
    assert verdict(running, with_stored(history, ToolsRanked, scored(1 + 1e-15))).is_same


@pytest.mark.parametrize("factor", [1 + 2 * TOLERANCE, 0])
def test_a_figure_that_differs_by_more_diverges(factor: float) -> None:
    running, history = answered()
    found = verdict(running, with_stored(history, ToolsRanked, scored(factor)))
    assert found.divergence is not None
    assert found.divergence.pointers == ("/candidates/0/score",)


def test_a_wider_tolerance_takes_a_figure_that_differs_by_more() -> None:
    running, history = answered()
    changed = with_stored(history, ToolsRanked, scored(1 + 1e-4))
    assert not verified(running, changed, Verifier(tolerance=1e-5)).is_same
    assert verified(running, changed, Verifier(tolerance=1e-3)).is_same


def test_an_answer_is_the_same_whose_figures_differ_in_their_last_digits() -> None:
    def less_sure(plain: dict[str, Any]) -> None:
        plain["confidence"] *= 1 + 1e-15

    running, history = answered()
    older = with_stored(history, ResponseComposed, less_sure)
    found = verdict(running, with_stored(older, ToolsRanked, scored(2)))
    assert (found.is_same, found.has_same_answer) == (False, True)


def test_a_field_that_came_later_is_no_divergence() -> None:
    running, history = answered()
    assert verdict(running, with_stored(history, PlanProduced, unanchored)).is_same


def test_a_field_that_was_recorded_as_empty_is_compared() -> None:
    def emptied(plain: dict[str, Any]) -> None:
        plain["anchored_at"] = None

    running, history = answered()
    found = verdict(running, with_stored(history, PlanProduced, emptied)).divergence
    assert found is not None
    assert found.pointers == ("/anchored_at",)


def test_a_key_of_a_block_that_came_later_is_compared() -> None:
    def without_title(plain: dict[str, Any]) -> None:
        del plain["blocks"][0]["title"]

    running, history = answered()
    found = verdict(running, with_stored(history, ResponseComposed, without_title)).divergence
    assert found is not None
    assert found.pointers == ("/blocks/0/title",)


def anchored(time_range: str, by: timedelta) -> tuple[Running, History]:
    """A run of a first version, whose windows count from so long before the request."""
    metric_part = {"metric_name": "cpu", "time_range": time_range}
    running, history = ran(
        Running(ci(), metric(), planned=plan_output(**{**METRIC, "metric": metric_part}))
    )
    anchor = datetime.fromisoformat(history[0].envelope.recorded_at) - by

    def counted_from_there(plain: dict[str, Any]) -> None:
        window = call_window(plain["params"], now=anchor)
        plain["window"] = window and {"start": window.start, "end": window.end}

    older = with_stored(history, ToolCallStarted, counted_from_there)
    return running, with_stored(older, PlanProduced, unanchored)


@pytest.mark.parametrize("time_range", ["last_24h", "today", "yesterday", "2025-01-01..now"])
@pytest.mark.parametrize("days", [0, 3])
def test_the_anchor_that_was_not_recorded_is_found_by_the_windows(
    time_range: str, days: int
) -> None:
    running, older = anchored(time_range, timedelta(days=days))
    assert verdict(running, older).is_same


def test_without_a_fitting_instant_the_anchor_is_the_request() -> None:
    def shifted(plain: dict[str, Any]) -> None:
        if plain["window"] is not None:
            plain["window"]["start"] = "2020-01-01T00:00:00+00:00"

    running, older = anchored("last_24h", timedelta(days=3))
    broken = with_stored(older, ToolCallStarted, shifted)
    assert anchor_of(broken) == datetime.fromisoformat(older[0].envelope.recorded_at)
    assert not verdict(running, broken).is_same


def test_a_verdict_names_the_build_of_the_record_and_that_which_verifies() -> None:
    def named(plain: dict[str, Any]) -> None:
        plain["engine_version"] = "0.1.0"

    running, history = answered()
    older = with_stored(history, RunRequested, named)
    found = verified(running, older, Verifier(build="0.2.0+b"))
    assert (found.engine_version, found.verified_by) == ("0.1.0", "0.2.0+b")
