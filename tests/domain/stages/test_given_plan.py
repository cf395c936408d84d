"""Plans that callers bring along."""

import pytest

from domain.json import JsonMap
from domain.stages.given_plan import WrongPlan, plan_output_of

COUNT: JsonMap = {"intent": "AGGREGATE", "aggregate": {"group_by": ["ci_type"]}}
STEP: JsonMap = {"step_id": "a", "name": "A", "intent": "LIST", "list": {"size": 3}}


def test_a_plan_alone_is_the_output_of_a_planner_that_made_it() -> None:
    assert plan_output_of(COUNT) == plan_output_of({"kind": "plan", "plan": COUNT})
    assert plan_output_of(COUNT)["kind"] == "plan"


def test_what_is_given_is_kept_without_defaults() -> None:
    given: JsonMap = {"kind": "plan", "plan": COUNT}
    assert plan_output_of(given) == given


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"view": "ALL"}, "the plan: view: input should be 'SUMMARY', 'COMPOSITION'"),
        ({"view": "ALL"}, "got 'ALL'"),
        ({"list": {"limit": "x"}}, "list.limit: input should be a valid integer"),
        ({"intention": "LIST"}, "intention: extra inputs are not permitted"),
        ({"intention": "LIST"}, "fields of a plan: primary, secondary"),
        ({"kind": "plan", "plan": {"lists": 1}}, "fields of plan: primary, secondary"),
        ({"steps": [STEP]}, "steps.0.list.size: extra inputs are not permitted"),
        ({"steps": [STEP]}, "fields of steps.0.list: enabled"),
        ({"kind": "direct"}, "direct_answer"),
    ],
)
def test_a_wrong_plan_is_refused_with_field_value_and_what_is_allowed(
    plan: JsonMap, said: str
) -> None:
    with pytest.raises(WrongPlan) as refused:
        plan_output_of(plan)
    assert said in str(refused.value)
