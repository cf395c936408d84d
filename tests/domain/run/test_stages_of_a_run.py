from collections.abc import Callable

import pytest
from msgspec import to_builtins

from domain.errors import IllegalTransition, InvalidReport
from domain.run.commands import RequestRun
from domain.run.events import RunEvent
from domain.run.facts import Origin, RunOptions
from domain.run.lifecycle import Stage
from tests.domain.run.samples import (
    ANSWERED,
    CANCELLED,
    COMPOSED,
    COMPOSING,
    EXECUTING,
    PLANNED,
    PLANNING,
    PRESENTING,
    RANKED,
    REQUESTED,
    ROUTED,
    ROUTING,
    VALIDATED,
    VALIDATING,
    completed,
    failed,
    skipped,
    started,
)
from tests.domain.run.spec import given


def test_a_run_begins_with_a_request() -> None:
    given().when(RequestRun(question="Which servers are there?")).then(REQUESTED)


def test_a_request_keeps_all_that_was_asked() -> None:
    command = RequestRun(
        question="Which?",
        plan_output={"kind": "plan"},
        options=RunOptions(anchor="data"),
        asset_overrides={"present:prompt": "p2"},
        idempotency_key="k1",
        origin=Origin(kind="rerun", parent_run_id="run-0", reason="again"),
        engine_version="0.4.0",
    )
    (event,) = given().when(command).events
    assert to_builtins(event) == {
        "question": "Which?",
        "plan_output": {"kind": "plan"},
        "options": to_builtins(RunOptions(anchor="data")),
        "asset_overrides": {"present:prompt": "p2"},
        "idempotency_key": "k1",
        "origin": to_builtins(command.origin),
        "engine_version": "0.4.0",
    }


def test_a_run_is_requested_once() -> None:
    given(REQUESTED).when(RequestRun(question="Again?")).then_refused(
        IllegalTransition, match="run-1 is requested: cannot request; possible: start_route_plan"
    )


def test_a_report_cannot_request_a_run() -> None:
    given().when_reported(REQUESTED).then_refused(InvalidReport, match="own command, RequestRun")


def test_nothing_can_be_reported_before_the_request() -> None:
    given().when_reported(started(Stage.ROUTE_PLAN)).then_refused(
        IllegalTransition, match="is new: cannot start_route_plan; possible: request"
    )


def test_the_first_stage_makes_the_plan() -> None:
    begun = started(Stage.ROUTE_PLAN)
    given(REQUESTED).when_reported(begun).then(begun)


@pytest.mark.parametrize("stage", list(Stage)[1:])
def test_no_other_stage_comes_first(stage: Stage) -> None:
    given(REQUESTED).when_reported(started(stage)).then_refused(
        IllegalTransition, match=f"cannot start_{stage}"
    )


@pytest.mark.parametrize("stage", [Stage.COMPOSE, Stage.PRESENT])
def test_stages_are_not_jumped_over(stage: Stage) -> None:
    given(*VALIDATING).when_reported(started(stage)).then_refused(
        IllegalTransition, match=f"run-1 is validate: cannot start_{stage}"
    )


def test_a_direct_answer_is_presented_after_its_plan() -> None:
    begun = started(Stage.PRESENT)
    given(*ROUTING).when_reported(begun).then(begun)


def test_a_changed_plan_is_validated_again() -> None:
    again = started(Stage.VALIDATE, attempt=2)
    given(*EXECUTING).when_reported(again).then(again)


@pytest.mark.parametrize("attempt", [1, 3])
def test_attempts_of_a_stage_are_counted(attempt: int) -> None:
    given(*EXECUTING).when_reported(started(Stage.VALIDATE, attempt)).then_refused(
        InvalidReport, match="stage-started refused: the next attempt is 2"
    )


def test_the_first_attempt_of_a_stage_is_1() -> None:
    given(REQUESTED).when_reported(started(Stage.ROUTE_PLAN, attempt=2)).then_refused(
        InvalidReport, match="the next attempt is 1"
    )


@pytest.mark.parametrize("end", [completed, failed])
def test_a_running_stage_can_end(end: Callable[[Stage], RunEvent]) -> None:
    given(*VALIDATING).when_reported(end(Stage.VALIDATE)).then(end(Stage.VALIDATE))


@pytest.mark.parametrize("end", [completed, failed])
def test_a_stage_that_was_not_started_cannot_end(end: Callable[[Stage], RunEvent]) -> None:
    given(*VALIDATING).when_reported(end(Stage.EXECUTE)).then_refused(
        InvalidReport, match="execute attempt 1 is not running"
    )


def test_a_stage_ends_once() -> None:
    given(*VALIDATING, completed(Stage.VALIDATE)).when_reported(
        failed(Stage.VALIDATE)
    ).then_refused(InvalidReport, match="validate attempt 1 is not running")


def test_only_the_attempt_that_runs_can_end() -> None:
    given(*VALIDATING).when_reported(completed(Stage.VALIDATE, attempt=2)).then_refused(
        InvalidReport, match="validate attempt 2 is not running"
    )


def test_a_stage_that_was_left_behind_cannot_end() -> None:
    given(*VALIDATING, started(Stage.EXECUTE)).when_reported(
        completed(Stage.VALIDATE)
    ).then_refused(InvalidReport, match="the run is in execute, not in validate")


def test_a_stage_that_is_not_needed_is_skipped() -> None:
    given(*ROUTING).when_reported(skipped(Stage.EXECUTE)).then(skipped(Stage.EXECUTE))


def test_a_stage_that_began_cannot_be_skipped() -> None:
    given(*VALIDATING).when_reported(skipped(Stage.VALIDATE)).then_refused(
        InvalidReport, match="validate is started already"
    )


@pytest.mark.parametrize("history", [[REQUESTED], [*PLANNING, CANCELLED], ANSWERED])
def test_stages_are_skipped_only_while_the_run_is_under_way(history: list[RunEvent]) -> None:
    given(*history).when_reported(skipped(Stage.COMPOSE)).then_refused(
        InvalidReport, match=r"the run is (requested|cancelled|completed)"
    )


@pytest.mark.parametrize(
    ("history", "event"),
    [
        (PLANNING, PLANNED),
        ([*PLANNING, PLANNED], ROUTED),
        (VALIDATING, VALIDATED),
        (EXECUTING, RANKED),
        (PRESENTING, COMPOSED),
    ],
)
def test_each_stage_reports_its_own_facts(history: list[RunEvent], event: RunEvent) -> None:
    given(*history).when_reported(event).then(event)


@pytest.mark.parametrize("event", [PLANNED, ROUTED, VALIDATED, RANKED, COMPOSED])
def test_facts_are_not_reported_in_another_stage(event: RunEvent) -> None:
    given(*COMPOSING).when_reported(event).then_refused(
        InvalidReport, match="the run is in compose, not in "
    )


def test_there_is_no_route_without_a_plan() -> None:
    given(*PLANNING).when_reported(ROUTED).then_refused(InvalidReport, match="no plan to route")
