"""One stage of a run on its own: by the record, on what is given, or live; nothing is stored."""

from typing import Any

import pytest

from domain.errors import NotFound, ReplayRefused
from domain.plan.plan import PlanOutput
from domain.plan.planner import QuestionNotUnderstood
from domain.run.lifecycle import Stage
from domain.stages.given_plan import WrongPlan
from domain.tools.contracts import ToolErrorCode
from domain.views.stage_test import IsolatedStageTestRequest
from tests.domain.stages.running import (
    METRIC,
    TENANT,
    Running,
    ci,
    finish,
    metric,
    plan_output,
    ran,
)
from tests.fakes import answering, failing

FASTER = answering({"metric_name": "cpu", "agg": "avg", "value": 7.0, "sample_count": 3})
OTHER = {"primary": {"keywords": ["srv-2"]}}


class Tried:
    """A run that was carried out, and a tool that answers otherwise since."""

    def __init__(self, planned: PlanOutput | Exception, *, breaks: bool = False) -> None:
        scripts = [failing(ToolErrorCode.UPSTREAM_UNAVAILABLE)] if breaks else []
        self.running = Running(ci(*scripts), metric(), planned=planned)
        self.run_id = ran(self.running).run_id
        self.before = len(self.running.history(self.run_id))

    def stage(self, stage: Stage, **asked: Any) -> Any:  # noqa: ANN401 - its result is JSON
        request = IsolatedStageTestRequest(stage=stage, **asked)
        return finish(self.running.replays.run_stage(TENANT, self.run_id, request))


@pytest.fixture
def tried() -> Tried:
    return Tried(plan_output(**METRIC))


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_of_a_run_can_be_run_alone_and_nothing_is_stored(
    tried: Tried, stage: Stage
) -> None:
    response = tried.stage(stage)
    assert (response.stage, response.diagnostics["status"]) == (stage, "ok")
    assert len(tried.running.history(tried.run_id)) == tried.before


def test_the_results_are_those_of_the_record(tried: Tried) -> None:
    tried.running.registry._tools["metric"] = metric(FASTER)
    (_, value) = tried.stage(Stage.EXECUTE).result["results"]
    assert (tried.stage(Stage.EXECUTE).result["calls"], value["data"]["value"]) == (
        {"primary": "succeeded", "metric": "succeeded"},
        40.0,
    )


def test_live_the_tools_are_asked(tried: Tried) -> None:
    tried.running.registry._tools["metric"] = metric(FASTER)
    (_, value) = tried.stage(Stage.EXECUTE, live=True).result["results"]
    assert value["data"]["value"] == 7.0


def test_live_the_planner_is_asked_anew_and_only_by_the_stage_that_plans(tried: Tried) -> None:
    tried.running.planner._answer = plan_output(**OTHER)
    by_the_record = tried.stage(Stage.ROUTE_PLAN).result["plan_output"]["plan"]["primary"]
    anew = tried.stage(Stage.ROUTE_PLAN, live=True).result["plan_output"]["plan"]["primary"]
    assert (by_the_record["keywords"], anew["keywords"]) == (["srv-1"], ["srv-2"])
    assert set(tried.stage(Stage.EXECUTE, live=True).result["calls"]) == {"primary", "metric"}


def test_a_planner_that_fails_when_it_is_asked_live_is_what_the_stage_puts_out(
    tried: Tried,
) -> None:
    tried.running.planner._answer = QuestionNotUnderstood(
        "Which?", why="No", examples=["How many?"]
    )
    response = tried.stage(Stage.ROUTE_PLAN, live=True)
    assert (response.diagnostics["status"], response.result["error_code"]) == (
        "error",
        "QUESTION_NOT_UNDERSTOOD",
    )


def test_what_is_composed_and_presented_is_the_recorded_answer(tried: Tried) -> None:
    answer = tried.stage(Stage.COMPOSE).result["answer"]
    assert answer == tried.stage(Stage.PRESENT).result["summary"]
    assert "Average cpu of srv-1 over the last 24 h: 40" in answer


def test_results_that_are_given_are_composed(tried: Tried) -> None:
    executed = tried.stage(Stage.EXECUTE).result
    executed["results"][1]["data"]["value"] = 55.0
    answer = tried.stage(Stage.COMPOSE, prev_output=executed).result["answer"]
    assert "Average cpu of srv-1 over the last 24 h: 55" in answer


def test_an_answer_that_is_given_is_presented(tried: Tried) -> None:
    given = {"answer": "Nine.", "blocks": [{"type": "text", "text": "Nine."}]}
    response = tried.stage(Stage.PRESENT, prev_output=given)
    assert (response.result["summary"], response.input["prev_output"]) == ("Nine.", given)


def test_a_plan_that_is_given_is_validated(tried: Tried) -> None:
    wide = {"primary": {"keywords": ["srv-1"], "limit": 900, "tool_type": "ci_search"}}
    response = tried.stage(Stage.VALIDATE, plan_output=wide)
    decision, *_ = response.result["decisions"]
    assert (decision["requested"], decision["effective"]) == (900, 50)


def test_the_input_can_be_given_again(tried: Tried) -> None:
    first = tried.stage(Stage.EXECUTE)
    again = tried.stage(Stage.EXECUTE, **first.input)
    assert again.result == first.result


def test_a_call_that_is_not_on_the_record_fails_without_being_made(tried: Tried) -> None:
    response = tried.stage(Stage.EXECUTE, plan_output=OTHER)
    assert (response.diagnostics["status"], response.result["error_code"]) == (
        "error",
        "POLICY_DENY",
    )
    assert "is not on the record" in str(response.result["error"])


def test_live_it_is_made(tried: Tried) -> None:
    response = tried.stage(Stage.EXECUTE, plan_output=OTHER, live=True)
    assert response.result["calls"] == {"primary": "succeeded"}


def test_a_stage_that_fails_puts_out_its_error() -> None:
    tried = Tried(plan_output(**METRIC), breaks=True)
    response = tried.stage(Stage.EXECUTE)
    assert response.result["error_code"] == "UPSTREAM_UNAVAILABLE"


def test_a_stage_after_one_that_failed_is_refused() -> None:
    tried = Tried(plan_output(**METRIC), breaks=True)
    with pytest.raises(ReplayRefused, match="execute fails before compose: no answer"):
        tried.stage(Stage.COMPOSE)


def test_what_was_not_planned_is_refused() -> None:
    tried = Tried(RuntimeError("no planner"))
    with pytest.raises(ReplayRefused, match="route_plan fails before execute"):
        tried.stage(Stage.EXECUTE)


def test_a_stage_that_a_direct_answer_skips_says_so() -> None:
    direct = PlanOutput.model_validate({"kind": "direct", "direct_answer": {"answer": "Hello."}})
    tried = Tried(direct)
    assert tried.stage(Stage.COMPOSE).result == {"skipped": True, "reason": "direct_answer"}
    assert tried.stage(Stage.PRESENT).result["summary"] == "Hello."


def test_a_wrong_plan_is_refused_by_name(tried: Tried) -> None:
    with pytest.raises(WrongPlan, match="depth"):
        tried.stage(Stage.VALIDATE, plan_output={"depth": 1})


def test_a_run_that_is_not_there_is_not_found(tried: Tried) -> None:
    tried.run_id = "run-none"
    with pytest.raises(NotFound):
        tried.stage(Stage.COMPOSE)


def test_live_another_question_is_planned(tried: Tried) -> None:
    asked = tried.running.planner.questions
    tried.stage(Stage.ROUTE_PLAN, live=True, question="And srv-2?")
    assert asked[-1] == "And srv-2?"


def test_another_question_that_is_not_planned_is_refused(tried: Tried) -> None:
    with pytest.raises(ReplayRefused, match="another question is planned by route_plan alone"):
        tried.stage(Stage.EXECUTE, question="And srv-2?", live=True)


def test_assets_that_are_given_go_before_those_of_the_run(tried: Tried) -> None:
    assets = {"present:style": "s2", "compose:tone": "t1"}
    response = tried.stage(Stage.PRESENT, asset_overrides=assets)
    assert response.asset_overrides_used == {"style": "s2"}


def test_a_previous_output_that_is_not_read_is_told(tried: Tried) -> None:
    response = tried.stage(Stage.EXECUTE, prev_output={"x": 1})
    assert (response.diagnostics["status"], response.diagnostics["warnings"]) == (
        "warning",
        ["execute did not read the prev_output that was given"],
    )


def test_what_is_no_block_is_not_presented(tried: Tried) -> None:
    response = tried.stage(Stage.PRESENT, prev_output={"blocks": [{"type": "nope"}]})
    assert (response.diagnostics["status"], "nope" in str(response.result["error"])) == (
        "error",
        True,
    )
