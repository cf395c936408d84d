"""What random plans found once, as plans of a few parts."""

import time
from typing import Any

import pytest

from domain.stages import live
from domain.stages.sources import Answer, CallRequest
from tests.acceptance.plans.bases import ITEM
from tests.acceptance.plans.running import Plans


@pytest.fixture
def standing_still(plans: Plans, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing go on for a while after each answer, so that a plan's time ends there."""

    async def call(calls: live.LiveCalls, request: CallRequest) -> Answer:
        answer = await plans.tools.call(calls, request)
        time.sleep(3.1)  # noqa: ASYNC251 - it is to stand still
        return answer

    monkeypatch.setattr(live.LiveCalls, "call", call)


@pytest.mark.usefixtures("standing_still")
@pytest.mark.parametrize("options", [(), ("--no-replan",)])
def test_time_that_ends_between_two_calls_ends_there_in_a_replay(
    plans: Plans, options: tuple[str, ...]
) -> None:
    metric, budget = {"metric_name": "cpu_usage"}, {"timeout_seconds": 3.0}
    done = plans.run({"primary": ITEM, "metric": metric, "budget": budget}, *options)
    assert done.started == ["primary"]
    assert [*done.data] == ["primary"]
    assert plans.verdict(done) == "same"


_OF_A_PAGE = {
    "intent": "EXPAND",
    "list": {"enabled": True, "limit": 2},
    "calls": [
        {
            "call_id": "own",
            "tool": "ci",
            "operation": "get",
            "output_mapping": {"ci_id": "{list.rows[1].ci_id}"},
        }
    ],
}


@pytest.mark.parametrize(
    "plan", [{"secondary": ITEM}, {"intent": "LOOKUP", "primary": {}, "secondary": ITEM}]
)
def test_no_way_on_from_an_item_is_offered_that_is_not_the_primary_one(
    plans: Plans, plan: dict[str, Any]
) -> None:
    assert _views(plans, plan) == []


def test_no_change_of_a_plan_is_offered_that_would_be_refused(plans: Plans) -> None:
    assert _views(plans, {"primary": ITEM, "view": "IMPACT"}) != []
    assert _views(plans, _OF_A_PAGE) == []


def _views(plans: Plans, plan: dict[str, Any]) -> list[str]:
    """Return the views that are offered after the run of a plan."""
    actions = plans.run(plan).one("response-composed").next_actions
    patches = [action["payload"].get("patch", {}) for action in actions]
    return [patch["graph.view"] for patch in patches if "graph.view" in patch]


def test_a_measure_that_is_no_number_stands_in_a_block(plans: Plans) -> None:
    counted = {"scope": "document", "metrics": ["count", "max(created_at)"]}
    done = plans.run({"intent": "AGGREGATE", "aggregate": counted})
    highest = done.data["aggregate"]["rows"][0][1]
    blocks = done.one("response-composed").blocks
    assert [
        b["text"] for b in blocks if b["type"] == "text" and b["title"] == "max(created_at)"
    ] == [f"highest created_at: {highest}"]
    assert plans.verdict(done) == "same"


def test_a_call_waits_for_no_call_that_the_plan_does_not_have(plans: Plans) -> None:
    own = {"call_id": "own", "tool": "metric", "operation": "list", "depends_on": ["cep"]}
    step = {"step_id": "s", "name": "A step", "intent": "LOOKUP", "primary": ITEM, "calls": [own]}
    loop = {"loop_id": "l", "name": "A loop", "max_iterations": 1, "steps": [step]}
    why = plans.refused({"enable_multistep": True, "loops": [loop]})
    assert "s:own.depends_on: 'cep' is no call of the plan" in why
