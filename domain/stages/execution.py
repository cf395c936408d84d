"""The execute stage: making the tool calls of a plan, with every step on record.

That a call starts is on disk before the tool is asked, its result before anything uses it.
"""

import dataclasses
from collections import Counter

from pydantic import JsonValue

from domain.json import JsonMap
from domain.plan.calls import planned_calls
from domain.plan.mapping import MappingError
from domain.plan.patch import patched_calls
from domain.plan.plan import Plan
from domain.plan.planned_call import PlannedCall
from domain.plan.time_range import WrongTimeRange
from domain.response.compose.call_result import CallResult
from domain.run.call_events import ToolCallSkipped, ToolCallStarted
from domain.run.facts import CallWindow, RunOptions
from domain.stages.call_facts import (
    call_ended,
    call_label,
    call_params,
    call_result,
    call_window,
    skipped_result,
)
from domain.stages.recorder import Recorder
from domain.stages.sources import CallRequest, Sources
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.parallel import DependencyAwareExecutor
from domain.tools.task import ToolExecutionTask

_C = ToolErrorCode
_FALLS_BACK = frozenset(
    {_C.TOOL_TIMEOUT, _C.UPSTREAM_UNAVAILABLE, _C.RATE_LIMITED, _C.CIRCUIT_OPEN, _C.INTERNAL_ERROR}
)
"""Failures of a tool, not of the question: another tool may do better."""


class NotAnswered(Exception):
    """Tells the executor that a call has no answer, so that what waits for it is skipped."""


class PlanExecution:
    """Makes the tool calls of one plan, each as soon as those it depends on have succeeded."""

    def __init__(
        self, recorder: Recorder, sources: Sources, *, options: RunOptions, plan: Plan
    ) -> None:
        """Answer the calls from `sources`; report every step to the recorder."""
        self._recorder, self._sources, self._options = recorder, sources, options
        self._timeout_seconds = plan.budget.timeout_seconds
        calls = patched_calls(planned_calls(plan), sources.params)
        self._planned = {call.call_id: call for call in calls}
        self._attempts = Counter(sources.past.call_attempts)
        self._groups = dict[str, int]()
        self._data = dict[str, JsonValue]()
        self._results = dict[str, CallResult]()

    async def run(self) -> list[CallResult]:
        """Return the result of every call, in plan order.

        Raises TimeoutError past the plan's time budget, and what the recorder raises.
        """
        executor = self._executor()
        # The groups are recorded for people: no call waits for the others of an earlier group.
        for group, names in enumerate(executor.compute_execution_order()):
            self._groups.update(dict.fromkeys(names, group))
        async with self._sources.calls.within(self._timeout_seconds):
            await executor.execute_with_dependencies()
        return [self._results[call_id] for call_id in self._planned]

    def _executor(self) -> DependencyAwareExecutor:
        def skipped(task: ToolExecutionTask, reason: str, cause: str) -> None:
            if task.tool_id not in self._results:
                self._skip(self._planned[task.tool_id], reason, cause=cause)

        executor = DependencyAwareExecutor(self._options.max_concurrent_calls, on_skipped=skipped)
        for call in self._planned.values():
            executor.add_task(ToolExecutionTask(call.call_id, call.tool, self._make, (call,)))
            if call.depends_on:
                executor.add_dependency(call.call_id, call.depends_on)
        return executor

    async def _make(self, call: PlannedCall) -> None:
        try:
            params = call_params(call, self._data)
            window = call_window(params, now=self._sources.now)
        except (MappingError, WrongTimeRange) as error:
            self._skip(call, str(error), cause=next(iter(call.depends_on), None))
            raise NotAnswered from error
        result = await self._result(call, params, window)
        fallback = self._sources.tools.fallback_of(call.tool)
        is_fallback = fallback is not None and result.error_code in _FALLS_BACK
        if fallback is not None and is_fallback:
            call = dataclasses.replace(call, tool=fallback)
            result = await self._result(call, params, window)
        self._results[call.call_id] = call_result(call, params, result, is_fallback=is_fallback)
        if not result.success:
            raise NotAnswered
        self._data[call.call_id] = result.data

    async def _result(
        self, call: PlannedCall, params: JsonMap, window: CallWindow | None
    ) -> ToolResult:
        """Return the recorded result of a call while it counts, else that of a new attempt."""
        label = call_label(call, params)
        known = self._sources.past.outcomes.get((call.call_id, label))
        if known is not None:
            return known
        request = CallRequest(
            call_id=call.call_id,
            tool=call.tool,
            operation=call.operation,
            params=params,
            label=label,
            timeout_ms=self._options.call_timeout_ms,
        )
        return await self._attempt(call, request, window)

    async def _attempt(
        self, call: PlannedCall, request: CallRequest, window: CallWindow | None
    ) -> ToolResult:
        self._attempts[call.call_id] += 1
        attempt = self._attempts[call.call_id]
        self._recorder.report(
            ToolCallStarted(
                call_id=call.call_id,
                tool=request.tool,
                operation=request.operation,
                params=request.params,
                label=request.label,
                depends_on=list(call.depends_on),
                group=self._groups[call.call_id],
                attempt=attempt,
                timeout_ms=request.timeout_ms,
                window=window,
            )
        )
        await self._recorder.flush()  # what may have an effect is on disk before it happens
        answer = await self._sources.calls.call(request)
        self._recorder.report(call_ended(call.call_id, attempt, answer))
        return answer.result

    def _skip(self, call: PlannedCall, reason: str, *, cause: str | None) -> None:
        self._results[call.call_id] = skipped_result(call, reason)
        # A continued run skipped it for this reason before, and said so.
        if self._sources.past.skips.get(call.call_id) == reason:
            return
        called = {"call_id": call.call_id, "tool": call.tool, "operation": call.operation}
        self._recorder.report(ToolCallSkipped(**called, reason=reason, cause=cause))
