"""What plans say of limits, blocks, lists, scopes and documents is done, or told."""

from typing import Any

import pytest

from tests.acceptance.plans.running import Plans

ITEM = {"keywords": ["srv-erp-01"]}
Json = dict[str, Any]


def kinds(plans: Plans, plan: Json) -> list[str]:
    (composed,) = plans.run(plan).all("response-composed")
    return [block["type"] for block in composed.blocks]


def rows(plans: Plans, plan: Json, call: str) -> list[Any]:
    found = plans.run(plan).data[call]["rows"]
    assert isinstance(found, list)
    return found


def test_a_clamp_is_told_in_decision_answer_quality_and_meta(plans: Plans) -> None:
    deep = {"intent": "EXPAND", "primary": ITEM, "graph": {"view": "IMPACT", "depth": 5}}
    done = plans.run({**deep, "budget": {"max_depth": 2}})
    (decision,) = done.one("plan-validated").decisions
    assert (decision.rule, decision.effective, decision.deduction) == ("max_depth", 2, 0.05)
    said = "graph.depth is 2 and not 5: budget.max_depth allows 2 relations"
    assert f"Note: {said}." in done.answer
    assert done.data["graph"]["meta"]["depth"] == 2
    meta = plans.opstrail("run", "response", done.run_id, "-o", "json").json["meta"]
    assert meta["confidence_reasons"] == ["graph.depth was limited"]
    assert (meta["confidence"], meta["limits"][0]["requested"]) == (0.95, 5)
    assert plans.verdict(done) == "same"
    wider = plans.forked(done, "--patch", "budget.max_depth=6")
    assert wider.one("plan-validated").decisions == []
    assert "Note:" not in wider.answer


@pytest.mark.parametrize(
    ("tool", "operation", "params"),
    [
        ("ci", "list_preview", {"limit": 5000}),
        ("ci", "search", {"limit": 0}),
        ("history", "event_log", {"limit": 201, "time_range": "last_24h"}),
        ("metric", "aggregate_by_ci", {"top_n": 9000, "metric_name": "cpu_usage"}),
        ("graph", "expand", {"depth": 5, "ci_id": "srv-erp-01", "view": "NEIGHBORS"}),
        ("document", "search", {"limit": 999, "query": "erp"}),
    ],
)
def test_a_clamp_of_a_tool_is_told_in_answer_quality_and_meta(
    plans: Plans, tool: str, operation: str, params: Json
) -> None:
    own = {"call_id": "own", "tool": tool, "operation": operation, "params": params}
    done = plans.run({"calls": [own]})
    name, asked = next(iter(params.items()))
    assert f"Note: {name} {asked} is not " in done.answer
    meta = plans.opstrail("run", "response", done.run_id, "-o", "json").json["meta"]
    assert f"own.{name} was limited" in meta["confidence_reasons"]
    (limit,) = meta["limits"]
    assert (limit["rule"], limit["field"]) == ("tool_limit", f"own.{name}")
    assert (limit["requested"], limit["deduction"]) == (asked, 0.05)
    assert plans.verdict(done) == "same"


def test_a_clamped_run_is_taken_over_as_it_was(plans: Plans) -> None:
    plan = {"primary": ITEM, "history": {"enabled": True, "limit": 999}}
    done = plans.run(plan)
    taken_over = plans.recovered(plans.killed(plan, "history"))
    assert "history.limit is 200 and not 999" in taken_over.answer == done.answer
    assert plans.verdict(taken_over) == "same"


def test_what_nothing_reads_is_told(plans: Plans) -> None:
    done = plans.run({"primary": {**ITEM, "limit": 7}, "list": {"limit": 3}})
    assert "Note: list.limit 3 is not used: list.enabled is false." in done.answer
    assert "Note: primary.limit 7 is not used: a lookup finds one item." in done.answer
    assert done.one("response-composed").confidence == 1.0


def test_parts_beside_steps_are_refused(plans: Plans) -> None:
    step = {"step_id": "one", "name": "One", "intent": "LOOKUP", "primary": ITEM}
    plan = {"enable_multistep": True, "steps": [step], "history": {"enabled": True}}
    assert "history: a plan of several steps has its parts in them" in plans.refused(plan)


def test_blocks_are_those_that_are_called_for(plans: Plans) -> None:
    plan = {"primary": ITEM, "metric": {"metric_name": "cpu_usage"}}
    assert {"text", "number", "table"} == {*kinds(plans, plan)}
    assert {*kinds(plans, {**plan, "output": {"blocks": ["number"]}})} == {"text", "number"}
    missing = plans.run({**plan, "output": {"blocks": ["number", "path"]}})
    assert "Note: no call of the plan gives a block of the kind path." in missing.answer


def test_a_fork_of_a_question_leaves_out_blocks_that_it_does_not_call_for(plans: Plans) -> None:
    asked = plans.opstrail("ask", "What is affected if srv-erp-01 fails?", "--anchor", "data")
    done = plans.done(asked)
    assert "table" in {block["type"] for block in done.one("response-composed").blocks}
    fewer = plans.forked(done, "--patch", 'output.blocks=["network"]')
    assert {each["type"] for each in fewer.one("response-composed").blocks} == {"network", "text"}


def test_keywords_filter_a_list(plans: Plans) -> None:
    plan = {"intent": "LIST", "list": {"enabled": True}, "primary": {"keywords": ["erp", "db"]}}
    done = plans.run(plan)
    assert done.started == ["list"]
    assert {"erp", "db"} <= {
        *" ".join(row["ci_code"] for row in done.data["list"]["rows"]).split("-")
    }
    assert done.data["list"]["total"] < 50


def test_mode_all_looks_around_the_item_and_at_its_history(plans: Plans) -> None:
    done = plans.run({"mode": "all", "primary": ITEM})
    assert done.started == ["primary", "graph", "history"]
    assert done.data["graph"]["meta"]["depth"] == 2
    assert plans.run({"mode": "ci", "primary": ITEM}).started == ["primary"]


def test_a_mode_that_there_is_not_is_refused(plans: Plans) -> None:
    assert "mode" in plans.refused({"mode": "wide", "primary": ITEM})


def test_a_view_is_looked_along(plans: Plans) -> None:
    assert plans.run({"view": "DEPENDENCY", "primary": ITEM}).data["graph"]["view"] == "DEPENDENCY"


def test_a_metric_of_a_graph_has_the_value_of_each_item(plans: Plans) -> None:
    metric = {"metric_name": "cpu_usage", "scope": "graph"}
    plan = {"primary": ITEM, "graph": {"view": "NEIGHBORS"}, "metric": metric}
    data = plans.run(plan).data
    each = data["metric"]["per_item"]
    assert len(each["rows"]) == each["total"] == data["metric"]["ci_count_with_data"] > 1
    assert {row[0] for row in each["rows"]} <= {node["code"] for node in data["graph"]["nodes"]}


def test_work_and_maintenance_are_counted_together(plans: Plans) -> None:
    def total(scope: str) -> int:
        spec = {"scope": scope, "metrics": ["count"]}
        return int(plans.run({"aggregate": spec}).data["aggregate"]["total_records"])

    grouped = {"scope": "work_and_maintenance", "group_by": ["source"], "metrics": ["count"]}
    found = dict(rows(plans, {"aggregate": grouped}, "aggregate"))
    each = {name: total(name) for name in ("work_history", "maintenance_history")}
    assert found == each
    assert total("work_and_maintenance") == sum(each.values()) > 0


def test_the_audit_log_counts_who_changed_the_estate(plans: Plans) -> None:
    assert plans.opstrail("estate", "remove", "srv-erp-01", "--reason", "old").code == 0
    changes = plans.opstrail("estate", "history", "-o", "json").json
    by = {"scope": "audit_log", "group_by": ["action", "actor_kind"], "metrics": ["count"]}
    done = plans.run({"aggregate": by})
    removed = [row for row in done.data["aggregate"]["rows"] if row[0] == "estate-removed"]
    assert (len(removed), removed[0][2]) == (1, 1)
    assert done.data["aggregate"]["total_records"] == len(changes)
    assert "change of the estate" in done.answer or "changes of the estate" in done.answer
    later = {**by, "time_range": "2099-01-01..2099-12-31"}
    assert plans.run({"aggregate": later}).data["aggregate"]["total_records"] == 0


@pytest.mark.parametrize("kind", ["hybrid", "vector"])
def test_a_search_that_needs_embeddings_is_refused(plans: Plans, kind: str) -> None:
    said = plans.refused({"document": {"query": "manual", "search_type": kind}})
    assert f"document.search_type: {kind} needs embeddings" in said


def test_documents_are_those_of_the_dates_types_and_relevance(plans: Plans) -> None:
    def found(**more: Any) -> list[Any]:  # noqa: ANN401 - fields of the part
        plan = {"document": {"query": "manual", "top_k": 50, **more}}
        return rows(plans, plan, "document")

    every = found()
    assert all(0 <= row["relevance"] <= 1 for row in every)
    assert [row["relevance"] for row in every] == sorted(
        (r["relevance"] for r in every), reverse=True
    )
    assert found(document_types=["pdf"]) == every
    assert found(document_types=["txt"]) == []
    until = found(date_to="2026-01-31")
    assert all(row["created_at"] < "2026-02" for row in until)
    since = found(date_from="2026-02-01")
    assert all(row["created_at"] >= "2026-02" for row in since)
    best = max(row["relevance"] for row in every)
    assert {row["relevance"] for row in found(min_relevance=best)} == {best}
