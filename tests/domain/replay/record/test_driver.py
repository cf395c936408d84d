"""What the engine does over a record, as it would be stored."""

import pytest

from domain.errors import IllegalTransition, InvalidReport
from domain.replay.record.driver import Driven, MemoryRecorder
from domain.run.aggregate import RUN
from domain.run.events import RunCompleted, RunEvent
from domain.run.fold import RunFold, fold
from domain.run.lifecycle import Stage
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import REQUESTED, call_started, call_succeeded, started

EVENTS: list[RunEvent] = [started(Stage.ROUTE_PLAN), call_started("a"), call_started("b")]
LATER = call_succeeded("a")


def driven(events: list[RunEvent]) -> Driven:
    return Driven(tuple(map(RUN.encode, events)))


def test_what_is_recorded_to_the_letter_is_exactly_the_same() -> None:
    assert driven(EVENTS).is_exactly(entries(EVENTS))
    assert driven(EVENTS).events == tuple(EVENTS)


@pytest.mark.parametrize(
    "recorded",
    [
        EVENTS[:-1],
        [*EVENTS, LATER],
        [EVENTS[0], *EVENTS[:0:-1]],
        [*EVENTS[:-1], call_started("c")],
        [*EVENTS[:-1], call_started("b", 2)],
    ],
    ids=["less", "more", "another order", "another call", "another attempt"],
)
def test_anything_else_on_the_record_is_not(recorded: list[RunEvent]) -> None:
    assert not driven(EVENTS).is_exactly(entries(recorded))


@pytest.mark.parametrize(
    ("event", "error"),
    [(RunCompleted(status="success"), IllegalTransition), (LATER, InvalidReport)],
)
def test_the_rules_of_runs_hold_in_memory(event: RunEvent, error: type[Exception]) -> None:
    recorder = MemoryRecorder(RunFold(fold("run-1", [REQUESTED])))
    with pytest.raises(error):
        recorder.report(event)
    assert recorder.stored == []
