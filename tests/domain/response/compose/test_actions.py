from typing import Any

import pytest
from pydantic import JsonValue

from domain.plan.plan import Plan
from domain.response.compose.composition import compose
from domain.response.next_actions import NextAction
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered, labels, patches
from tests.domain.response.compose.outcomes import call_result

SERVER = {"keywords": ["srv-01"]}


def test_the_details_of_the_trace_are_offered_for_every_answer() -> None:
    assert compose(Plan(), []).next_actions == [
        NextAction(type="open_trace", label="Trace details")
    ]


def test_the_details_of_the_trace_come_last(invoker: ToolInvoker) -> None:
    assert labels(answered(invoker, primary=SERVER))[-1] == "Trace details"


def test_an_item_leads_to_its_views_and_its_history(invoker: ToolInvoker) -> None:
    assert patches(answered(invoker, primary=SERVER)) == {
        "What srv-01 needs": {"intent": "EXPAND", "graph.view": "DEPENDENCY"},
        "What is near srv-01": {"intent": "EXPAND", "graph.view": "NEIGHBORS"},
        "What is affected if srv-01 fails": {"intent": "EXPAND", "graph.view": "IMPACT"},
        "Work and maintenance in the last 7 days": {"history.enabled": True},
    }


def patched(plan: Plan, patch: JsonValue) -> Plan:
    """Return the plan with new values at dotted paths."""
    document: dict[str, Any] = plan.model_dump(mode="json")
    assert isinstance(patch, dict)
    for path, new in patch.items():
        *parents, last = path.split(".")
        place: Any = document
        for part in parents:
            place = place[int(part)] if isinstance(place, list) else place[part]
        assert last in place
        place[last] = new
    return Plan.model_validate(document)


@pytest.mark.parametrize(
    "plan",
    [
        {"primary": SERVER},
        {"primary": {"keywords": ["Twin"]}},
        {"intent": "EXPAND", "primary": SERVER, "graph": {"view": "IMPACT", "depth": 1}},
        {"intent": "LIST", "list": {"enabled": True, "limit": 3, "offset": 3}},
        {"intent": "AGGREGATE", "metric": {"metric_name": "cpu_usage"}},
        {"intent": "AGGREGATE", "aggregate": {"group_by": ["ci_type"], "top_n": 1}},
        {"intent": "SEARCH", "history": {"enabled": True, "scope": "all", "limit": 1}},
    ],
    ids=["item", "choice", "graph", "list", "metric", "groups", "history"],
)
def test_every_patch_fits_the_plan_that_it_is_offered_for(
    invoker: ToolInvoker, plan: dict[str, object]
) -> None:
    offered = patches(answered(invoker, **plan))
    assert offered
    for patch in offered.values():
        again = patched(Plan.model_validate(plan), patch)
        assert answered(invoker, **again.model_dump()).answer


def test_a_metric_can_be_seen_over_other_times_and_by_other_functions(
    invoker: ToolInvoker,
) -> None:
    metric = {"metric_name": "cpu_usage", "agg": "max"}
    assert patches(answered(invoker, intent="AGGREGATE", metric=metric)) == {
        "cpu_usage over the last 1 h": {"metric.time_range": "last_1h"},
        "cpu_usage over the last 7 days": {"metric.time_range": "last_7d"},
        "Show avg instead of max": {"metric.agg": "avg"},
        "Show min instead of max": {"metric.agg": "min"},
    }


def test_a_series_has_no_function_to_change(invoker: ToolInvoker) -> None:
    metric = {"metric_name": "cpu_usage", "mode": "series"}
    composition = answered(invoker, intent="SEARCH", primary=SERVER, metric=metric)
    assert not [label for label in labels(composition) if label.startswith("Show")]


def test_history_can_be_seen_over_other_times(invoker: ToolInvoker) -> None:
    history = {"enabled": True, "scope": "all", "source": "event_log", "limit": 1}
    assert patches(answered(invoker, intent="SEARCH", history=history)) == {
        "History of the last 24 h": {"history.time_range": "last_24h"},
        "History of the last 30 days": {"history.time_range": "last_30d"},
        "Show 4 of 4 records": {"history.limit": 4},
    }


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, {"Next page": {"list.offset": 4}}),
        (
            4,
            {
                "Next page": {"list.offset": 8},
                "Previous page": {"list.offset": 0},
                "First page": {"list.offset": 0},
            },
        ),
        (8, {"Previous page": {"list.offset": 4}, "First page": {"list.offset": 0}}),
    ],
)
def test_a_list_leads_to_the_pages_that_there_are(
    invoker: ToolInvoker, offset: int, expected: object
) -> None:
    page = {"enabled": True, "limit": 4, "offset": offset}
    assert patches(answered(invoker, intent="LIST", list=page)) == expected


def test_groups_that_are_not_shown_can_be_shown(invoker: ToolInvoker) -> None:
    aggregate = {"group_by": ["ci_subtype"], "top_n": 2}
    composition = answered(invoker, intent="AGGREGATE", aggregate=aggregate)
    assert patches(composition) == {"Show 6 of 6 groups": {"aggregate.top_n": 6}}


def test_items_can_be_counted_by_subtype(invoker: ToolInvoker) -> None:
    composition = answered(invoker, intent="AGGREGATE", aggregate={"metrics": ["count"]})
    assert patches(composition) == {
        "Top 10 by ci_subtype": {"aggregate.group_by": ["ci_subtype"], "aggregate.top_n": 10}
    }


def test_a_search_that_is_cut_can_be_widened(invoker: ToolInvoker) -> None:
    search = {"keywords": ["shop"], "tool_type": "ci_search", "limit": 2}
    composition = answered(invoker, intent="SEARCH", primary=search)
    assert patches(composition) == {"Show 4 of 4 items": {"primary.limit": 4}}


def expanded(invoker: ToolInvoker, **graph: object) -> dict[str, object]:
    graph = {"view": "IMPACT", **graph}
    return {**patches(answered(invoker, intent="EXPAND", primary=SERVER, graph=graph))}


def test_a_graph_can_be_seen_in_other_views(invoker: ToolInvoker) -> None:
    assert expanded(invoker) == {
        "What srv-01 needs": {"graph.view": "DEPENDENCY"},
        "What is near srv-01": {"graph.view": "NEIGHBORS"},
    }


def test_a_graph_with_more_behind_it_can_be_followed_further(invoker: ToolInvoker) -> None:
    assert expanded(invoker, depth=1)["Expand to depth 2"] == {"graph.depth": 2}


def test_a_graph_at_the_depth_that_its_view_allows_is_not_followed_further(
    invoker: ToolInvoker,
) -> None:
    summary = expanded(invoker, view="SUMMARY")
    assert not [label for label in summary if label.startswith("Expand")]


def test_a_truncated_graph_gets_larger_limits_and_not_more_depth(invoker: ToolInvoker) -> None:
    offered = expanded(invoker, depth=1, limits={"max_nodes": 2, "max_edges": 9})
    assert offered["Show twice as many"] == {
        "graph.limits.max_nodes": 4,
        "graph.limits.max_edges": 18,
    }
    assert "Expand to depth 2" not in offered


def test_the_candidates_of_an_ambiguous_name_can_be_chosen(invoker: ToolInvoker) -> None:
    composition = answered(
        invoker, intent="PATH", primary={"keywords": ["db-01"]}, secondary={"keywords": ["Twin"]}
    )
    assert composition.next_actions[0].payload == {
        "selected_secondary_ci_id": "id-twin-a",
        "patch": {"secondary.keywords": ["twin-a"], "secondary.tool_type": "ci_lookup"},
    }


def test_codes_close_to_an_unknown_one_can_be_chosen(invoker: ToolInvoker) -> None:
    composition = answered(invoker, primary={"keywords": ["srv-99"]})
    assert labels(composition)[:2] == ["srv-02 (primary)", "srv-01 (primary)"]


def test_a_choice_in_a_step_patches_that_step(invoker: ToolInvoker) -> None:
    steps = [
        {"step_id": name, "name": name, "intent": "LOOKUP", "primary": {"keywords": [word]}}
        for name, word in (("a", "srv-01"), ("b", "Twin"))
    ]
    composition = answered(invoker, steps=steps)
    assert patches(composition)["twin-a (primary)"] == {
        "steps.1.primary.keywords": ["twin-a"],
        "steps.1.primary.tool_type": "ci_lookup",
    }


def test_a_label_is_offered_once() -> None:
    params = {"metric_name": "cpu_usage", "time_range": "last_24h"}
    calls = [call_result("metric.series", call_id=name, params=params) for name in "ab"]
    offered = [action.label for action in compose(Plan(), calls).next_actions]
    assert offered == [
        "cpu_usage over the last 1 h",
        "cpu_usage over the last 7 days",
        "Trace details",
    ]
