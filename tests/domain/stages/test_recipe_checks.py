"""What a recipe may not say, and what it does otherwise than its plan says."""

from typing import Any

import pytest

from domain.plan.plan import Plan
from domain.stages.validation import adjust
from tests.domain.stages.validating import problems

ITEM = {"primary": {"keywords": ["srv-1"]}}
STEP = {"step_id": "one", "name": "One", "intent": "LOOKUP"}


def recipe(**parts: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    return {"mode": "auto", **ITEM, **parts}


@pytest.mark.parametrize(
    ("plan", "field", "said"),
    [
        (recipe(primary={}), "primary.keywords", "a recipe needs the item that it is about"),
        (
            recipe(primary={"keywords": ["x"], "tool_type": "ci_search"}),
            "primary",
            "a recipe is about one item; only keywords are allowed",
        ),
        (
            recipe(graph={"view": "IMPACT"}),
            "graph",
            "a recipe looks along auto.views, as far as auto.depth_hint; only limits are allowed",
        ),
        (
            recipe(auto={"path": {"target_ci_code": "x"}}),
            "auto.path",
            "auto.views must have PATH",
        ),
        (
            recipe(auto={"graph_scope": {"include_metric": True}}),
            "auto.graph_scope",
            "is of the items of a view; auto.views must have DEPENDENCY or IMPACT",
        ),
        (
            recipe(metric={"metric_name": "cpu", "scope": "graph"}),
            "metric.scope",
            "graph is auto.graph_scope.include_metric in a recipe; allowed: ci, all",
        ),
        (
            recipe(history={"enabled": True, "scope": "graph"}),
            "history.scope",
            "graph is auto.graph_scope.include_history in a recipe; allowed: ci, all",
        ),
        (
            {"enable_multistep": True, "steps": [{**STEP, **recipe(primary={})}]},
            "steps.0.primary.keywords",
            "a recipe needs the item that it is about",
        ),
    ],
)
def test_what_a_recipe_cannot_do_is_refused_by_name(
    plan: dict[str, Any], field: str, said: str
) -> None:
    assert problems(**plan) == [{"field": field, "message": said}]


@pytest.mark.parametrize(
    ("part", "asked"),
    [
        ("secondary", {"keywords": ["srv-2"]}),
        ("list", {"enabled": True}),
        ("aggregate", {"group_by": ["ci_type"]}),
        ("document", {"query": "manual"}),
    ],
)
def test_a_part_that_no_recipe_has_belongs_into_a_step(part: str, asked: object) -> None:
    (problem,) = problems(**recipe(**{part: asked}))
    assert problem["field"] == part
    assert problem["message"].endswith("give it a step of mode ci")


def test_what_a_recipe_does_otherwise_is_a_decision() -> None:
    auto = {
        "views": ["PATH", "SUMMARY", "PATH", "NEIGHBORS", "IMPACT"],
        "depth_hint": 9,
        "path": {"target_ci_code": "SRV-1"},
    }
    named = {"metric": {"metric_name": "cpu"}, "cep": {"rule_id": "hot"}}
    plan = Plan.model_validate(recipe(auto=auto, history={"enabled": True}, **named))
    adjusted, decisions = adjust(plan)
    assert {each.field: (each.rule, each.effective) for each in decisions} == {
        "auto.views": ("auto_views", ["PATH", "NEIGHBORS"]),
        "auto.depth_hint": ("auto_depth", 6),
        "auto.path": ("auto_path", {"source_ci_code": None, "target_ci_code": None}),
        "metric": ("not_used", None),
        "history.enabled": ("not_used", False),
        "cep": ("not_used", None),
    }
    assert (adjusted.metric, adjusted.cep, adjusted.history.enabled) == (None, None, False)
    assert adjust(adjusted) == (adjusted, [])


def test_a_recipe_that_drops_views_keeps_one_for_its_scope() -> None:
    auto = {
        "views": ["PATH", "NEIGHBORS", "IMPACT"],
        "graph_scope": {"include_history": True},
    }
    adjusted, _ = adjust(Plan.model_validate(recipe(auto=auto)))
    assert adjusted.auto.views == ["PATH", "IMPACT"]


def test_a_recipe_without_views_looks_near_the_item() -> None:
    adjusted, (decision,) = adjust(Plan.model_validate(recipe(auto={"views": ["SUMMARY"]})))
    assert (adjusted.auto.views, decision.requested) == (["NEIGHBORS"], ["SUMMARY"])


def test_a_rule_that_is_asked_for_without_a_name_is_left_out() -> None:
    plan = recipe(auto={"include_cep": True}, cep={})
    _, (decision,) = adjust(Plan.model_validate(plan))
    assert (decision.field, decision.why) == ("cep", "cep.rule_id names no rule")


def test_the_views_of_a_recipe_are_no_deeper_than_the_budget() -> None:
    plan = recipe(auto={"views": ["IMPACT"]}, budget={"max_depth": 2})
    adjusted, (decision,) = adjust(Plan.model_validate(plan))
    assert (decision.rule, decision.requested, adjusted.auto.depth_hint) == ("max_depth", None, 2)
