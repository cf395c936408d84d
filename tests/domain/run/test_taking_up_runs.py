"""A run that stopped is taken up again: what may happen to it then."""

from dataclasses import replace

import pytest
from msgspec import structs

from domain.errors import IllegalTransition, InvalidReport
from domain.run.commands import RecoverRun, ResumeRun
from domain.run.events import RunCompleted, RunEvent, RunRecovered, RunResumed
from domain.run.facts import Patches
from domain.run.fold import fold
from domain.run.lifecycle import RunState, Stage
from domain.run.note_events import RunFlagged
from tests.domain.run.samples import (
    ANNOTATED,
    ANSWERED,
    CANCELLED,
    COMPOSED,
    EXECUTING,
    FAILED,
    PINNED,
    PRESENTING,
    REJECTED,
    REQUESTED,
    ROUTING,
    call_failed,
    call_skipped,
    call_started,
    call_succeeded,
    failed,
    skipped,
    started,
)
from tests.domain.run.spec import given

RESUME = ResumeRun(from_stage=Stage.EXECUTE, why="again", reused_calls=("a",))
RESUMED = RunResumed(from_stage=Stage.EXECUTE, why="again", reused_calls=["a"])
RECOVER = RecoverRun(lost_worker="w", from_stage=Stage.EXECUTE, reused_calls=("a",))
RECOVERED = RunRecovered(lost_worker="w", from_stage=Stage.EXECUTE, reused_calls=["a"])
TWO_CALLS: list[RunEvent] = [*EXECUTING, call_started(), call_succeeded(), call_started("b")]
BROKEN: list[RunEvent] = [*TWO_CALLS, call_failed("b"), failed(Stage.EXECUTE), FAILED]
PARTLY: list[RunEvent] = [
    *ANSWERED[:-1],
    RunCompleted(status="partial", succeeded_calls=1, failed_calls=1),
]
AGAIN: list[RunEvent] = [*BROKEN, RESUMED, started(Stage.EXECUTE, 2)]
TAKEN_OVER: list[RunEvent] = [*TWO_CALLS, RECOVERED, started(Stage.EXECUTE, 2)]


@pytest.mark.parametrize("history", [BROKEN, [*TWO_CALLS, CANCELLED], PARTLY])
def test_a_run_that_ended_without_all_answers_can_be_resumed(history: list[RunEvent]) -> None:
    given(*history).when(RESUME).then(RESUMED)


def test_a_degraded_run_can_be_resumed() -> None:
    degraded = RunCompleted(status="degraded", succeeded_calls=2)
    given(*ANSWERED[:-1], degraded).when(RESUME).then(RESUMED)


@pytest.mark.parametrize("note", [ANNOTATED, RunFlagged(verdict="right"), PINNED])
def test_what_is_said_of_a_run_later_does_not_change_whether_it_can_go_on(note: RunEvent) -> None:
    given(*PARTLY, note).when(RESUME).then(RESUMED)
    given(*ANSWERED, note).when(RESUME).then_refused(IllegalTransition, match="it is final")


def test_a_changed_time_and_patches_are_kept_with_the_resumption() -> None:
    patches = Patches(params={"a": {"limit": 9}})
    command = replace(RESUME, timeout_ms=5000, patches=patches)
    given(*BROKEN).when(command).then(structs.replace(RESUMED, timeout_ms=5000, patches=patches))


def test_a_resumed_run_is_not_completed_any_more() -> None:
    run = fold("run-1", [*PARTLY, RESUMED])
    assert (run.completed_as, run.has_response, run.state) == (None, False, RunState.RESUMED)


def test_a_run_that_was_resumed_at_a_stage_has_that_and_the_later_ones_to_do() -> None:
    stages = fold("run-1", [*PARTLY, RESUMED]).stages
    assert [name for name, tries in stages.items() if tries.status == "interrupted"] == [
        Stage.EXECUTE,
        Stage.COMPOSE,
        Stage.PRESENT,
    ]


def test_a_stage_that_was_not_skipped_before_its_run_stopped_is_skipped_after() -> None:
    stopped: list[RunEvent] = [*ROUTING, skipped(Stage.VALIDATE), CANCELLED]
    resumed = RunResumed(from_stage=Stage.EXECUTE, why="again")
    given(*stopped, resumed).when_reported(skipped(Stage.EXECUTE)).then(skipped(Stage.EXECUTE))


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ([REQUESTED], "requested"),
        (TWO_CALLS, "execute"),
        (ANSWERED, "completed"),
        ([*PRESENTING, COMPOSED, REJECTED], "rejected"),
    ],
)
def test_a_run_that_goes_on_or_is_final_cannot_be_resumed(
    history: list[RunEvent], state: str
) -> None:
    given(*history).when(RESUME).then_refused(
        IllegalTransition, match=f"run run-1 is {state}: cannot resume"
    )


@pytest.mark.parametrize("history", [[REQUESTED], TWO_CALLS, AGAIN, [*BROKEN, RESUMED]])
def test_a_run_that_has_not_ended_can_be_recovered(history: list[RunEvent]) -> None:
    given(*history).when(RECOVER).then(RECOVERED)


def test_the_calls_in_flight_are_recorded_where_there_are_some() -> None:
    command = replace(RECOVER, calls_in_flight=("b",))
    recovered = structs.replace(RECOVERED, calls_in_flight=["b"])
    given(*TWO_CALLS).when(command).then(recovered)


@pytest.mark.parametrize("history", [BROKEN, ANSWERED, [REQUESTED, CANCELLED]])
def test_a_run_that_has_ended_cannot_be_recovered(history: list[RunEvent]) -> None:
    given(*history).when(RECOVER).then_refused(IllegalTransition, match="cannot recover")


@pytest.mark.parametrize("event", [RESUMED, RECOVERED])
def test_no_runner_can_report_that_a_run_was_taken_up(event: RunEvent) -> None:
    history = BROKEN if event is RESUMED else TWO_CALLS
    given(*history).when_reported(event).then_refused(
        InvalidReport, match="it comes by its own command, Re(sume|cover)Run"
    )


@pytest.mark.parametrize("history", [AGAIN, TAKEN_OVER])
def test_a_reused_call_may_be_made_or_skipped_if_it_is_another_now(
    history: list[RunEvent],
) -> None:
    given(*history).when_reported(call_started("a", 2)).then(call_started("a", 2))
    given(*history).when_reported(call_skipped("a")).then(call_skipped("a"))


@pytest.mark.parametrize("history", [AGAIN, TAKEN_OVER])
def test_another_call_is_tried_once_more(history: list[RunEvent]) -> None:
    given(*history).when_reported(call_started("b", 2)).then(call_started("b", 2))


@pytest.mark.parametrize("history", [AGAIN, TAKEN_OVER])
def test_the_next_attempt_has_the_next_number(history: list[RunEvent]) -> None:
    given(*history).when_reported(call_started("b", 1)).then_refused(
        InvalidReport, match="the next attempt is 2"
    )


def test_a_lost_call_has_no_outcome_any_more() -> None:
    given(*TAKEN_OVER).when_reported(call_succeeded("b")).then_refused(
        InvalidReport, match="call b attempt 1 is not running"
    )


def test_a_lost_stage_does_not_end_any_more() -> None:
    given(*TWO_CALLS, RECOVERED).when_reported(failed(Stage.EXECUTE)).then_refused(
        InvalidReport, match="execute attempt 1 is not running"
    )


def test_a_call_that_was_skipped_may_be_made_for_the_first_time() -> None:
    history = [*EXECUTING, call_skipped("c"), failed(Stage.EXECUTE), FAILED, RESUMED]
    given(*history, started(Stage.EXECUTE, 2)).when_reported(call_started("c")).then(
        call_started("c")
    )


def test_a_call_that_was_skipped_may_be_skipped_again() -> None:
    history = [*EXECUTING, call_skipped("c"), failed(Stage.EXECUTE), FAILED, RESUMED]
    given(*history, started(Stage.EXECUTE, 2)).when_reported(call_skipped("c")).then(
        call_skipped("c")
    )


def test_after_a_failure_that_counts_on_a_fallback_may_be_tried() -> None:
    history = [*EXECUTING, call_started(), call_failed(), RECOVERED, started(Stage.EXECUTE, 2)]
    given(*history).when_reported(call_started("a", 2)).then(call_started("a", 2))


def test_a_run_that_was_taken_up_waits_for_its_stage() -> None:
    assert fold("run-1", [*BROKEN, RESUMED]).state is RunState.RESUMED
