"""Auto recipes and rounds of sections, run from files: what they answer, and their record."""

import json
from typing import Any

from domain.tools.contracts import ToolErrorCode
from tests.acceptance.plans.running import Done, Plans

DOWN = ToolErrorCode.INTERNAL_ERROR
EVENTS = {"enabled": True, "source": "event_log"}
RULE = {
    "primary": {"keywords": ["srv-erp-01"]},
    "metric": {"metric_name": "cpu_usage", "agg": "max"},
    "history": {"enabled": True, "source": "event_log"},
    "cep": {"rule_id": "rule-high-cpu"},
}


def recipe(**auto: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    return {"mode": "auto", "primary": {"keywords": ["srv-erp-01"]}, "auto": auto}


def blocks(done: Done) -> list[dict[str, Any]]:
    composed = done.one("response-composed")
    return list(composed.blocks)


def block(done: Done, id_: str) -> dict[str, Any]:
    (found,) = [each for each in blocks(done) if each["id"] == id_]
    return found


def patches(done: Done) -> dict[str, Any]:
    composed = done.one("response-composed")
    return {each["label"]: each["payload"].get("patch") for each in composed.next_actions}


def executed(done: Done) -> dict[str, Any]:
    (result,) = [each.result for each in done.all("stage-completed") if each.stage == "execute"]
    return dict(result)


def test_a_recipe_is_verified_taken_over_and_forked(plans: Plans) -> None:
    done = plans.run("recipe")
    assert (done.ended.code, done.status, plans.verdict(done)) == (0, "success", "same")
    left = plans.killed("recipe", "view_impact")
    answered = set(left.data)
    taken_over = plans.recovered(left)
    assert answered.isdisjoint(plans.tools.asked)
    assert (taken_over.answer, plans.verdict(taken_over)) == (done.answer, "same")
    forked = plans.forked(done, "--patch", 'auto.views=["COMPOSITION","IMPACT"]')
    assert forked.status == "success"
    assert "view_composition" in forked.started


def test_a_recipe_looks_from_every_side_at_once(plans: Plans) -> None:
    done = plans.run("recipe")
    begun = {event.call_id: event for event in done.all("tool-call-started")}
    assert set(begun) == {
        *("primary", "view_dependency", "view_impact", "metrics", "metric_cpu_usage", "cep"),
        *("history", "scope_history", "scope_metric_cpu_usage"),
    }
    for name in ("view_dependency", "view_impact", "history"):
        assert begun[name].depends_on == ["primary"]
    ids = done.data["view_dependency"]["ids"]
    assert begun["scope_history"].params["ci_ids"] == ids
    assert begun["scope_metric_cpu_usage"].params["ci_ids"] == ids
    assert begun["cep"].params["metric_context"] == done.data["metric_cpu_usage"]
    assert begun["cep"].params["history_context"] == done.data["history"]
    assert (begun["history"].params["time_range"], begun["history"].params["limit"]) == (
        "last_7d",
        20,
    )
    assert done.one("route-chosen").route == "auto_recipe"


def test_metrics_that_the_estate_has_not_are_left_out_on_purpose(plans: Plans) -> None:
    done = plans.run("recipe")
    assert set(done.skipped) == {
        *("metric_latency", "metric_error", "scope_metric_latency", "scope_metric_error"),
    }
    assert "latency" not in done.answer
    assert done.status == "success"


def test_the_answer_of_a_recipe_begins_with_insights_and_quality(plans: Plans) -> None:
    done = plans.run("recipe")
    assert done.answer.startswith("AUTO review for srv-erp-01: srv-erp-01 (ERP Server 01) is ")
    shown = [each["id"].partition("-")[0] for each in blocks(done)]
    assert list(dict.fromkeys(shown)) == [
        *("insights", "graph", "recent", "highlight", "quality", "confidence"),
        *("primary", "view_dependency", "view_impact", "scope_metric_cpu_usage"),
        *("metric_cpu_usage", "scope_history", "history", "cep", "notes"),
    ]
    nodes = {node["id"] for view in ("dependency", "impact") for node in _nodes(done, view)}
    assert block(done, "graph-nodes")["value"] == len(nodes)
    assert block(done, "recent")["value"] == done.data["history"]["total"]
    highlight = block(done, "highlight-metric_cpu_usage")
    assert (highlight["value"], highlight["unit"]) == (done.data["metric_cpu_usage"]["value"], "%")
    said = block(done, "insights")["text"].splitlines()
    assert said[0].startswith("AUTO review for srv-erp-01: ")
    assert said[-1] == "Rule High CPU would trigger: metric.value = 93.54."
    assert [each for each in said if each not in done.answer] == []


def _nodes(done: Done, view: str) -> list[dict[str, Any]]:
    return list(done.data[f"view_{view}"]["nodes"])


def test_a_recipe_says_with_a_code_what_lowers_its_confidence(plans: Plans) -> None:
    done = plans.run("recipe")
    composed = done.one("response-composed")
    assert composed.confidence_reasons == [
        "METRIC_FALLBACK: the plan names no metric, usual ones are shown"
    ]
    assert block(done, "confidence")["value"] == composed.confidence == 0.9
    perfect = plans.run(recipe())
    assert block(perfect, "quality")["text"] == "No warnings detected"
    assert block(perfect, "confidence")["value"] == 1.0


def test_a_view_that_fails_does_not_stop_a_recipe(plans: Plans) -> None:
    plans.tools.failing["view_impact"] = DOWN
    done = plans.run(recipe(views=["IMPACT", "NEIGHBORS"], include_history=True))
    assert (done.status, plans.verdict(done)) == ("partial", "same")
    assert {"view_neighbors", "history"} <= set(done.data)
    assert "GRAPH_MISSING: view_impact is missing" in block(done, "quality")["text"]
    assert "The graph could not be read: no answer." in block(done, "insights")["text"]


def test_a_path_without_a_target_offers_targets_and_goes_on(plans: Plans) -> None:
    done = plans.run(recipe(views=["PATH"]))
    assert "The path awaits its target" in block(done, "insights")["text"]
    assert "PATH_PENDING: the path has no target yet" in block(done, "quality")["text"]
    near = [node["code"] for node in done.data["path_candidates"]["nodes"] if node["distance"]]
    offered = [label for label in patches(done) if label.startswith("Path to ")]
    assert offered == [f"Path to {code}" for code in near[:5]]
    target = patches(done)[offered[0]]["auto.path.target_ci_code"]
    found = plans.forked(done, "--patch", f"auto.path.target_ci_code={target}")
    assert "are connected in 1 hop" in block(found, "insights")["text"]
    assert found.data["path"]["hop_count"] == 1


def test_a_path_leads_between_the_items_that_the_recipe_names(plans: Plans) -> None:
    ends = {"source_ci_code": "sys-erp", "target_ci_code": "storage-erp"}
    done = plans.run(recipe(views=["PATH"], path=ends, depth_hint=1))
    (begun,) = [each for each in done.all("tool-call-started") if each.call_id == "path"]
    assert (begun.params["source_id"], begun.params["target_id"]) == ("sys-erp", "storage-erp")
    assert begun.params["hops"] == 1
    missing = plans.run(recipe(views=["PATH"], path={"target_ci_code": "storage-erq"}))
    assert "PATH_MISSING: path is missing" in block(missing, "quality")["text"]
    assert "storage-erp (path target)" in patches(missing)


def test_an_item_that_is_unclear_is_not_guessed(plans: Plans) -> None:
    for keyword in ("srv-erp-99", "ERP Server"):
        done = plans.run({**recipe(include_history=True), "primary": {"keywords": [keyword]}})
        assert done.started[:1] == ["primary"]
        assert done.data == {}
        assert done.one("run-failed").error.code in {"DATA_NOT_FOUND", "AMBIGUOUS_CI"}


def test_a_series_is_shown_where_a_recipe_asks_for_one(plans: Plans) -> None:
    done = plans.run(recipe(include_metric=True, metric_mode="series"))
    assert block(done, "metric_cpu_usage-timeseries")["series"][0]["data"]


def test_steps_may_be_recipes(plans: Plans) -> None:
    step = {**recipe(include_history=True), "step_id": "two", "name": "Two", "intent": "LOOKUP"}
    one = {"step_id": "one", "name": "One", "intent": "LOOKUP", "primary": step["primary"]}
    step["primary"] = {}
    flow = [
        {"tool_id": "two:primary", "output_mapping": {"text": "{one:primary.rows[0].ci_code}"}}
    ]
    plan = {"enable_multistep": True, "steps": [one, step], "tool_dependencies": flow}
    done = plans.run(plan)
    assert set(done.data) == {"one:primary", "two:primary", "two:view_neighbors", "two:history"}
    assert "AUTO review for srv-erp-01: " in done.answer
    assert block(done, "two:confidence")["value"] == 1.0
    assert patches(done)["What srv-erp-01 needs"] == {
        "steps.1.auto.views": ["DEPENDENCY", "NEIGHBORS"]
    }


def test_every_recommendation_of_a_recipe_can_be_taken(plans: Plans) -> None:
    few = {"graph": {"limits": {"max_nodes": 2}}, "history": {**EVENTS, "limit": 1}}
    done = plans.run({**recipe(include_history=True), **few})
    composed = done.one("response-composed")
    recommended = [each for each in composed.next_actions if each["type"] != "open_trace"]
    assert 3 < len(recommended) <= 5
    assert all(each["reason"] for each in recommended)
    taken = [label for label, patch in patches(done).items() if patch]
    for label in taken:
        changes = [
            part
            for path, value in patches(done)[label].items()
            for part in ("--patch", f"{path}={json.dumps(value)}")
        ]
        assert plans.forked(done, *changes).status == "success", label


def test_a_rule_is_tried_without_the_context_that_failed(plans: Plans) -> None:
    plans.tools.failing["metric"] = DOWN
    done = plans.run(RULE)
    assert (done.skipped, done.status, plans.verdict(done)) == ({}, "partial", "same")
    begun = done.all("tool-call-started")[-1]
    assert (begun.call_id, begun.depends_on) == ("cep", ["primary", "history"])
    assert begun.params.keys() == {"rule_id", "ci_context", "history_context"}
    assert executed(done)["rounds"] == 2
    assert len(executed(done)["signature"]) == 16


def test_a_rule_without_any_context_is_another_question(plans: Plans) -> None:
    plans.tools.failing = {"metric": DOWN, "history": DOWN}
    done = plans.run(RULE, "--no-replan")
    assert list(done.skipped) == ["cep"]
    assert plans.verdict(done) == "same"


def test_what_needs_no_further_round_says_nothing_of_rounds(plans: Plans) -> None:
    assert executed(plans.run(RULE)).keys().isdisjoint({"rounds", "signature"})


def test_a_round_never_asks_about_something_else(plans: Plans) -> None:
    plans.tools.failing["primary"] = DOWN
    done = plans.run({**RULE, "document": {"query": "ERP"}})
    assert set(done.skipped) == {"metric", "history", "cep"}


def test_the_scope_of_a_recipe_takes_the_other_view_in_a_further_round(plans: Plans) -> None:
    plans.tools.failing["view_dependency"] = DOWN
    done = plans.run("recipe")
    begun = {event.call_id: event for event in done.all("tool-call-started")}
    assert begun["scope_history"].params["ci_ids"] == done.data["view_impact"]["ids"]
    assert executed(done)["rounds"] == 2
    left = plans.killed("recipe", "scope_history")
    taken_over = plans.recovered(left)
    assert (taken_over.answer, plans.verdict(taken_over)) == (done.answer, "same")
    plans.tools.failing.clear()
    resumed = plans.resumed(done)
    assert (resumed.status, plans.verdict(resumed)) == ("success", "same")
