"""The executor: calls tools for one tenant, and measures and ranks them."""

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Literal

from pydantic import JsonValue

from domain.json import JsonMap
from domain.plan.intent import Intent, PlanMode
from domain.plan.specs import HistorySpec
from domain.tools.asked import Rows, history_of, object_in, one_in, rows_in, sort_asked
from domain.tools.contracts import ToolContext, ToolErrorCode
from domain.tools.invoker import ToolCallError, ToolInvoker, data_of, wait_for, waited_for
from domain.tools.selector import (
    SelectionStrategy,
    SmartToolSelector,
    ToolSelectionContext,
    strategy_of,
)
from domain.tools.statistics import CallsInFlight, MeasuredCalls
from domain.tools.traced_calls import Ranked, Receipt, TracedCalls
from domain.tools.tracer import ExecutionTracer
from domain.values.arguments import require, word_of
from domain.values.json_text import check_json

Words = Sequence[str] | None
Filters = Sequence[JsonMap] | None
Order = tuple[str, Literal["ASC", "DESC"]] | None


class ToolExecutor:
    """Calls tools for one tenant.

    A failed call raises `ToolCallError`, a ValueError with the code and details of the tool; what
    cannot be asked is `Refused`. Parameters are plain JSON; those that are None are left to the
    tool. What it warns of (a limit clamped, rows cut off) is in the answer's `warnings`. All
    methods may be called under a running event loop.

    Without `context` each call is one of the tenant as of the tracer's present instant.
    `concurrency_limit` running calls of one tool, as `in_flight` counts them, are its full load.
    """

    def __init__(
        self,
        tenant_id: str,
        tool_executor: ToolInvoker,
        tool_selector: SmartToolSelector,
        tracer: ExecutionTracer,
        *,
        context: ToolContext | None = None,
        concurrency_limit: int = 10,
        in_flight: CallsInFlight | None = None,
    ) -> None:
        require("tenant_id", tenant_id, str, "a text")
        require("tool_executor", tool_executor, ToolInvoker, "a ToolInvoker")
        require("tool_selector", tool_selector, SmartToolSelector, "a SmartToolSelector")
        require("tracer", tracer, ExecutionTracer, "an ExecutionTracer")
        require("context", context, (ToolContext, NoneType), "a ToolContext or None")
        if context is not None and context.tenant_id != tenant_id:
            message = f"the context is of tenant {context.tenant_id!r}, not {tenant_id!r}"
            raise ToolCallError(ToolErrorCode.TENANT_MISMATCH, message)
        self._selector = tool_selector
        self._calls = TracedCalls(
            *(tool_executor, tool_selector, tracer),
            context_of=lambda: context or ToolContext(tenant_id, tracer.now()),
            concurrency_limit=concurrency_limit,
            in_flight=in_flight or CallsInFlight(),
        )

    async def execute_tool_async(
        self, tool_type: str, operation: str, **params: object
    ) -> JsonValue:
        """Call the tool and return its data."""
        given = {name: value for name, value in params.items() if value is not None}
        check_json(given, where="params")
        return await self.execute_tool_with_tracing(tool_type, operation, Receipt(given))

    execute_tool = waited_for(execute_tool_async)

    async def execute_tool_with_tracing(
        self, tool_type: str, operation: str, receipt: Receipt | None = None, **params: object
    ) -> JsonValue:
        """Do so, and trace it; all calls are made here. A receipt gets the whole result."""
        require("tool_type", tool_type, str, "the name of a tool")
        require("operation", operation, str, "the name of an operation")
        told = Receipt() if receipt is None else receipt
        require("receipt", told, Receipt, "a Receipt or None")
        told.result = await self._calls.call(
            tool_type,
            operation,
            {**params, **told.params},
            timeout_ms=told.timeout_ms,
            context=told.context,
        )
        return data_of(tool_type, told.result)

    async def select_best_tools(
        self,
        intent: Intent | None = None,
        plan_mode: PlanMode | None = None,
        mode_hint: str | None = None,
        *,
        ranked: Ranked | None = None,
    ) -> list[str]:
        """Return the tools that serve the intent, the best first. All rankings are made here."""
        told = ranked or Ranked()
        measured = self._calls.measured(told.recorded)
        told.context = ToolSelectionContext(
            None if intent is None else word_of("intent", intent, Intent),
            self.selection_strategy(plan_mode),
            current_load=await self.get_system_load(),
            cache_status=told.cached,
            estimated_time=self.estimate_tool_times(measured=measured),
            mode_hint=mode_hint,
            success_rate={tool: calls.success_rate for tool, calls in measured.items()},
        )
        told.candidates = self._selector.explain(told.context)
        return [candidate.tool for candidate in told.candidates]

    async def get_system_load(self) -> dict[str, float]:
        """Return by tool the tenant's running calls of the process as a fraction of the limit."""
        return self._calls.load()

    def selection_strategy(self, plan_mode: PlanMode | str | None = None) -> SelectionStrategy:
        """See `strategy_of`. Raises `WrongArgument` for a word that is no mode."""
        known = None if plan_mode is None else word_of("plan_mode", plan_mode, PlanMode)
        return strategy_of(known)

    def estimate_tool_times(
        self, *, measured: Mapping[str, MeasuredCalls] | None = None
    ) -> dict[str, float]:
        """Return by tool the average milliseconds of its calls, else those of its profile."""
        return self._calls.times(self._calls.measured({}) if measured is None else measured)

    async def ci_search_async(
        self,
        keywords: Words = None,
        filters: Filters = None,
        limit: int | None = None,
        sort: Order = None,
    ) -> Rows:
        """Return the configuration items that match every keyword and filter."""
        params = {"filters": filters, "limit": limit, "sort": sort_asked(sort)}
        return rows_in(await self.execute_tool_async("ci", "search", keywords=keywords, **params))

    ci_search = waited_for(ci_search_async)

    async def ci_get_async(self, ci_id: str) -> JsonMap | None:
        """Return the configuration item of this id, or None when there is none."""
        return await self._one_or_none("get", ci_id=ci_id)

    ci_get = waited_for(ci_get_async)

    def ci_get_by_code(self, ci_code: str) -> JsonMap | None:
        """Return the configuration item of this code, or None when there is none."""
        return wait_for(self._one_or_none("get_by_code", ci_code=ci_code))

    async def ci_aggregate_async(
        self,
        group_by: Words,
        metrics: Words,
        filters: Filters = None,
        ci_ids: Words = None,
        top_n: int | None = None,
    ) -> JsonMap:
        """Return groups of configuration items with their measures."""
        measures = {"group_by": group_by, "metrics": metrics}
        chosen = {"filters": filters, "ci_ids": ci_ids, "top_n": top_n}
        return await self._map("ci", "aggregate", **measures, **chosen)

    ci_aggregate = waited_for(ci_aggregate_async)

    def ci_list_preview(self, limit: int, offset: int = 0, filters: Filters = None) -> JsonMap:
        """Return a page of the configuration items, with their true total."""
        params = {"limit": limit, "offset": offset, "filters": filters}
        return wait_for(self._map("ci", "list_preview", **params))

    async def metric_aggregate_async(
        self,
        metric_name: str,
        agg: str,
        time_range: str,
        ci_id: str | None = None,
        ci_ids: Words = None,
    ) -> JsonMap:
        """Return a metric's one value over the points of some items, or of all that have it."""
        params = {"metric_name": metric_name, "agg": agg, "time_range": time_range}
        return await self._map("metric", "aggregate", **params, ci_id=ci_id, ci_ids=ci_ids)

    metric_aggregate = waited_for(metric_aggregate_async)

    def metric_series_table(
        self, ci_id: str, metric_name: str, time_range: str, limit: int | None = None
    ) -> JsonMap:
        """Return the values of a metric of one configuration item over time."""
        params = {"metric_name": metric_name, "time_range": time_range, "limit": limit}
        return wait_for(self._map("metric", "series", ci_id=ci_id, **params))

    def graph_expand(
        self, ci_id: str, view: str, depth: int | None, limits: Mapping[str, int] | None
    ) -> JsonMap:
        """Return what is around a configuration item in a view."""
        params = {"view": view, "depth": depth, "limits": limits}
        return wait_for(self._map("graph", "expand", ci_id=ci_id, **params))

    def graph_path(self, source_id: str, target_id: str, hops: int | None) -> JsonMap:
        """Return the shortest chain of relations between two configuration items."""
        params = {"source_id": source_id, "target_id": target_id, "hops": hops}
        return wait_for(self._map("graph", "path", **params))

    def history_recent(
        self,
        history_spec: HistorySpec | JsonMap | None,
        ci_context: JsonMap | None,
        ci_ids: Words = None,
        time_range: str | None = None,
        limit: int | None = None,
    ) -> JsonMap:
        """Return dated records of the spec's source, newest first; without one event log entries.

        Spec and context fill what is left out. The context names an item by ci_id or ci_code; it
        does not count for a spec of scope all. Without context and ids it is all items.
        """
        given = {"ci_ids": ci_ids, "time_range": time_range, "limit": limit}
        call, get = self.execute_tool_async, self.ci_get_async
        return wait_for(history_of(history_spec, ci_context, given, call=call, get=get))

    def cep_simulate(
        self,
        rule_id: str,
        ci_context: JsonMap | None,
        metric_context: JsonMap | None,
        history_context: JsonMap | None,
    ) -> JsonMap:
        """Return what a rule would decide about a configuration item; nothing is triggered."""
        contexts = {"metric_context": metric_context, "history_context": history_context}
        item = {"rule_id": rule_id, "ci_context": ci_context}
        return wait_for(self._map("cep", "simulate", **item, **contexts))

    async def _map(self, tool_type: str, operation: str, /, **params: object) -> JsonMap:
        return object_in(await self.execute_tool_async(tool_type, operation, **params))

    async def _one_or_none(self, operation: str, /, **key: object) -> JsonMap | None:
        try:
            return one_in(await self.execute_tool_async("ci", operation, **key))
        except ToolCallError as error:
            if error.code is ToolErrorCode.DATA_NOT_FOUND:
                return None
            raise
