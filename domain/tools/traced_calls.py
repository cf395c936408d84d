"""The tool calls of one run, with figures of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.tools.answers import checked
from domain.tools.capability_registry import CapabilityRegistry
from domain.tools.contracts import ToolContext, ToolResult
from domain.tools.invoker import ToolInvoker
from domain.tools.selector import CandidateScore, SmartToolSelector, ToolSelectionContext
from domain.tools.statistics import CallsInFlight, MeasuredCalls, measured_calls
from domain.tools.tracer import ExecutionTracer


@dataclass(slots=True)
class Receipt:
    """Parameters of any name and a limit of time (None: none), and then the whole result.

    It has the references, and is there of a failed call too. A call with its own context is called
    in that one.
    """

    params: Mapping[str, object] = field(default_factory=dict)
    timeout_ms: int | None = None
    context: ToolContext | None = None
    result: ToolResult = field(default_factory=lambda: ToolResult(success=False))


@dataclass(slots=True)
class Ranked:
    """Figures that a ranking is to know of, and then what it looked at and how it came out.

    `cached` says by tool whether answers of it are at hand.
    """

    recorded: Mapping[str, MeasuredCalls] = field(default_factory=dict)
    cached: Mapping[str, bool] = field(default_factory=dict)
    context: ToolSelectionContext = field(default_factory=ToolSelectionContext)
    candidates: list[CandidateScore] = field(default_factory=list)


class TracedCalls:
    """Calls tools for one run, with figures of what runs, how long it takes, how it ends."""

    def __init__(
        self,
        invoker: ToolInvoker,
        selector: SmartToolSelector,
        tracer: ExecutionTracer,
        *,
        context_of: Callable[[], ToolContext],
        concurrency_limit: int,
        in_flight: CallsInFlight,
    ) -> None:
        """Call through the invoker, each call in the context that is given for it.

        `concurrency_limit` calls of one tool, of this run and others, count as its full load.
        """
        self._invoker, self._selector, self._tracer = invoker, selector, tracer
        self._registry = CapabilityRegistry(selector.registry, tracer=tracer)
        self._context_of = context_of
        self._in_flight, self._full = in_flight, concurrency_limit

    async def call(
        self,
        tool: str,
        operation: str,
        params: Mapping[str, Any],
        *,
        timeout_ms: int | None = None,
        context: ToolContext | None = None,
    ) -> ToolResult:
        """Return the tool's result, also a failed one; only cancellation is raised."""
        trace_id = self._tracer.start_trace(tool, operation, params)
        context = context or self._context_of()
        try:
            with self._in_flight.counted(context.tenant_id, tool):
                result = await self._invoker.invoke(
                    tool,
                    context,
                    {**params, "operation": operation},
                    timeout_ms=timeout_ms,
                )
        except BaseException as error:  # also when cancelled: every call that started has an end
            self._tracer.end_trace(trace_id, success=False, error=type(error).__name__)
            raise
        return self._ended(trace_id, tool, result)

    def load(self) -> dict[str, float]:
        """Return by tool the tenant's running calls as a fraction of the limit, at most 1."""
        tenant_id, limit = self._context_of().tenant_id, self._full
        return {
            tool: self._in_flight.load(tenant_id, tool, limit=limit)
            for tool in self._selector.get_all_tool_names()
        }

    def times(self, measured: Mapping[str, MeasuredCalls]) -> dict[str, float]:
        """Return by tool the average milliseconds of its calls, else those of its profile."""
        profiles = self._selector.tool_profiles
        assumed = {tool: profile["base_time"] for tool, profile in profiles.items()}
        return assumed | {tool: calls.average_ms for tool, calls in measured.items()}

    def measured(self, recorded: Mapping[str, MeasuredCalls]) -> dict[str, MeasuredCalls]:
        """Return by tool the figures of its calls, without those never called.

        `recorded` are figures of earlier runs; the calls of this process go before them.
        """
        names = self._selector.get_all_tool_names()
        known = {tool: recorded[tool] for tool in names if tool in recorded}
        return known | measured_calls(self._tracer, names)

    def _ended(self, trace_id: str, tool: str, result: ToolResult) -> ToolResult:
        told, size = checked(tool, result)
        if told is not result:
            told.log = getattr(result, "log", None)  # a tool may have returned anything
        self._registry.log_execution(trace_id, told, size=size)
        return told
