"""The calls that an auto recipe stands for."""

from typing import Any

from domain.plan.planned_call import PlannedCall
from tests.domain.plan.planning import calls


def recipe(**auto: Any) -> dict[str, PlannedCall]:  # noqa: ANN401 - plain JSON
    return calls(mode="auto", primary={"keywords": ["srv-1"]}, auto=auto)


def test_a_recipe_looks_near_its_item() -> None:
    found = recipe()
    assert list(found) == ["primary", "view_neighbors"]
    assert (found["primary"].operation, found["primary"].params) == ("resolve", {"text": "srv-1"})
    near = found["view_neighbors"]
    assert near.params["view"] == "NEIGHBORS"
    assert "depth" not in near.params
    assert near.output_mapping == {"ci_id": "{primary.rows[0].ci_id}"}


def test_each_view_is_as_deep_as_it_may_be() -> None:
    found = recipe(views=["NEIGHBORS", "IMPACT"], depth_hint=4)
    assert [found[name].params["depth"] for name in ("view_neighbors", "view_impact")] == [2, 4]


def test_a_path_without_a_target_asks_what_is_near() -> None:
    assert list(recipe(views=["PATH"])) == ["primary", "path_candidates"]


def test_a_path_leads_from_its_source_to_its_target() -> None:
    found = recipe(views=["PATH"], path={"source_ci_code": "a", "target_ci_code": "b"})
    assert list(found) == ["primary", "path_source", "path_target", "path"]
    assert found["path"].depends_on == ("path_source", "path_target")
    assert not found["path_target"].is_answer


def test_usual_metrics_wait_for_the_names_of_all() -> None:
    found = recipe(include_metric=True)
    usual = ["metric_cpu_usage", "metric_latency", "metric_error"]
    assert list(found) == ["primary", "view_neighbors", "metrics", *usual]
    assert all(found[name].waits_for == ("metrics",) for name in usual)
    aggs = [(found[name].params["agg"], found[name].params["time_range"]) for name in usual]
    assert aggs == [("max", "last_24h"), ("max", "last_24h"), ("count", "last_24h")]


def test_the_metric_of_the_plan_is_the_only_one() -> None:
    found = calls(
        mode="auto",
        primary={"keywords": ["srv-1"]},
        metric={"metric_name": "cpu", "agg": "min"},
        auto={"include_metric": True, "metric_mode": "series"},
    )
    assert list(found) == ["primary", "view_neighbors", "metric"]
    assert found["metric"].operation == "series"


def test_the_scope_is_that_of_the_first_view_of_what_needs_what() -> None:
    scope = {"include_metric": True, "include_history": True}
    found = recipe(views=["IMPACT", "DEPENDENCY"], graph_scope=scope)
    assert {name for name in found if name.startswith(("metric_", "history"))} == set()
    for name in ("scope_metric_cpu_usage", "scope_history"):
        assert found[name].output_mapping == {"ci_ids": "{view_impact.ids}"}
        assert found[name].later == {"ci_ids": ("{view_dependency.ids}",)}


def test_history_is_that_of_the_plan_else_events() -> None:
    usual = recipe(include_history=True)["history"]
    assert (usual.operation, usual.params["time_range"], usual.params["limit"]) == (
        "event_log",
        "last_7d",
        20,
    )
    named = calls(
        mode="auto",
        primary={"keywords": ["srv-1"]},
        history={"enabled": True, "source": "work_history", "scope": "all"},
        auto={"include_history": True},
    )["history"]
    assert (named.operation, named.output_mapping) == ("work", {})


def test_a_rule_is_told_the_first_metric_there_is() -> None:
    found = calls(
        mode="auto",
        primary={"keywords": ["srv-1"]},
        cep={"rule_id": "hot"},
        auto={"include_cep": True, "include_metric": True, "include_history": True},
    )["cep"]
    assert found.output_mapping["metric_context"] == "{metric_cpu_usage}"
    assert found.later == {
        "ci_context": (),
        "metric_context": ("{metric_latency}", "{metric_error}", None),
        "history_context": (None,),
    }


def test_calls_of_ones_own_stand_beside_a_recipe() -> None:
    own = {"call_id": "all", "tool": "ci", "operation": "aggregate", "params": {}}
    found = calls(mode="auto", primary={"keywords": ["srv-1"]}, calls=[own])
    assert list(found) == ["primary", "view_neighbors", "all"]
