"""A plan is refused where a part of what it says would be ignored without a word."""

from typing import Any

import pytest

from domain.plan.plan import Plan
from domain.stages.validation import adjust
from tests.domain.plan.planning import step
from tests.domain.stages.validating import CPU, LOOKUP, problems, validated

PLAN = {"primary": LOOKUP, "metric": CPU}


def search(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    return {"call_id": "a", "tool": "ci", "operation": "search", **more}


@pytest.mark.parametrize(
    ("plan", "field", "calls"),
    [
        ({**PLAN, "calls": [search(depends_on=["nope"])]}, "a.depends_on", "a, metric, primary"),
        (
            {"steps": [step("s", primary=LOOKUP, calls=[search(depends_on=["nope"])])]},
            "s:a.depends_on",
            "s:a, s:primary",
        ),
    ],
)
def test_a_call_waits_for_calls_of_the_plan_only(
    plan: dict[str, Any], field: str, calls: str
) -> None:
    message = f"'nope' is no call of the plan; calls: {calls}"
    found = problems(**plan, enable_multistep="steps" in plan)
    assert found == [{"field": field, "message": message}]


def test_a_call_has_one_dependency_that_says_everything() -> None:
    twice = [
        {"tool_id": "metric", "condition": "primary.rows.length > 3"},
        {"tool_id": "metric", "depends_on": ["primary"]},
    ]
    message = "'metric' is also in tool_dependencies.0; write them as one"
    assert problems(**PLAN, tool_dependencies=twice) == [
        {"field": "tool_dependencies.1.tool_id", "message": message}
    ]


GATED = step("g", condition="s:primary.rows.length > 5")
FED = search(params={"limit": 2}, output_mapping={"limit": "{primary.rows.length}"})
NO_EACH = "is for the values of [each], which no parameter of the call has"


@pytest.mark.parametrize(
    ("plan", "field", "message"),
    [
        ({"mode": "all"}, "mode", "a plan of several steps has its parts in them"),
        ({"steps": [GATED]}, "steps.1.condition", "the step makes no call"),
        ({"calls": [search(max_fan_out=3)]}, "a.max_fan_out", NO_EACH),
        ({"calls": [search(params={}, max_fan_out=25)]}, None, None),
    ],
)
def test_what_has_no_effect_beside_steps_is_refused(
    plan: dict[str, Any], field: str | None, message: str | None
) -> None:
    steps = [step("s", primary=LOOKUP), *plan.pop("steps", [])]
    whole = {**plan, "steps": steps, "enable_multistep": True}
    if field is None:
        assert validated(**whole).decisions == ()
    else:
        assert problems(**whole) == [{"field": field, "message": message}]


def test_a_parameter_has_one_source() -> None:
    message = "is given in params and in output_mapping; remove one"
    assert problems(primary=LOOKUP, calls=[FED]) == [{"field": "a.limit", "message": message}]


@pytest.mark.parametrize(
    "more",
    [{"primary": LOOKUP, "list": {"enabled": True}}, {"primary": {}, "calls": [search()]}],
)
def test_a_search_that_no_call_makes_is_told(more: dict[str, Any]) -> None:
    more = {**more, "primary": {**more["primary"], "tool_type": "ci_search"}}
    _, decisions = adjust(Plan.model_validate(more))
    assert [(each.rule, each.field) for each in decisions] == [("not_used", "primary.tool_type")]
