from collections.abc import Callable

import pytest

from domain.errors import InvalidReport
from domain.run.events import RunEvent
from domain.run.lifecycle import Stage
from tests.domain.run.samples import (
    CALLED,
    EXECUTING,
    ROUTING,
    VALIDATING,
    call_failed,
    call_skipped,
    call_started,
    call_succeeded,
    call_throttled,
    started,
)
from tests.domain.run.spec import given

OUTCOMES = [call_succeeded, call_failed, call_throttled]


def test_a_call_starts_while_the_run_executes() -> None:
    given(*EXECUTING).when_reported(call_started()).then(call_started())


@pytest.mark.parametrize("event", [call_started(), call_skipped()])
@pytest.mark.parametrize("history", [ROUTING, VALIDATING, [*CALLED, started(Stage.COMPOSE)]])
def test_calls_belong_to_execution_only(history: list[RunEvent], event: RunEvent) -> None:
    given(*history).when_reported(event).then_refused(
        InvalidReport, match=r"the run is in \w+, not in execute"
    )


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_running_call_ends(outcome: Callable[[], RunEvent]) -> None:
    given(*EXECUTING, call_started()).when_reported(outcome()).then(outcome())


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_call_that_was_not_started_has_no_outcome(outcome: Callable[[], RunEvent]) -> None:
    given(*EXECUTING).when_reported(outcome()).then_refused(
        InvalidReport, match="call a attempt 1 is not running"
    )


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("earlier", OUTCOMES[:2])
def test_a_call_ends_once(
    earlier: Callable[[], RunEvent], outcome: Callable[[], RunEvent]
) -> None:
    given(*EXECUTING, call_started(), earlier()).when_reported(outcome()).then_refused(
        InvalidReport, match="call a attempt 1 is not running"
    )


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_only_the_attempt_that_runs_has_an_outcome(
    outcome: Callable[[str, int], RunEvent],
) -> None:
    given(*EXECUTING, call_started()).when_reported(outcome("a", 2)).then_refused(
        InvalidReport, match="call a attempt 2 is not running"
    )


def test_an_outcome_is_of_the_call_it_names() -> None:
    given(*EXECUTING, call_started("a")).when_reported(call_succeeded("b")).then_refused(
        InvalidReport, match="call b attempt 1 is not running"
    )


def test_a_failed_call_can_be_tried_again() -> None:
    again = call_started(attempt=2)
    given(*EXECUTING, call_started(), call_failed()).when_reported(again).then(again)


@pytest.mark.parametrize("attempt", [1, 3])
def test_attempts_of_a_call_are_counted(attempt: int) -> None:
    given(*EXECUTING, call_started(), call_failed()).when_reported(
        call_started(attempt=attempt)
    ).then_refused(InvalidReport, match="the next attempt is 2")


@pytest.mark.parametrize(
    ("settled", "status"),
    [([call_started(), call_succeeded()], "succeeded"), ([call_skipped()], "skipped")],
)
def test_a_settled_call_does_not_start_again(settled: list[RunEvent], status: str) -> None:
    given(*EXECUTING, *settled).when_reported(call_started(attempt=2)).then_refused(
        InvalidReport, match=f"call a is {status} already"
    )


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ([call_started()], "started"),
        ([call_started(), call_failed()], "failed"),
        ([call_skipped()], "skipped"),
    ],
)
def test_only_a_call_that_was_never_made_is_skipped(known: list[RunEvent], status: str) -> None:
    given(*EXECUTING, *known).when_reported(call_skipped()).then_refused(
        InvalidReport, match=f"call a is {status} already"
    )
