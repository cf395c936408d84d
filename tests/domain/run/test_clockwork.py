"""How the time of a run is divided into work and waiting."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from domain.run.clockwork import RunTime, Setback, Wait, WaitCause, run_time
from domain.run.events import HistoryEntry, RunEvent
from domain.run.lifecycle import Stage
from domain.run.summary import summary_of
from domain.times import recorded_text
from tests.domain.run.envelopes import entries
from tests.domain.run.random_events import EVENTS
from tests.domain.run.random_histories import HISTORIES
from tests.domain.run.samples import (
    ANNOTATED,
    CANCELLED,
    FAILED,
    RECOVERED,
    REQUESTED,
    RESUMED,
    UNPINNED,
    call_started,
    call_succeeded,
    call_throttled,
    started,
)
from tests.fakes import NOON

BEGUN: Final[list[tuple[RunEvent, float]]] = [
    (REQUESTED, 0),
    (started(Stage.EXECUTE), 5),
    (call_started(), 6),
]
FAILED_AT_20: Final[list[tuple[RunEvent, float]]] = [*BEGUN, (FAILED, 20)]
AGAIN: Final = started(Stage.EXECUTE, 2)
ENDS: Final = {"run-completed", "run-rejected", "run-failed", "run-cancelled"}
NOTES: Final = {
    "call-approved",
    "call-denied",
    "run-annotated",
    "run-flagged",
    "golden-pinned",
    "golden-unpinned",
    "golden-broke",
    "result-erased",
}


def at(happened: Sequence[tuple[RunEvent, float]]) -> list[HistoryEntry]:
    """Return events that were recorded so many milliseconds after noon."""
    history = entries([event for event, _ in happened])
    return [
        structs.replace(
            entry,
            envelope=structs.replace(
                entry.envelope, recorded_at=recorded_text(NOON + timedelta(milliseconds=ms))
            ),
        )
        for entry, (_, ms) in zip(history, happened, strict=True)
    ]


def time_of(*happened: tuple[RunEvent, float]) -> RunTime:
    return run_time(at(happened))


def test_until_its_first_worker_begins_a_run_waits() -> None:
    time = time_of(*FAILED_AT_20)
    assert (time.duration_ms, time.waited_ms) == (15, 5)
    assert time.waits == (Wait(WaitCause.WORKER, 0, 5, (1, 2)),)


def test_from_its_end_to_its_resumption_and_the_worker_after_it_a_run_waits() -> None:
    time = time_of(*FAILED_AT_20, (RESUMED, 8020), (AGAIN, 8021), (FAILED, 8022))
    assert (time.duration_ms, time.waited_ms) == (16, 8006)
    assert time.waits[1:] == (
        Wait(WaitCause.RESUMPTION, 20, 8000, (4, 5)),
        Wait(WaitCause.WORKER, 8020, 1, (5, 6)),
    )


def test_from_its_last_event_to_its_recovery_a_run_has_lost_its_worker() -> None:
    time = time_of(*BEGUN, (RECOVERED, 60_006), (AGAIN, 60_007))
    assert (time.duration_ms, time.waited_ms) == (1, 60_006)
    assert time.waits[1] == Wait(WaitCause.RECOVERY, 6, 60_000, (3, 4))


@pytest.mark.parametrize("later", [ANNOTATED, UNPINNED, CANCELLED])
def test_what_is_added_after_the_end_takes_no_time_of_the_run(later: RunEvent) -> None:
    whole, before = time_of(*FAILED_AT_20, (later, 90_000)), time_of(*FAILED_AT_20)
    assert (whole.duration_ms, whole.waited_ms) == (before.duration_ms, before.waited_ms)
    assert (whole.total_ms, whole.waits) == (before.total_ms, before.waits)


def test_remarks_between_an_end_and_a_resumption_are_within_the_wait() -> None:
    time = time_of(*FAILED_AT_20, (ANNOTATED, 1020), (CANCELLED, 2020), (RESUMED, 8020))
    assert time.waits[1] == Wait(WaitCause.RESUMPTION, 20, 8000, (4, 7))


@pytest.mark.parametrize("remarked_at", [-172_800_000, 172_800_000])
def test_a_remark_by_another_clock_makes_no_run_wait(remarked_at: float) -> None:
    time = time_of(*FAILED_AT_20, (ANNOTATED, remarked_at), (RESUMED, 1020))
    assert time.waits[1] == Wait(WaitCause.RESUMPTION, 20, 1000, (4, 6))
    assert len(time.setbacks) == 1


def test_a_clock_that_went_back_is_told_and_takes_no_time() -> None:
    time = time_of(*BEGUN, (call_succeeded(), -60_000), (FAILED, -59_990))
    assert time.setbacks == (Setback(4, 60_006),)
    assert (time.duration_ms, time.waited_ms) == (11, 5)


def test_what_a_lost_worker_was_at_took_until_its_last_event() -> None:
    time = time_of(*BEGUN, (RECOVERED, 60_006))
    assert (time.between_ms(2, 4), time.begin_ms(4), time.end_ms(4)) == (1, 60_006, 6)


def test_a_time_of_microseconds_is_not_rounded() -> None:
    time = time_of(*BEGUN, (call_succeeded(), 13.4))
    assert time.between_ms(3, 4) == 7.4


@given(HISTORIES | st.lists(EVENTS, min_size=1, max_size=10).map(entries))
def test_no_time_is_negative_and_every_time_is_part_of_the_whole(
    history: list[HistoryEntry],
) -> None:
    time = run_time(history)
    assert time.duration_ms + time.waited_ms == pytest.approx(time.total_ms)
    assert [0, *time.begins] == sorted([0, *time.begins])
    assert all(0 <= end <= begin for begin, end in zip(time.begins, time.ends, strict=True))
    assert sum(wait.duration_ms for wait in time.waits) == pytest.approx(time.waited_ms)
    assert all(wait.duration_ms > 0 for wait in time.waits)


@given(HISTORIES)
def test_time_is_divided_as_the_meanings_say(history: list[HistoryEntry]) -> None:
    worked, waited = divided(history)
    summary = summary_of(history)
    assert summary.waited_ms == round(waited)
    if summary.ended_at is not None:
        assert summary.duration_ms == round(worked)


@given(HISTORIES)
def test_clocks_change_no_order_and_no_other_fact(history: list[HistoryEntry]) -> None:
    """What a run was follows from the order of its events alone."""
    told, steady = (summary_of(each) for each in (history, entries([e.event for e in history])))
    names = ("state", "status", "call_count", "failed_call_count", "golden", "flag")
    assert [getattr(told, name) for name in names] == [getattr(steady, name) for name in names]


def divided(history: Sequence[HistoryEntry]) -> tuple[float, float]:
    """Return time worked and time waited, interval by interval, as slowly as it is said."""
    history = [entry for entry in history if entry.envelope.type not in NOTES]
    kinds = [entry.envelope.type for entry in history]
    instants = [datetime.fromisoformat(entry.envelope.recorded_at) for entry in history]
    worked, waited = timedelta(0), timedelta(0)
    for i in range(1, len(history)):
        distance = max(timedelta(0), instants[i] - instants[i - 1])
        before = kinds[:i]
        after = [kind for kind in kinds[i:] if kind != "run-cancelled"]
        if before[-1] in ENDS:
            waited += distance if after else timedelta(0)
        elif kinds[i] == "run-recovered" or before[-1] in {
            *("run-requested", "run-resumed", "run-recovered", "run-waiting")
        }:
            waited += distance
        else:
            worked += distance
    return worked / timedelta(milliseconds=1), waited / timedelta(milliseconds=1)


def test_what_a_call_was_held_back_for_is_waited_and_the_rest_of_the_distance_is_work() -> None:
    time = time_of(*BEGUN, (call_throttled(), 306), (call_succeeded(), 310))
    assert time.waits[1:] == (Wait(WaitCause.RATE_LIMIT, 106, 200, (3, 4)),)
    assert (time.duration_ms, time.waited_ms) == (105, 205)


def test_no_more_is_waited_for_a_call_than_lies_between_two_events() -> None:
    meanwhile: list[tuple[RunEvent, float]] = [
        (call_started("b"), 250),
        (call_succeeded("b"), 300),
    ]
    time = time_of(*BEGUN, *meanwhile, (call_throttled(), 306))
    assert (time.duration_ms, time.waited_ms) == (295, 11)
