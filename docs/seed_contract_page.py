"""The page of the customer's classes: the examples of the document, and what each method gives."""

import ast
import asyncio
import inspect
from collections.abc import Mapping
from pprint import pformat
from typing import Any, Final

from docs.pages import page
from domain.stages.stage import StageInput, plain

_EACH_TIME: Final = {"duration_ms", "trace_id", "timestamp"}
_DEEP: Final = {"input", "output", "stage_inputs", "stage_outputs"}
_LONG, _MANY = 60, 2

PRELUDE: Final = """
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from adapters.bootstrap import open_service
from adapters.estates.demo.dataset import demo_estate
from domain.estate.records import ConfigurationItem
from domain.orchestration import ExecutionRouter, ResponseBuilder, StageOrchestrator, ToolExecutor
from domain.plan.plan import PlanOutput
from domain.tools.invoker import ToolInvoker
from domain.tools.selector import SmartToolSelector
from domain.tools.tracer import ExecutionTracer

tenant_id, noon = "demo", datetime(2026, 6, 30, 12, tzinfo=UTC)
opened = ExitStack()
folder = opened.enter_context(TemporaryDirectory())
opstrail = opened.enter_context(open_service(f"sqlite:///{folder}/contract.db"))
item = ConfigurationItem(
    ci_id="123", ci_code="srv-123", ci_name="Server 123", ci_type="HW", environment="prod"
)
estate = demo_estate(anchor=noon, days=1)
estate = replace(estate, cis=[*estate.cis, item])
opstrail.estates.writer.load(tenant_id, estate, mode="replace", at=noon)

tool_executor = ToolInvoker(opstrail.tools)
selector = SmartToolSelector(opstrail.tools)
tracer = ExecutionTracer(now=lambda: noon)

plan_output = PlanOutput(kind="plan", plan={"primary": {"keywords": ["srv-123"]}})


async def execution_fn(plan_output):
    found = await executor.execute_tool_async("ci", "get", ci_id="123")
    called = {"call_id": "primary", "tool": "ci", "operation": "get", "params": {"ci_id": "123"}}
    return {"results": [{**called, "status": "succeeded", "data": found}], "references": refs}


async def present_fn(plan_output, execute_result=None):
    shown = execute_result or {}
    return {"summary": shown.get("answer", "Yes."), "blocks": shown.get("blocks", [])}


refs = [{"id": "ci:123", "kind": "row", "title": "Server 123"}]
actions = [{"type": "open_trace", "label": "Trace details"}]
execution_results = {"primary": {"references": refs}, "again": {"references": refs}}
""".strip()

EXAMPLES: Final[Mapping[str, str]] = {
    "ToolExecutor": """
executor = ToolExecutor(tenant_id, tool_executor, selector, tracer)

# Sync execution
result = executor.execute_tool("ci", "search", keywords=["prod"])

# Async execution
result = await executor.execute_tool_async("ci", "get", ci_id="123")

# Registry wrappers
ci = executor.ci_get("123")
metrics = executor.metric_aggregate("cpu_usage", "max", "last_1d")
""",
    "StageOrchestrator": """
orchestrator = StageOrchestrator(tenant_id)

# Run full orchestration
blocks, answer, result = await orchestrator.run_with_stages(
    plan_output,
    execution_fn,
    present_fn
)

# Build stage input
stage_input = orchestrator._build_stage_input("validate", plan_output)
""",
    "ResponseBuilder": """
builder = ResponseBuilder(tenant_id)

# Build response
response = builder.build_success_response(
    blocks=blocks,
    answer=answer,
    references=refs,
    next_actions=actions
)

# Aggregate references
refs = builder.aggregate_references(execution_results)
""",
    "ExecutionRouter": """
router = ExecutionRouter(tenant_id)

# Determine route
route = router.determine_route(plan_output, has_ci_context=True)

# Get configuration
config = router.get_route_config(route)

# Analyze plan
analysis = router.analyze_plan_structure(plan_output)
""",
}

RECORDS: Final = """
from domain.stages.stage_records import KeptRecords

kept = KeptRecords()
direct = PlanOutput.model_validate({"kind": "direct", "direct_answer": {"answer": "Hello."}})
reject = PlanOutput.model_validate({"kind": "reject", "reject_payload": {"reason": "not allowed"}})
_, route_output = await orchestrator._route(plan_output, kept.record)
stages, stage_inputs, stage_outputs = kept.lists
records = (stages, stage_inputs, stage_outputs, kept.record, route_output)
""".strip()

CALLS: Final[Mapping[str, tuple[str, ...]]] = {
    "ToolExecutor": (
        'executor.execute_tool("ci", "search", keywords=["prod"])',
        'await executor.execute_tool_async("ci", "get", ci_id="123")',
        'await executor.execute_tool_with_tracing("ci", "get", ci_id="123")',
        "sorted(await executor.select_best_tools())",
        "await executor.get_system_load()",
        'executor.selection_strategy("ci")',
        "sorted(executor.estimate_tool_times())",
        'executor.ci_search(keywords=["prod"], limit=2)',
        'executor.ci_get("123")',
        'executor.ci_get_by_code("srv-123")',
        'executor.ci_aggregate(["ci_type"], ["count"])',
        "executor.ci_list_preview(2)",
        'executor.metric_aggregate("cpu_usage", "max", "last_1d")',
        'executor.metric_series_table("srv-erp-01", "cpu_usage", "last_1h")',
        'executor.graph_expand("srv-erp-01", "DEPENDENCY", 1, None)',
        'executor.graph_path("srv-erp-01", "sys-erp", 4)',
        'executor.history_recent({"time_range": "last_1d"}, {"ci_code": "srv-erp-01"})',
        'executor.cep_simulate("rule-high-cpu", {"ci_code": "srv-erp-01"}, {"value": 95}, None)',
        'await executor.ci_search_async(keywords=["prod"], limit=2)',
        'await executor.ci_get_async("123")',
        'await executor.ci_aggregate_async(["ci_type"], ["count"])',
        'await executor.metric_aggregate_async("cpu_usage", "max", "last_1d")',
    ),
    "StageOrchestrator": (
        "await orchestrator.run_with_stages(plan_output, execution_fn, present_fn)",
        "await orchestrator._execute_direct_path(direct, present_fn, *records)",
        "await orchestrator._execute_reject_path(reject, *records)",
        "await orchestrator._execute_plan_path("
        'plan_output, execution_fn, present_fn, *records, "trace-1")',
        'orchestrator._build_stage_input("validate", plan_output)',
        'orchestrator._distribute_stage_assets("present", {"present:style": "short:2"})',
        'orchestrator.build_orchestration_trace(plan_output, result["stage_outputs"], refs)',
    ),
    "ResponseBuilder": (
        "builder.build_success_response(blocks, answer, refs, actions)",
        'builder.build_error_response("too slow", "TOOL_TIMEOUT", {"limit_ms": 5})',
        "builder.compose_answer_from_blocks(blocks)",
        "builder.aggregate_references(execution_results, refs)",
        'builder.format_metadata(12.7, 3, 2, ["a:1"])',
        'builder.combine_responses([response, builder.build_error_response("too slow")])',
    ),
    "ExecutionRouter": (
        "router.determine_route(plan_output, has_ci_context=True)",
        "router._should_use_sections_loop(plan_output)",
        "router._should_use_auto_recipe(plan_output)",
        "router._should_use_lookup(plan_output)",
        "router.get_route_config(route)",
        "router.analyze_plan_structure(plan_output)",
        'router.get_routing_context("123", None)',
    ),
}
"""A call of every method that the document names, with the document's arguments."""


def run(code: str, names: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the code gives
    """Run code that may await, and return its value if it is an expression."""
    try:
        tree = compile(code, "<page>", "eval", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError:
        tree = compile(code, "<page>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    made = eval(tree, names)  # noqa: S307 - the code of this page
    return asyncio.run(made) if inspect.iscoroutine(made) else made


def prepared() -> dict[str, Any]:
    """Run prelude and examples, and return their names; `opened` has to be closed."""
    names: dict[str, Any] = {}
    for code in (PRELUDE, *EXAMPLES.values(), RECORDS):
        run(code, names)
    return names


def seed_contract_page() -> str:
    """Return the page, with what each call gives on the demo estate."""
    names, sections = prepared(), list[str]()
    with names["opened"]:
        for name, calls in CALLS.items():
            sections += [f"## {name}", _code(EXAMPLES[name])]
            sections += [_code(RECORDS)] if name == "StageOrchestrator" else []
            sections += [f"{_code(call)}\n\n{_result(run(call, names))}" for call in calls]
    return page(
        "The customer's classes",
        "The four classes of the customer's document, made with its arguments. The first example"
        " of each class is the document's own; a test runs all of them. One module exports the"
        " classes: `domain.orchestration`. Below each call stands what it gives; long lists and"
        " texts are cut, and what differs each time is `...`.",
        "First the free names of the examples, on the demo estate with an item whose id is 123:",
        _code(PRELUDE),
        *sections,
    )


def _code(code: str) -> str:
    return f"```python\n{code.strip()}\n```"


def _result(value: object) -> str:
    text = pformat(_shown(value), width=110, sort_dicts=False).replace("Ellipsis", "...")
    return f"```text\n{text}\n```"


def _shown(value: Any, name: str = "") -> Any:  # noqa: ANN401 - any result
    """Cut what is long, and hide what differs each time."""
    if name in _EACH_TIME and value != "trace-1":
        return ...
    match plain(value) if isinstance(value, StageInput) else value:
        case str() as text:
            return f"{text[:_LONG]}..." if len(text) > _LONG else str(text)
        case dict() as fields:
            kept = ((key, each) for key, each in fields.items() if key not in _DEEP)
            return {key: _shown(each, key) for key, each in kept}
        case list():
            return [*(_shown(each) for each in value[:_MANY]), *((...,) if value[_MANY:] else ())]
        case tuple():
            return tuple(_shown(each) for each in value)
        case _:
            return value
