"""Runs that need no planner, no tool, or end before any tool is called."""

import pytest

from domain.plan.plan import PlanOutput
from domain.plan.planner import QuestionNotUnderstood
from domain.run.call_events import ToolCallStarted
from domain.run.events import (
    PlanProduced,
    RouteChosen,
    RunCompleted,
    RunFailed,
    RunRejected,
    StageFailed,
    StageSkipped,
)
from domain.run.lifecycle import Stage
from tests.domain.stages.orchestrating import DIRECT, REJECT
from tests.domain.stages.running import LOOKUP, Running, ci, metric, plan_output, ran, ran_plan


def test_a_direct_answer_needs_no_tool() -> None:
    run = ran(Running(planned=DIRECT))
    assert (run.response["answer"], run.one(RouteChosen).route, run.all(ToolCallStarted)) == (
        "Hello.",
        "direct",
        [],
    )


@pytest.mark.parametrize("planned", [DIRECT, REJECT])
def test_stages_that_are_not_needed_are_skipped(planned: PlanOutput) -> None:
    skipped = ran(Running(planned=planned)).all(StageSkipped)
    assert [event.stage for event in skipped] == [Stage.VALIDATE, Stage.EXECUTE, Stage.COMPOSE]


def test_a_direct_answer_is_a_success() -> None:
    assert ran(Running(planned=DIRECT)).one(RunCompleted) == RunCompleted(status="success")


def test_a_refused_question_is_rejected_by_its_policy() -> None:
    run = ran(Running(planned=REJECT))
    assert run.one(RunRejected) == RunRejected(reason="not allowed", policy="p1")


def test_the_response_to_a_refused_question_says_why() -> None:
    response = ran(Running(planned=REJECT)).response
    assert (response["status"], response["answer"]) == ("rejected", "Query rejected: not allowed")


def test_a_question_that_is_not_understood_fails_with_examples() -> None:
    error = QuestionNotUnderstood("Blah?", why="No word is known", examples=["How many?"])
    failed = ran(Running(planned=error)).one(RunFailed)
    assert (failed.stage, failed.error.code, failed.error.message, failed.error.details) == (
        Stage.ROUTE_PLAN,
        "QUESTION_NOT_UNDERSTOOD",
        'No word is known. Questions that work here: "How many?"',
        {"examples": ["How many?"]},
    )


def test_a_given_plan_needs_no_planner() -> None:
    running = Running(ci())
    run = ran(running, plan_output=plan_output(**LOOKUP).model_dump(mode="json"))
    assert (run.one(PlanProduced).planner, running.planner.contexts) == ("caller", [])


def test_an_unreadable_given_plan_names_field_and_value() -> None:
    given = {"kind": "plan", "plan": {"intent": "GUESS"}}
    failed = ran(Running(ci()), plan_output=given).one(RunFailed)
    assert (failed.stage, failed.error.code) == (Stage.ROUTE_PLAN, "PLAN_INVALID")
    assert "plan.intent: input should be 'LOOKUP'" in failed.error.message
    assert "got 'GUESS'" in failed.error.message


def test_an_invalid_plan_fails_before_anything_is_called() -> None:
    run = ran_plan({**LOOKUP, "branches": []}, metric())
    failed = run.one(StageFailed)
    assert (failed.stage, failed.error.code, run.all(ToolCallStarted)) == (
        Stage.VALIDATE,
        "PLAN_INVALID",
        [],
    )
