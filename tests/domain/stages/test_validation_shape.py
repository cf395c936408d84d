"""What opstrail cannot do yet is refused by name, and steps must fit the budget."""

from typing import Any

import pytest

from tests.domain.plan.planning import step
from tests.domain.stages.validating import LOOKUP, problems, validated

ONE, TWO = step("one", primary=LOOKUP), step("two", primary=LOOKUP)


def steps(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    return {"enable_multistep": True, "steps": list(parts), **more}


@pytest.mark.parametrize(
    ("plan", "field", "message"),
    [
        (
            {"primary": LOOKUP, "mode_hint": "sideways"},
            "mode_hint",
            "'sideways' is no mode; allowed: config, metric, graph, history, document, all",
        ),
        (
            {"primary": LOOKUP, "enable_intermediate_llm": True},
            "enable_intermediate_llm",
            "deciding by a model between calls is not supported yet; remove it",
        ),
        ({"steps": [ONE]}, "enable_multistep", "must be true for a plan with steps"),
        (
            steps(TWO, ONE, TWO, ONE, step("three", primary=LOOKUP)),
            "steps",
            "step ids must be unique, repeated: one, two",
        ),
        (steps(ONE, TWO, budget={"max_steps": 1}), "steps", "2 steps, budget.max_steps allows 1"),
        (
            {"intent": "PATH", "secondary": LOOKUP},
            "primary.keywords",
            "a path needs the primary item, none is given",
        ),
        (
            {"graph": {"view": "PATH"}, "primary": LOOKUP},
            "secondary.keywords",
            "a path needs the secondary item, none is given",
        ),
        (
            steps(step("one", primary=LOOKUP, view="PATH")),
            "steps.0.secondary.keywords",
            "a path needs the secondary item, none is given",
        ),
    ],
)
def test_what_is_not_possible_is_refused_by_name(
    plan: dict[str, Any], field: str, message: str
) -> None:
    assert problems(**plan) == [{"field": field, "message": message}]


def test_all_problems_are_listed_at_once() -> None:
    plan = steps(
        {**ONE, "mode": "auto", "primary": {}}, mode_hint="sideways", enable_intermediate_llm=True
    )
    found = problems(**{**plan, "enable_multistep": False})
    assert [each["field"] for each in found] == [
        "steps.0.primary.keywords",
        "mode_hint",
        "enable_intermediate_llm",
        "enable_multistep",
    ]


def test_a_path_may_take_its_ends_from_other_calls() -> None:
    taken = {"output_mapping": {"target_id": "{one:primary.rows[0].ci_id}"}}
    plan = steps(
        ONE,
        step("two", primary=LOOKUP, graph={"view": "PATH"}),
        tool_dependencies=[{"tool_id": "two:graph", **taken}],
    )
    assert validated(**plan).decisions == ()


def test_as_many_steps_as_the_budget_allows_pass() -> None:
    assert validated(**steps(ONE, TWO, budget={"max_steps": 2})).decisions == ()
