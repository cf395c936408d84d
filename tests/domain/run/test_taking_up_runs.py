"""A run that stopped is taken up again: what may happen to it then."""

import pytest

from domain.errors import IllegalTransition, InvalidReport
from domain.run.commands import RecoverRun, ResumeRun
from domain.run.events import RunEvent, RunRecovered, RunResumed
from domain.run.fold import fold
from domain.run.lifecycle import RunState, Stage
from tests.domain.run.samples import (
    ANSWERED,
    CANCELLED,
    EXECUTING,
    FAILED,
    REQUESTED,
    call_failed,
    call_skipped,
    call_started,
    call_succeeded,
    failed,
    started,
)
from tests.domain.run.spec import given

RESUME = ResumeRun(from_stage=Stage.EXECUTE, why="again", reused_calls=("a",))
RESUMED = RunResumed(from_stage=Stage.EXECUTE, why="again", reused_calls=["a"])
RECOVER = RecoverRun(lost_worker="w", from_stage=Stage.EXECUTE, reused_calls=("a",))
RECOVERED = RunRecovered(lost_worker="w", from_stage=Stage.EXECUTE, reused_calls=["a"])
TWO_CALLS: list[RunEvent] = [*EXECUTING, call_started(), call_succeeded(), call_started("b")]
BROKEN: list[RunEvent] = [*TWO_CALLS, call_failed("b"), failed(Stage.EXECUTE), FAILED]
AGAIN: list[RunEvent] = [*BROKEN, RESUMED, started(Stage.EXECUTE, 2)]
TAKEN_OVER: list[RunEvent] = [*TWO_CALLS, RECOVERED, started(Stage.EXECUTE, 2)]


def test_a_failed_run_can_be_resumed() -> None:
    given(*BROKEN).when(RESUME).then(RESUMED)


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ([REQUESTED], "requested"),
        (TWO_CALLS, "execute"),
        (ANSWERED, "completed"),
        ([REQUESTED, CANCELLED], "cancelled"),
    ],
)
def test_a_run_that_did_not_fail_cannot_be_resumed(history: list[RunEvent], state: str) -> None:
    given(*history).when(RESUME).then_refused(
        IllegalTransition, match=f"run run-1 is {state}: cannot resume"
    )


@pytest.mark.parametrize("history", [[REQUESTED], TWO_CALLS, AGAIN, [*BROKEN, RESUMED]])
def test_a_run_that_has_not_ended_can_be_recovered(history: list[RunEvent]) -> None:
    given(*history).when(RECOVER).then(RECOVERED)


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
def test_a_reused_call_is_not_made_again(history: list[RunEvent]) -> None:
    given(*history).when_reported(call_started("a", 2)).then_refused(
        InvalidReport, match="call a is reused already"
    )


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
