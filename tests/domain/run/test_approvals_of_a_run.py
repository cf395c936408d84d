"""Approvals: a run waits for people, who decide on the calls as they wait."""

from domain.errors import IllegalTransition, InvalidReport, NotWaiting
from domain.run.approval_events import CallApproved, CallDenied
from domain.run.commands import ApproveCall, CancelRun, DenyCall, ReportProgress
from domain.run.events import RunCancelled, RunRecovered
from domain.run.lifecycle import Stage
from tests.domain.run.samples import (
    CANCELLED,
    COMPLETED,
    EXECUTING,
    RESUMED,
    call_started,
    call_succeeded,
    waiting,
)
from tests.domain.run.spec import given

WAITING = [*EXECUTING, waiting("a", "b")]
APPROVE = ApproveCall("a", "label of a", "planned")
DENY = DenyCall("a", "label of a", "not now")
APPROVED = CallApproved(call_id="a", label="label of a", reason="planned")
DENIED = CallDenied(call_id="a", label="label of a", reason="not now")


def test_a_call_that_waits_is_approved() -> None:
    given(*WAITING).when(APPROVE).then(APPROVED)


def test_a_call_that_waits_is_denied() -> None:
    given(*WAITING).when(DENY).then(DENIED)


def test_a_call_is_decided_once() -> None:
    given(*WAITING, APPROVED).when(DENY).then_refused(
        NotWaiting, match="call 'a' does not wait.*b"
    )


def test_the_other_call_still_waits_when_one_is_decided() -> None:
    given(*WAITING, APPROVED).when(ApproveCall("b", "label of b", "yes")).then(
        CallApproved(call_id="b", label="label of b", reason="yes")
    )


def test_a_call_that_does_not_wait_is_not_approved() -> None:
    given(*WAITING).when(ApproveCall("c", "", "x")).then_refused(
        NotWaiting, match="'c'.*waiting: a, b"
    )


def test_what_waits_with_other_parameters_is_not_approved() -> None:
    given(*WAITING).when(ApproveCall("a", "other", "x")).then_refused(
        NotWaiting, match="with label.*other"
    )


def test_a_run_that_does_not_wait_has_nothing_to_approve() -> None:
    given(*EXECUTING).when(APPROVE).then_refused(NotWaiting, match="it is execute")


def test_after_it_was_cancelled_nothing_is_approved() -> None:
    given(*WAITING, CANCELLED).when(APPROVE).then_refused(NotWaiting, match="it is cancelled")


def test_once_it_goes_on_nothing_is_approved() -> None:
    given(*WAITING, RESUMED).when(APPROVE).then_refused(NotWaiting, match="it is resumed")


def test_a_run_that_waits_is_cancelled() -> None:
    given(*WAITING).when(CancelRun("enough")).then(RunCancelled(why="enough"))


def test_a_run_waits_only_while_it_makes_calls() -> None:
    given(*EXECUTING[:-1]).when(ReportProgress(waiting("a"))).then_refused(
        IllegalTransition, match="wait"
    )


def test_a_run_does_not_wait_while_calls_are_running() -> None:
    report = ReportProgress(waiting("b"))
    given(*EXECUTING, call_started("a")).when(report).then_refused(
        InvalidReport, match="running: a"
    )


def test_what_could_go_on_has_gone_on_when_a_run_waits() -> None:
    done = (*EXECUTING, call_started("a"), call_succeeded("a"))
    given(*done).when(ReportProgress(waiting("b"))).then(waiting("b"))


def test_a_run_that_waits_does_not_end_by_itself() -> None:
    given(*WAITING).when(ReportProgress(COMPLETED)).then_refused(
        IllegalTransition, match="waiting"
    )


def test_a_recovery_says_which_effects_are_in_doubt() -> None:
    event = RunRecovered(
        from_stage=Stage.EXECUTE, calls_in_flight=["metric"], in_doubt=["restart"]
    )
    assert event.loss == (
        "; in flight and made again: metric; in flight, and not known whether it happened: restart"
    )
