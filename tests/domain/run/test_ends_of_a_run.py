import pytest

from domain.errors import IllegalTransition, InvalidReport
from domain.run.commands import CancelRun
from domain.run.events import RunEvent
from domain.run.lifecycle import Stage
from tests.domain.run.samples import (
    ANSWERED,
    CALLED,
    CANCELLED,
    COMPLETED,
    COMPOSED,
    COMPOSING,
    EXECUTING,
    FAILED,
    PLANNING,
    PRESENTING,
    REJECTED,
    REQUESTED,
    ROUTING,
    VALIDATING,
    started,
)
from tests.domain.run.spec import given

UNFINISHED: list[list[RunEvent]] = [
    [REQUESTED],
    PLANNING,
    ROUTING,
    VALIDATING,
    EXECUTING,
    CALLED,
    COMPOSING,
    PRESENTING,
    [*EXECUTING, FAILED],
]
FINISHED: list[list[RunEvent]] = [
    ANSWERED,
    [REQUESTED, CANCELLED],
    [*PRESENTING, COMPOSED, REJECTED],
]


@pytest.mark.parametrize("end", [COMPLETED, REJECTED])
def test_a_run_ends_after_its_response(end: RunEvent) -> None:
    given(*PRESENTING, COMPOSED).when_reported(end).then(end)


@pytest.mark.parametrize("end", [COMPLETED, REJECTED])
def test_a_run_has_no_answer_without_a_response(end: RunEvent) -> None:
    given(*PRESENTING).when_reported(end).then_refused(
        InvalidReport, match="no response was composed"
    )


@pytest.mark.parametrize("end", [COMPLETED, REJECTED])
def test_an_answer_is_presented_before_the_run_ends(end: RunEvent) -> None:
    given(*COMPOSING).when_reported(end).then_refused(IllegalTransition, match="is compose")


@pytest.mark.parametrize("history", UNFINISHED)
def test_an_unfinished_run_can_be_cancelled(history: list[RunEvent]) -> None:
    given(*history).when(CancelRun("enough")).then(CANCELLED)


@pytest.mark.parametrize("history", FINISHED)
def test_a_finished_run_cannot_be_cancelled(history: list[RunEvent]) -> None:
    given(*history).when(CancelRun("enough")).then_refused(
        IllegalTransition, match="cannot cancel; possible: (nothing, it is final|resume)$"
    )


def test_a_run_that_nobody_requested_cannot_be_cancelled() -> None:
    given().when(CancelRun("enough")).then_refused(IllegalTransition, match="is new")


@pytest.mark.parametrize("history", UNFINISHED[:-1])
def test_a_run_can_fail_anywhere_on_its_way(history: list[RunEvent]) -> None:
    given(*history).when_reported(FAILED).then(FAILED)


@pytest.mark.parametrize("history", [*FINISHED, UNFINISHED[-1]])
def test_a_run_that_ended_does_not_fail(history: list[RunEvent]) -> None:
    given(*history).when_reported(FAILED).then_refused(IllegalTransition, match="cannot fail")


def test_a_failed_run_does_not_go_on_by_itself() -> None:
    given(*VALIDATING, FAILED).when_reported(started(Stage.EXECUTE)).then_refused(
        IllegalTransition, match="is failed: cannot start_execute; possible: cancel, resume"
    )
