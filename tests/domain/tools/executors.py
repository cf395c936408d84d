"""Executors over fake tools."""

from collections.abc import Callable
from typing import Any

from domain.tools.contracts import ToolContext
from domain.tools.executor import ToolExecutor
from domain.tools.invoker import ToolInvoker
from domain.tools.selector import SmartToolSelector
from domain.tools.tracer import ExecutionTracer
from tests.domain.tools.fake_tools import CONTEXT, NOON, FakeTool, echo, operation, registry_of

OPERATIONS = {
    "ci": ("search", "get", "get_by_code", "aggregate", "list_preview"),
    "metric": ("aggregate", "series"),
    "graph": ("expand", "path"),
    "history": ("event_log",),
    "cep": ("simulate",),
}
ECHOING = [
    FakeTool(tool, *(operation(name, echo) for name in OPERATIONS[tool])) for tool in OPERATIONS
]


def executor_of(*tools: FakeTool, tracer: ExecutionTracer | None = None) -> ToolExecutor:
    registry = registry_of(*tools)
    return ToolExecutor(
        "acme",
        ToolInvoker(registry),
        SmartToolSelector(registry),
        tracer or ExecutionTracer(now=lambda: NOON),
        context=CONTEXT,
    )


def ci_tool(name: str, run: Callable[[ToolContext, Any], Any]) -> ToolExecutor:
    return executor_of(FakeTool("ci", operation(name, run)))


def asked(data: object) -> object:
    """What the echoing tool was asked, from whatever shape the wrapper returned."""
    rows = data["rows"] if isinstance(data, dict) and "rows" in data else data
    row = rows[0] if isinstance(rows, list) else rows
    assert isinstance(row, dict)
    return row["asked"]
