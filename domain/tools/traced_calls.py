"""The tool calls of one run, with figures of each, and the ranking of tools by such figures.

Here is what a runner needs of a call beside its data, and how it ranks tools.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from domain.plan.intent import Intent
from domain.tools.answers import checked
from domain.tools.contracts import ToolContext, ToolResult
from domain.tools.invoker import ToolInvoker, row_count
from domain.tools.selector import (
    CandidateScore,
    SelectionStrategy,
    SmartToolSelector,
    ToolProfile,
    ToolSelectionContext,
)
from domain.tools.statistics import CallsInFlight, MeasuredCalls, measured_calls
from domain.tools.tracer import ExecutionTracer

_NONE: Mapping[str, MeasuredCalls] = MappingProxyType({})


class TracedCalls:
    """Calls tools in one context, with figures of what runs, how long it takes, how it ends."""

    def __init__(
        self,
        invoker: ToolInvoker,
        selector: SmartToolSelector,
        tracer: ExecutionTracer,
        *,
        context: ToolContext,
        concurrency_limit: int,
    ) -> None:
        """Call through the invoker in this context.

        `concurrency_limit` calls of one tool count as its full load.
        """
        self._invoker, self._selector, self._tracer = invoker, selector, tracer
        self._context = context
        self._in_flight = CallsInFlight(concurrency_limit)

    async def call(
        self,
        tool: str,
        operation: str,
        params: Mapping[str, Any],
        *,
        timeout_ms: int | None = None,
    ) -> ToolResult:
        """Return the tool's result, also a failed one; only cancellation is raised."""
        trace_id = self._tracer.start_trace(tool, operation, params)
        try:
            with self._in_flight.counted(tool):
                result = await self._invoker.invoke(
                    tool, self._context, {**params, "operation": operation}, timeout_ms=timeout_ms
                )
        except BaseException as error:  # also when cancelled: every call that started has an end
            self._tracer.end_trace(trace_id, success=False, error=type(error).__name__)
            raise
        return self._ended(trace_id, tool, result)

    def rank(
        self,
        intent: Intent | None,
        *,
        strategy: SelectionStrategy,
        mode_hint: str | None = None,
        recorded: Mapping[str, MeasuredCalls] = _NONE,
    ) -> tuple[ToolSelectionContext, list[CandidateScore]]:
        """Return what the selector looked at, and its candidates, the best first.

        `recorded` are the figures of earlier runs; the calls of this process go before them.
        """
        profiles = self._selector.tool_profiles
        known = {tool: recorded[tool] for tool in profiles if tool in recorded}
        measured = known | measured_calls(self._tracer, profiles)
        context = ToolSelectionContext(
            intent=intent,
            user_pref=strategy,
            current_load=self.load(),
            estimated_time=_times(profiles, measured),
            mode_hint=mode_hint,
            success_rate={tool: calls.success_rate for tool, calls in measured.items()},
        )
        return context, self._selector.explain(context)

    def load(self) -> dict[str, float]:
        """Return by tool the calls running here as a fraction of the limit, at most 1."""
        return {tool: self._in_flight.load(tool) for tool in self._selector.get_all_tool_names()}

    def times(self) -> dict[str, float]:
        """Return by tool the average milliseconds of its calls, else those of its profile."""
        profiles = self._selector.tool_profiles
        return _times(profiles, measured_calls(self._tracer, profiles))

    def _ended(self, trace_id: str, tool: str, result: ToolResult) -> ToolResult:
        result, size = checked(tool, result)
        self._tracer.end_trace(
            trace_id,
            success=result.success,
            error=result.error,
            result_size=size,
            result_count=row_count(result.data),
        )
        return result


def _times(
    profiles: Mapping[str, ToolProfile], measured: Mapping[str, MeasuredCalls]
) -> dict[str, float]:
    assumed = {tool: profile["base_time"] for tool, profile in profiles.items()}
    return assumed | {tool: calls.average_ms for tool, calls in measured.items()}
