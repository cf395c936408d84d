"""Values outside the limits are brought inside, and every change is a decision."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.estate.view_policy import VIEW_POLICIES, View
from domain.plan.plan import Plan
from domain.stages.validation import adjust
from tests.domain.plan.planning import step


def adjusted(**parts: Any) -> list[tuple[str, str, Any, Any]]:  # noqa: ANN401 - plain JSON
    """What was decided: rule, field, requested, effective."""
    _, decisions = adjust(Plan.model_validate(parts))
    return [(each.rule, each.field, each.requested, each.effective) for each in decisions]


SEARCH = {"keywords": ["srv"], "tool_type": "ci_search"}
WALK = {"call_id": "g", "tool": "graph", "operation": "expand"}
PATH = {"call_id": "p", "tool": "graph", "operation": "path", "params": {"hops": 6}}
CASES: list[tuple[dict[str, Any], list[tuple[str, str, Any, Any]]]] = [
    ({"primary": {**SEARCH, "limit": 51}}, [("primary_limit", "primary.limit", 51, 50)]),
    ({"primary": {**SEARCH, "limit": 0}}, [("primary_limit", "primary.limit", 0, 1)]),
    ({"secondary": {**SEARCH, "limit": 99}}, [("primary_limit", "secondary.limit", 99, 50)]),
    ({"intent": "PATH"}, [("path_view", "graph.view", None, "PATH")]),
    (
        {"budget": {"max_depth": 1}, "calls": [WALK, PATH]},
        [
            ("max_depth", "calls.0.params.depth", None, 1),
            ("max_depth", "calls.1.params.hops", 6, 1),
        ],
    ),
    ({"budget": {"max_depth": 2}, "calls": [{**PATH, "tool": "of-others"}]}, []),
    (
        {"graph": {"view": "COMPOSITION", "depth": 9}},
        [
            ("graph_depth", "graph.user_requested_depth", None, 9),
            ("graph_depth", "graph.depth", 9, 3),
        ],
    ),
    (
        {"graph": {"view": "IMPACT", "depth": 0}},
        [
            ("graph_depth", "graph.user_requested_depth", None, 0),
            ("graph_depth", "graph.depth", 0, 1),
        ],
    ),
    (
        {"intent": "PATH", "graph": {"depth": 9}},
        [
            ("path_view", "graph.view", None, "PATH"),
            ("graph_depth", "graph.user_requested_depth", None, 9),
            ("graph_depth", "graph.depth", 9, 6),
        ],
    ),
    (
        {"list": {"enabled": True, "limit": 99, "offset": -1}},
        [("list_limit", "list.limit", 99, 50), ("list_offset", "list.offset", -1, 0)],
    ),
    (
        {"list": {"enabled": True, "offset": 5001}},
        [("list_offset", "list.offset", 5001, 5000)],
    ),
    (
        {"list": {"enabled": True, "limit": 99}, "graph": {"view": "IMPACT"}},
        [
            ("list_or_graph", "list.enabled", True, False),
            ("not_used", "list.limit", 99, 50),
        ],
    ),
    (
        {"list": {"enabled": True}, "view": "IMPACT"},
        [("list_or_graph", "list.enabled", True, False)],
    ),
    (
        {
            "graph": {"view": "IMPACT"},
            "metric": {"metric_name": "cpu", "mode": "series", "scope": "graph"},
        },
        [("metric_series", "metric.mode", "series", "aggregate")],
    ),
    (
        {"history": {"enabled": True, "limit": 201}},
        [("history_limit", "history.limit", 201, 200)],
    ),
    ({"cep": {"dry_run": False}}, [("cep_dry_run", "cep.dry_run", False, True)]),
    (
        {"steps": [step("one"), step("two", primary={**SEARCH, "limit": 51})]},
        [("primary_limit", "steps.1.primary.limit", 51, 50)],
    ),
    (
        {"list": {"limit": 99}, "history": {"limit": 999}},
        [("not_used", "list.limit", 99, 50), ("not_used", "history.limit", 999, 50)],
    ),
]


@pytest.mark.parametrize(("parts", "decisions"), CASES)
def test_every_change_is_a_decision(
    parts: dict[str, Any], decisions: list[tuple[str, str, Any, Any]]
) -> None:
    assert adjusted(**parts) == decisions


@pytest.mark.parametrize(("parts", "decisions"), CASES)
def test_the_plan_has_what_was_decided(
    parts: dict[str, Any], decisions: list[tuple[str, str, Any, Any]]
) -> None:
    plan, _ = adjust(Plan.model_validate(parts))
    dumped = plan.model_dump(mode="json")
    assert [_at(dumped, field) for _, field, _, _ in decisions] == [each[3] for each in decisions]


def _at(value: Any, path: str) -> Any:  # noqa: ANN401 - plain JSON
    for name in path.split("."):
        value = value[int(name)] if name.isdigit() else value[name]
    return value


@pytest.mark.parametrize("parts", [parts for parts, _ in CASES])
def test_an_adjusted_plan_needs_no_further_change(parts: dict[str, Any]) -> None:
    plan, _ = adjust(Plan.model_validate(parts))
    assert adjust(plan) == (plan, [])


def test_a_decision_says_why() -> None:
    _, (decision,) = adjust(Plan.model_validate({"primary": {**SEARCH, "limit": 51}}))
    assert decision.why == "primary.limit must be from 1 to 50"


def test_the_limit_of_a_view_is_said() -> None:
    plan = Plan.model_validate({"graph": {"view": "COMPOSITION", "depth": 9}})
    _, (_, decision) = adjust(plan)
    assert decision.why == "view COMPOSITION reaches at most 3 relations, at least 1"


VIEWS = [view for view in View if view is not View.PATH]


@given(st.data())
def test_a_plan_inside_all_limits_is_unchanged(data: st.DataObject) -> None:
    view = data.draw(st.sampled_from(VIEWS))
    depth = st.none() | st.integers(1, VIEW_POLICIES[view].max_depth)
    limit = st.integers(1, 50)
    parts = {
        "primary": {**SEARCH, "limit": data.draw(limit)},
        "secondary": {**SEARCH, "limit": data.draw(limit)},
        "graph": {"view": view, "depth": data.draw(depth)},
        "history": {"enabled": True, "limit": data.draw(st.integers(1, 200))},
    }
    listed = {"list": {"enabled": True, "limit": 50, "offset": data.draw(st.integers(0, 5000))}}
    for plan in (Plan.model_validate(parts), Plan.model_validate(listed)):
        assert adjust(plan) == (plan, [])


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.sampled_from(VIEWS))
def test_whatever_was_asked_ends_inside_the_limits(limit: int, depth: int, view: View) -> None:
    parts = {"limit": limit}
    plan, _ = adjust(
        Plan.model_validate({"primary": parts, "graph": {"view": view, "depth": depth}})
    )
    assert (1 <= plan.primary.limit <= 50, 1 <= (plan.graph.depth or 0) <= 6) == (True, True)
