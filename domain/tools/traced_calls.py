"""Tool calls of one run, traced: what a runner needs of a call beside its data, and how it ranks tools."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from domain.plan.intent import Intent
from domain.tools.call_data import row_count
from domain.tools.contracts import ToolContext, ToolResult
from domain.tools.invoker import ToolInvoker
from domain.tools.measurements import CallsInFlight, measured_calls
from domain.tools.selector import (
    CandidateScore,
    SelectionStrategy,
    SmartToolSelector,
    ToolSelectionContext,
)
from domain.tools.tracer import ExecutionTracer


class TracedCalls:
    """Calls tools in one context and keeps figures of what runs, how long it takes, how often it succeeds."""

    def __init__(
        self,
        invoker: ToolInvoker,
        selector: SmartToolSelector,
        tracer: ExecutionTracer,
        *,
        context: ToolContext,
        concurrency_limit: int,
    ) -> None:
        """Start with nothing running; `concurrency_limit` calls of one tool count as its full load."""
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
        trace_id = self._tracer.start_trace(tool, operation, dict(params))
        try:
            with self._in_flight.counted(tool):
                result = await self._invoker.invoke(
                    tool, self._context, {**params, "operation": operation}, timeout_ms=timeout_ms
                )
        except BaseException as error:  # also when cancelled: every call that started has an end
            self._tracer.end_trace(trace_id, success=False, error=type(error).__name__)
            raise
        self._end_trace(trace_id, result)
        return result

    def rank(
        self,
        intent: Intent | None,
        *,
        strategy: SelectionStrategy,
        mode_hint: str | None = None,
    ) -> tuple[ToolSelectionContext, list[CandidateScore]]:
        """Return what the selector looked at, and its candidates, the best first."""
        measured = measured_calls(self._tracer, self._selector.get_all_tool_names())
        context = ToolSelectionContext(
            intent=intent,
            user_pref=strategy,
            current_load=self.load(),
            estimated_time=self.times(),
            mode_hint=mode_hint,
            success_rate={tool: calls.success_rate for tool, calls in measured.items()},
        )
        return context, self._selector.explain(context)

    def load(self) -> dict[str, float]:
        """Return by tool the calls running here as a fraction of the limit, at most 1."""
        return {tool: self._in_flight.load(tool) for tool in self._selector.get_all_tool_names()}

    def times(self) -> dict[str, float]:
        """Return by tool the average milliseconds of its traced calls, else those of its profile."""
        profiles = self._selector.tool_profiles
        assumed = {tool: profile["base_time"] for tool, profile in profiles.items()}
        measured = measured_calls(self._tracer, assumed)
        return assumed | {tool: calls.average_ms for tool, calls in measured.items()}

    def _end_trace(self, trace_id: str, result: ToolResult) -> None:
        self._tracer.end_trace(
            trace_id,
            success=result.success,
            error=result.error,
            result_size=_size(result.data),
            result_count=row_count(result.data),
        )


def _size(data: JsonValue) -> int:
    return len(json.dumps(data, ensure_ascii=False))
