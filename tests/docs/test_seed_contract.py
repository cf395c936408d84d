"""The page of the customer's classes: its examples run as they stand, and every call gives this.

What is expected stands here by value, not as the page was generated.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from docs.seed_contract_page import CALLS, EXAMPLES, run

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "seed-contract.md"
CODE: Final = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
METHODS: Final = {
    "ToolExecutor": """execute_tool execute_tool_async execute_tool_with_tracing select_best_tools
        get_system_load selection_strategy estimate_tool_times ci_search ci_get ci_get_by_code
        ci_aggregate ci_list_preview metric_aggregate metric_series_table graph_expand graph_path
        history_recent cep_simulate ci_search_async ci_get_async ci_aggregate_async
        metric_aggregate_async""",
    "StageOrchestrator": """run_with_stages _execute_direct_path _execute_reject_path
        _execute_plan_path _build_stage_input _distribute_stage_assets
        build_orchestration_trace""",
    "ResponseBuilder": """build_success_response build_error_response compose_answer_from_blocks
        aggregate_references format_metadata combine_responses""",
    "ExecutionRouter": """determine_route _should_use_sections_loop _should_use_auto_recipe
        _should_use_lookup get_route_config analyze_plan_structure get_routing_context""",
}
"""The methods that the document names."""
ALL_STAGES: Final = ["route_plan", "validate", "execute", "compose", "present"]
REFERENCE: Final = {"id": "ci:123", "kind": "row", "title": "Server 123"}
ANSWER: Final = "srv-123 (Server 123) is active."

Given = Callable[[Any], object]


def code(item: Any) -> object:  # noqa: ANN401 - an item of the estate
    return item["ci_code"]


def first(found: Any) -> object:  # noqa: ANN401 - rows of the estate
    return [code(row) for row in found["rows"]], found["total"]


def groups(table: Any) -> object:  # noqa: ANN401 - a table
    return table["columns"], table["rows"], table["total_records"]


def peak(value: Any) -> object:  # noqa: ANN401 - a value of a metric
    return value["agg"], value["value"], value["unit"], value["sample_count"]


def staged(done: Any) -> object:  # noqa: ANN401 - what an orchestration gives
    blocks, answer, full = done
    return [block["type"] for block in blocks], answer, full["stages"][-1]["name"]


def in_production(rows: Any) -> tuple[int, set[str]]:  # noqa: ANN401 - items of the estate
    return len(rows), {row["environment"] for row in rows}


EXPECTED: Final[dict[str, tuple[Given, object]]] = {
    "executor.execute_tool(": (
        lambda found: (*in_production(found["rows"]), found["total"]),
        (10, {"production"}, 238),
    ),
    "executor.ci_search(": (in_production, (2, {"production"})),
    "await executor.ci_search_async": (in_production, (2, {"production"})),
    "await executor.execute_tool_async": (first, (["srv-123"], 1)),
    "await executor.execute_tool_with_tracing": (first, (["srv-123"], 1)),
    "sorted(await executor.select_best_tools": (
        sorted,
        ["causes", "cep", "ci", "document", "graph", "history", "metric", "query"],
    ),
    "await executor.get_system_load": (lambda load: set(load.values()), {0.0}),
    "executor.selection_strategy": (str, "fastest"),
    "sorted(executor.estimate_tool_times": (
        list,
        ["causes", "cep", "ci", "document", "graph", "history", "metric", "query"],
    ),
    "executor.ci_get(": (code, "srv-123"),
    "executor.ci_get_by_code": (lambda item: item["ci_id"], "123"),
    "executor.ci_aggregate": (
        groups,
        (["ci_type", "count"], [["SW", 197], ["HW", 76], ["SYSTEM", 8]], 281),
    ),
    "executor.ci_list_preview": (first, (["srv-erp-06", "was-secops-04"], 281)),
    "executor.metric_aggregate": (peak, ("max", 94.56, "%", 4700)),
    "executor.metric_series_table": (
        lambda series: [row[1] for row in series["rows"]],
        [50.54, 51.41, 52.22, 53.26],
    ),
    "executor.graph_expand": (
        lambda graph: (graph["root"], sorted(graph["ids"])),
        ("srv-erp-01", ["net-erp-01", "net-erp-02", "sec-erp", "srv-erp-01", "storage-erp"]),
    ),
    "executor.graph_path": (
        lambda path: (path["paths"], path["hop_count"]),
        ([["srv-erp-01", "sys-erp"]], 1),
    ),
    "executor.history_recent": (
        lambda found: [row["entry_id"] for row in found["rows"]],
        ["ev-deployment-app-erp-order-01-1-srv-erp-01-4", "ev-00323"],
    ),
    "executor.cep_simulate": (
        lambda found: (found["rule_id"], found["triggered"]),
        ("rule-high-cpu", True),
    ),
    "await executor.ci_get_async": (code, "srv-123"),
    "await executor.ci_aggregate_async": (lambda table: table["rows"][0], ["SW", 197]),
    "await executor.metric_aggregate_async": (peak, ("max", 94.56, "%", 4700)),
    "await orchestrator.run_with_stages": (staged, (["table", "text"], ANSWER, "present")),
    "await orchestrator._execute_direct_path": (staged, ([], "Yes.", "present")),
    "await orchestrator._execute_reject_path": (
        staged,
        (["text"], "Query rejected: not allowed", "present"),
    ),
    "await orchestrator._execute_plan_path": (staged, (["table", "text"], ANSWER, "present")),
    "orchestrator._build_stage_input": (
        lambda given: (given.stage, given.applied_assets, given.prev_output, given.params),
        (
            "validate",
            {},
            {},
            {
                "stage_name": "validate",
                "plan_output": {"kind": "plan", "plan": {"primary": {"keywords": ["srv-123"]}}},
            },
        ),
    ),
    "orchestrator._distribute_stage_assets": (dict, {"style": "short:2"}),
    "orchestrator.build_orchestration_trace": (
        lambda trace: ([each["stage"] for each in trace["stages"]], trace["references"]),
        (ALL_STAGES, [REFERENCE]),
    ),
    "builder.build_success_response": (
        lambda made: (made["success"], made["answer"], len(made["blocks"]), made["references"]),
        (True, ANSWER, 2, [REFERENCE]),
    ),
    "builder.build_error_response": (
        lambda made: (made["answer"], made["error_code"], made["details"]),
        ("Error: too slow", "TOOL_TIMEOUT", {"limit_ms": 5}),
    ),
    "builder.compose_answer_from_blocks": (str, "srv-123 - Server 123"),
    "builder.aggregate_references": (list, [REFERENCE]),
    "builder.format_metadata": (
        dict,
        {"execution_time_ms": 12, "tool_calls": 3, "blocks_count": 2, "used_assets": ["a:1"]},
    ),
    "builder.combine_responses": (
        lambda made: (made["success"], made["answer"], made["metadata"], made["errors"]),
        (
            False,
            ANSWER,
            {"combined_from": 2, "parts": [{}, {}]},
            [{"error": "too slow", "error_code": "UNKNOWN_ERROR", "details": {}}],
        ),
    ),
    "router.determine_route": (str, "lookup"),
    "router._should_use_sections_loop": (bool, False),
    "router._should_use_auto_recipe": (bool, False),
    "router._should_use_lookup": (bool, True),
    "router.get_route_config": (
        dict,
        {
            "description": "Look up one configuration item",
            "stages": ALL_STAGES,
            "requires_execution": True,
            "execution_type": "lookup",
        },
    ),
    "router.analyze_plan_structure": (
        lambda found: (found["kind"], found["intent"], found["ci_focus"], found["graph_focus"]),
        ("plan", "LOOKUP", True, False),
    ),
    "router.get_routing_context": (
        lambda seen: (seen["ci_id"], seen["has_ci_context"], seen["is_specific_lookup"]),
        ("123", True, True),
    ),
}
"""By how a call begins: what is looked at of its result, and what that is."""


@pytest.fixture(scope="module")
def names() -> Iterator[dict[str, Any]]:
    """Give the names that the page's prelude, examples and preparations bind, as they stand."""
    found: dict[str, Any] = {}
    listed = {call for calls in CALLS.values() for call in calls}
    for code_block in CODE.findall(PAGE.read_text(encoding="utf-8")):
        if code_block.strip() not in listed:
            run(code_block, found)
    with found["opened"]:
        yield found


def test_the_examples_of_the_document_stand_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name, example in EXAMPLES.items() if example.strip() not in page] == []


def test_the_examples_give_these_results(names: dict[str, Any]) -> None:
    assert code(names["ci"]) == "srv-123"
    assert peak(names["metrics"]) == ("max", 94.56, "%", 4700)
    assert names["answer"] == ANSWER
    assert [each["name"] for each in names["result"]["stages"]] == ALL_STAGES
    assert {each["status"] for each in names["result"]["stages"]} == {"ok"}
    assert names["stage_input"].stage == "validate"
    assert names["response"]["next_actions"][0]["label"] == "Trace details"
    assert names["refs"] == [REFERENCE]
    assert names["route"] == "lookup"
    assert names["config"]["execution_type"] == "lookup"
    assert names["analysis"]["intent"] == "LOOKUP"


@pytest.mark.parametrize("name", METHODS)
def test_every_method_of_the_document_is_called(name: str) -> None:
    called = [match for call in CALLS[name] for match in re.findall(r"\.(\w+)\(", call)[:1]]
    assert called == METHODS[name].split()


@pytest.mark.parametrize("name", CALLS)
def test_every_call_gives_what_is_expected(names: dict[str, Any], name: str) -> None:
    for call in CALLS[name]:
        looked_at, expected = next(
            found for begin, found in EXPECTED.items() if call.startswith(begin)
        )
        assert (call, looked_at(run(call, names))) == (call, expected)


def test_what_is_in_production_is_found(names: dict[str, Any]) -> None:
    found = run('executor.ci_search(keywords=["prod", "srv-123"])', names)
    assert [code(item) for item in found] == ["srv-123"]


def test_all_that_is_in_production_is_counted(names: dict[str, Any]) -> None:
    items = [item for item in names["estate"].cis if item.environment.startswith("prod")]
    assert len(items) == 238
