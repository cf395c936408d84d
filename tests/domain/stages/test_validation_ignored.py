"""A plan is refused where a part of what it says would be ignored without a word."""

from typing import Any

import pytest

from tests.domain.plan.planning import step
from tests.domain.stages.validating import CPU, LOOKUP, problems

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
