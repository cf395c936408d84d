"""Each part of a plan stands for one call."""

from typing import Any

import pytest

from tests.domain.plan.planning import CPU, FILTER, LOOKUP, SEARCH, calls


def test_a_plan_without_parts_asks_for_nothing() -> None:
    assert calls() == {}


def test_a_lookup_resolves_the_words_to_one_item() -> None:
    (call,) = calls(primary={"keywords": ["erp", "db"]}).values()
    assert (call.call_id, call.tool, call.operation, call.params) == (
        "primary",
        "ci",
        "resolve",
        {"text": "erp db"},
    )


def test_a_search_takes_words_filters_and_limit() -> None:
    (call,) = calls(primary={**SEARCH, "filters": [FILTER], "limit": 7}).values()
    assert (call.operation, call.params) == (
        "search",
        {"keywords": ["srv"], "filters": [FILTER], "limit": 7},
    )


def test_a_lookup_with_filters_is_a_search() -> None:
    assert calls(primary={**LOOKUP, "filters": [FILTER]})["primary"].operation == "search"


def test_filters_alone_are_a_search() -> None:
    assert calls(primary={"filters": [FILTER]})["primary"].params["keywords"] == []


def test_the_second_item_is_looked_up_like_the_first() -> None:
    found = calls(primary=LOOKUP, secondary={"keywords": ["srv-2"]})
    assert (found["secondary"].operation, found["secondary"].params) == (
        "resolve",
        {"text": "srv-2"},
    )


def test_a_list_is_a_page_of_what_the_primary_filters_choose() -> None:
    sort = [{"field": "ci_name", "direction": "DESC"}]
    parts = {"enabled": True, "limit": 20, "offset": 40, "sort": sort}
    found = calls(list=parts, primary={"filters": [FILTER]})
    assert {name: call.params for name, call in found.items()} == {
        "list": {"limit": 20, "offset": 40, "filters": [FILTER], "sort": sort}
    }


def test_a_list_without_an_order_leaves_it_to_the_tool() -> None:
    assert "sort" not in calls(list={"enabled": True})["list"].params


@pytest.mark.parametrize(
    ("scope", "tool", "params"),
    [
        ("ci", "ci", {}),
        ("event_log", "history", {"source": "event_log", "time_range": "last_7d"}),
        ("work_history", "history", {"source": "work_history", "time_range": "last_7d"}),
        (
            "maintenance_history",
            "history",
            {"source": "maintenance_history", "time_range": "last_7d"},
        ),
        (
            "work_and_maintenance",
            "history",
            {"source": "work_and_maintenance", "time_range": "last_7d"},
        ),
        ("audit_log", "history", {"source": "audit_log", "time_range": "last_7d"}),
        ("document", "document", {"time_range": "last_7d"}),
    ],
)
def test_groups_are_made_by_the_tool_of_their_scope(
    scope: str, tool: str, params: dict[str, Any]
) -> None:
    spec = {"scope": scope, "group_by": ["status"], "filters": [FILTER], "time_range": "last_7d"}
    call = calls(aggregate={**spec, "top_n": 3, "ascending": True})["aggregate"]
    assert (call.tool, call.operation, call.params) == (
        tool,
        "aggregate",
        {
            "group_by": ["status"],
            "metrics": ["count"],
            "filters": [FILTER],
            "top_n": 3,
            "ascending": True,
            **params,
        },
    )


def test_history_is_grouped_over_all_time_unless_told() -> None:
    spec = {"scope": "event_log", "group_by": ["severity"]}
    assert calls(aggregate=spec)["aggregate"].params["time_range"] == "all_time"


@pytest.mark.parametrize(
    "part", [{"group_by": ["a"]}, {"metrics": ["count"]}, {"filters": [FILTER]}]
)
def test_any_word_of_an_aggregate_asks_for_it(part: dict[str, Any]) -> None:
    assert list(calls(aggregate=part)) == ["aggregate"]


def test_a_ranking_aggregates_the_metric_per_item() -> None:
    spec = {"scope": "metric", "filters": [FILTER], "top_n": 3, "at_least": 80}
    (call,) = calls(aggregate=spec, metric={**CPU, "agg": "max"}).values()
    assert (call.call_id, call.tool, call.operation, call.params) == (
        "aggregate",
        "metric",
        "aggregate_by_ci",
        {
            "metric_name": "cpu",
            "agg": "max",
            "time_range": "last_24h",
            "filters": [FILTER],
            "top_n": 3,
            "ascending": False,
            "at_least": 80.0,
        },
    )


def test_a_metric_is_aggregated_over_what_the_filters_choose() -> None:
    (call,) = calls(metric=CPU, primary={"filters": [FILTER]}).values()
    assert (call.call_id, call.operation, call.params) == (
        "metric",
        "aggregate",
        {"metric_name": "cpu", "time_range": "last_24h", "agg": "avg", "filters": [FILTER]},
    )


def test_a_series_is_of_one_item() -> None:
    call = calls(primary=LOOKUP, metric={**CPU, "mode": "series", "limit": 9})["metric"]
    assert (call.operation, call.params, call.output_mapping) == (
        "series",
        {"metric_name": "cpu", "time_range": "last_24h", "limit": 9},
        {"ci_id": "{primary.rows[0].ci_id}"},
    )


@pytest.mark.parametrize(
    ("source", "operation"),
    [
        ("event_log", "event_log"),
        ("work_history", "work"),
        ("maintenance_history", "maintenance"),
        ("work_and_maintenance", "work_and_maintenance"),
    ],
)
def test_history_is_read_from_its_source(source: str, operation: str) -> None:
    spec = {"enabled": True, "source": source, "filters": [FILTER], "limit": 9}
    call = calls(history=spec)["history"]
    assert (call.tool, call.operation, call.params) == (
        "history",
        operation,
        {"time_range": "last_7d", "limit": 9, "filters": [FILTER]},
    )


def test_a_graph_is_expanded_along_its_view() -> None:
    limits = {"max_nodes": 9, "max_edges": 8, "max_paths": 7}
    spec = {"view": "IMPACT", "depth": 2, "limits": limits}
    call = calls(primary=LOOKUP, graph=spec)["graph"]
    assert (call.operation, call.params, call.output_mapping) == (
        "expand",
        {"view": "IMPACT", "depth": 2, "limits": limits},
        {"ci_id": "{primary.rows[0].ci_id}"},
    )


def test_an_expansion_without_a_view_shows_that_of_the_plan() -> None:
    call = calls(intent="EXPAND", view="DEPENDENCY", primary=LOOKUP)["graph"]
    assert call.params["view"] == "DEPENDENCY"


def test_the_depth_of_a_view_is_left_to_its_policy_unless_told() -> None:
    assert "depth" not in calls(graph={"view": "IMPACT"})["graph"].params


@pytest.mark.parametrize("parts", [{"intent": "PATH"}, {"graph": {"view": "PATH"}}])
def test_a_path_goes_from_the_first_item_to_the_second(parts: dict[str, Any]) -> None:
    found = calls(primary=LOOKUP, secondary={"keywords": ["srv-2"]}, **parts)
    assert (found["graph"].operation, found["graph"].params, found["graph"].output_mapping) == (
        "path",
        {},
        {"source_id": "{primary.rows[0].ci_id}", "target_id": "{secondary.rows[0].ci_id}"},
    )


def test_the_depth_of_a_path_is_its_hops() -> None:
    assert calls(intent="PATH", graph={"depth": 4})["graph"].params == {"hops": 4}


def test_documents_are_searched_by_words() -> None:
    call = calls(document={"query": "restart", "top_k": 4, "filters": [FILTER]})["document"]
    assert (call.tool, call.operation, call.params) == (
        "document",
        "search",
        {"query": "restart", "filters": [FILTER], "limit": 4},
    )


def test_a_rule_is_simulated() -> None:
    call = calls(cep={"rule_id": "r1"})["cep"]
    assert (call.tool, call.operation, call.params) == ("cep", "simulate", {"rule_id": "r1"})
