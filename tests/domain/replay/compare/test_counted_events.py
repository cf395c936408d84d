"""Of what a run tried again, the last attempt counts: it reads as if it had never stopped."""

from collections.abc import Sequence

from msgspec.structs import replace

from domain.replay.compare.counted_events import counted_events
from domain.run.events import RunEvent, RunRecovered, RunResumed
from domain.run.lifecycle import Stage
from tests.domain.run.samples import (
    ANSWERED,
    CALLED,
    COMPLETED,
    EXECUTING,
    FAILED,
    RANKED,
    ROUTING,
    call_failed,
    call_skipped,
    call_started,
    call_succeeded,
    call_throttled,
    completed,
    failed,
    started,
)

BROKEN: list[RunEvent] = [
    *EXECUTING,
    RANKED,
    call_started("a"),
    call_started("b"),
    call_succeeded("a"),
    call_failed("b"),
    failed(Stage.EXECUTE),
    FAILED,
]
AGAIN: list[RunEvent] = [
    started(Stage.EXECUTE, 2),
    RANKED,
    call_started("b", 2),
    call_succeeded("b", 2),
    completed(Stage.EXECUTE, 2),
]


def counted(events: Sequence[RunEvent]) -> list[RunEvent]:
    return [each.event for each in counted_events(events)]


def by_kind(events: Sequence[RunEvent]) -> list[str]:
    return sorted(f"{event.stored_as} {event}" for event in events)


def test_a_run_that_was_never_taken_up_counts_as_it_is() -> None:
    assert counted(ANSWERED) == ANSWERED
    assert [each.version for each in counted_events(ANSWERED)] == [*range(1, len(ANSWERED) + 1)]


def test_a_resumed_run_reads_as_one_that_was_not_stopped() -> None:
    resumed = RunResumed(from_stage=Stage.EXECUTE, why="again", reused_calls=["a"])
    events = [*BROKEN, resumed, *AGAIN, *ANSWERED[len(CALLED) :]]
    assert by_kind(counted(events)) == by_kind(ANSWERED)


def test_a_recovered_run_reads_as_one_that_was_not_stopped() -> None:
    cut: list[RunEvent] = [
        *EXECUTING,
        RANKED,
        call_started("a"),
        call_started("b"),
        call_succeeded("a"),
    ]
    taken_over = RunRecovered(from_stage=Stage.EXECUTE, reused_calls=["a"])
    events = [*cut, taken_over, *AGAIN, *ANSWERED[len(CALLED) :]]
    assert by_kind(counted(events)) == by_kind(ANSWERED)


def test_a_run_that_was_stopped_twice_counts_its_last_attempts() -> None:
    resumed = RunResumed(from_stage=Stage.EXECUTE, why="again", reused_calls=["a"])
    second: list[RunEvent] = [
        started(Stage.EXECUTE, 2),
        RANKED,
        call_started("b", 2),
        call_failed("b", 2),
        failed(Stage.EXECUTE, 2),
        FAILED,
    ]
    third: list[RunEvent] = [
        replace(e, attempt=3) if getattr(e, "attempt", 0) == 2 else e for e in AGAIN
    ]
    events = [*BROKEN, resumed, *second, resumed, *third, *ANSWERED[len(CALLED) :]]
    assert by_kind(counted(events)) == by_kind(ANSWERED)


def test_a_failed_run_that_waits_to_go_on_has_not_failed_any_more() -> None:
    resumed = RunResumed(from_stage=Stage.EXECUTE, why="again")
    found = counted([*BROKEN, resumed])
    assert FAILED not in found
    assert failed(Stage.EXECUTE) not in found
    assert found == EXECUTING[:-1]


def test_a_fallback_that_was_lost_on_the_way_keeps_the_attempt_before_it() -> None:
    fallback = replace(call_started("a", 2), tool="ci-copy", label="other")
    cut: list[RunEvent] = [*EXECUTING, call_started("a"), call_failed("a"), fallback]
    again: list[RunEvent] = [started(Stage.EXECUTE, 2), replace(fallback, attempt=3)]
    taken_over = RunRecovered(from_stage=Stage.EXECUTE)
    found = counted([*cut, taken_over, *again])
    assert [getattr(event, "attempt", None) for event in found[-4:]] == [1, 1, 1, 2]


def test_a_call_that_was_skipped_before_it_was_made_was_made() -> None:
    resumed = RunResumed(from_stage=Stage.EXECUTE, why="again", reused_calls=["b"])
    events: list[RunEvent] = [*EXECUTING, call_skipped("b"), FAILED, resumed, call_started("b")]
    assert call_skipped("b") not in counted(events)


def test_a_call_that_is_asked_otherwise_when_a_run_goes_on_was_asked_so() -> None:
    resumed = RunResumed(from_stage=Stage.VALIDATE, why="again", reused_calls=["a"])
    other = replace(call_started("a", 2), params={"limit": 6}, label="other")
    before: list[RunEvent] = [*EXECUTING, call_started("a"), call_succeeded("a"), FAILED]
    after: list[RunEvent] = [*EXECUTING[len(ROUTING) :], other, call_succeeded("a", 2)]
    found = counted([*before, resumed, *after])
    assert found[-2:] == [replace(other, attempt=1), call_succeeded("a")]
    assert call_started("a") not in found


def test_a_call_that_is_skipped_when_a_run_goes_on_was_not_made() -> None:
    resumed = RunResumed(from_stage=Stage.EXECUTE, why="again", reused_calls=["a"])
    events = [*BROKEN, resumed, started(Stage.EXECUTE, 2), call_skipped("a")]
    found = counted(events)
    assert call_skipped("a") in found
    assert call_started("a") not in found
    assert call_succeeded("a") not in found


def test_a_call_that_stays_skipped_is_told_once_and_counts() -> None:
    resumed = RunResumed(from_stage=Stage.EXECUTE, why="again", reused_calls=["b"])
    events: list[RunEvent] = [*EXECUTING, call_skipped("b"), FAILED, resumed, COMPLETED]
    assert call_skipped("b") in counted(events)


def test_of_two_runs_what_a_policy_repeated_and_waited_for_does_not_count() -> None:
    again = replace(call_failed("b"), retry_after_ms=100)
    tried: list[RunEvent] = [
        again,
        call_started("b", 2),
        call_throttled("b", 2),
        call_succeeded("b", 2),
    ]
    events: list[RunEvent] = [*EXECUTING, call_started("b"), *tried]
    two = [each.event for each in counted_events(events, of_two_runs=True)]
    assert two == [*EXECUTING, call_started("b"), call_succeeded("b")]
    assert counted(events) == events
