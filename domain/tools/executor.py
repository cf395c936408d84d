"""The executor: calls tools for one tenant and one run, and measures the calls."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import JsonValue

from domain.json import JsonMap
from domain.plan.intent import Intent, PlanMode
from domain.plan.specs import HistorySpec
from domain.tools.contracts import ToolContext, ToolErrorCode
from domain.tools.invoker import ToolCallError, ToolInvoker, data_of, object_in, rows_in, wait_for
from domain.tools.selector import SelectionStrategy, SmartToolSelector, strategy_of
from domain.tools.traced_calls import TracedCalls
from domain.tools.tracer import ExecutionTracer

Words = Sequence[str] | None
Filters = Sequence[JsonMap] | None
Order = tuple[str, Literal["ASC", "DESC"]] | None


class ToolExecutor:
    """Calls tools for one tenant.

    Every failed call raises `ToolCallError` with the code and details of the tool. Parameters are
    plain JSON; those that are None are left out, so that the tool's own defaults apply. The
    methods that are not async may be called with or without a running event loop.
    `concurrency_limit` is the number of running calls of one tool that counts as full load.
    """

    def __init__(
        self,
        tenant_id: str,
        tool_executor: ToolInvoker,
        tool_selector: SmartToolSelector,
        tracer: ExecutionTracer,
        *,
        context: ToolContext,
        concurrency_limit: int = 10,
    ) -> None:
        if context.tenant_id != tenant_id:
            message = f"the context is of tenant {context.tenant_id!r}, not {tenant_id!r}"
            raise ToolCallError(ToolErrorCode.TENANT_MISMATCH, message)
        self._selector = tool_selector
        self.calls = TracedCalls(
            tool_executor,
            tool_selector,
            tracer,
            context=context,
            concurrency_limit=concurrency_limit,
        )
        """The calls with all that a runner needs of them: failed results, references, figures."""

    def execute_tool(self, tool_type: str, operation: str, /, **params: object) -> JsonValue:
        """Call the tool, wait for it, and return its data."""
        return wait_for(self.execute_tool_async(tool_type, operation, **params))

    async def execute_tool_async(
        self, tool_type: str, operation: str, /, **params: object
    ) -> JsonValue:
        """Call the tool and return its data."""
        return await self.execute_tool_with_tracing(tool_type, operation, **params)

    async def execute_tool_with_tracing(
        self, tool_type: str, operation: str, /, **params: object
    ) -> JsonValue:
        """Call the tool, record the call in the tracer, and return its data."""
        given = {name: value for name, value in params.items() if value is not None}
        return data_of(tool_type, await self.calls.call(tool_type, operation, given))

    async def select_best_tools(
        self,
        intent: Intent | None = None,
        plan_mode: PlanMode | None = None,
        mode_hint: str | None = None,
    ) -> list[str]:
        """Return the tools that could serve the intent, the best first."""
        strategy = self.selection_strategy(plan_mode)
        _, candidates = self.calls.rank(intent, strategy=strategy, mode_hint=mode_hint)
        return [candidate.tool for candidate in candidates]

    async def get_system_load(self) -> dict[str, float]:
        """Return by tool the calls running through this executor as a fraction of the limit."""
        return self.calls.load()

    def selection_strategy(self, plan_mode: PlanMode | None = None) -> SelectionStrategy:
        """See `strategy_of`."""
        return strategy_of(plan_mode)

    def estimate_tool_times(self) -> dict[str, float]:
        """Return by tool the average milliseconds of its calls, else those of its profile."""
        return self.calls.times()

    def ci_search(
        self,
        keywords: Words = None,
        filters: Filters = None,
        limit: int | None = None,
        sort: Order = None,
    ) -> list[JsonMap]:
        """Return the configuration items that match every keyword and filter."""
        return wait_for(self.ci_search_async(keywords, filters, limit, sort))

    async def ci_search_async(
        self,
        keywords: Words = None,
        filters: Filters = None,
        limit: int | None = None,
        sort: Order = None,
    ) -> list[JsonMap]:
        """See `ci_search`."""
        order = [{"field": sort[0], "direction": sort[1]}] if sort else None
        params = {"keywords": keywords, "filters": filters, "limit": limit, "sort": order}
        return rows_in(await self.execute_tool_async("ci", "search", **params))

    def ci_get(self, ci_id: str) -> JsonMap | None:
        """Return the configuration item of this id, or None when there is none."""
        return wait_for(self.ci_get_async(ci_id))

    async def ci_get_async(self, ci_id: str) -> JsonMap | None:
        """See `ci_get`."""
        return await self._one_or_none("get", ci_id=ci_id)

    def ci_get_by_code(self, ci_code: str) -> JsonMap | None:
        """Return the configuration item of this code, or None when there is none."""
        return wait_for(self._one_or_none("get_by_code", ci_code=ci_code))

    def ci_aggregate(
        self,
        group_by: Words,
        metrics: Words,
        filters: Filters = None,
        ci_ids: Words = None,
        top_n: int | None = None,
    ) -> JsonMap:
        """Return groups of configuration items with their measures."""
        return wait_for(self.ci_aggregate_async(group_by, metrics, filters, ci_ids, top_n))

    async def ci_aggregate_async(
        self,
        group_by: Words,
        metrics: Words,
        filters: Filters = None,
        ci_ids: Words = None,
        top_n: int | None = None,
    ) -> JsonMap:
        """See `ci_aggregate`."""
        measures = {"group_by": group_by, "metrics": metrics}
        chosen = {"filters": filters, "ci_ids": ci_ids, "top_n": top_n}
        return await self._map("ci", "aggregate", **measures, **chosen)

    def ci_list_preview(self, limit: int, offset: int = 0, filters: Filters = None) -> JsonMap:
        """Return a page of the configuration items, with their true total."""
        params = {"limit": limit, "offset": offset, "filters": filters}
        return wait_for(self._map("ci", "list_preview", **params))

    def metric_aggregate(
        self,
        metric_name: str,
        agg: str,
        time_range: str,
        ci_id: str | None = None,
        ci_ids: Words = None,
    ) -> JsonMap:
        """Return one value of a metric over the points of one or several configuration items."""
        return wait_for(self.metric_aggregate_async(metric_name, agg, time_range, ci_id, ci_ids))

    async def metric_aggregate_async(
        self,
        metric_name: str,
        agg: str,
        time_range: str,
        ci_id: str | None = None,
        ci_ids: Words = None,
    ) -> JsonMap:
        """See `metric_aggregate`."""
        params = {"metric_name": metric_name, "agg": agg, "time_range": time_range}
        return await self._map("metric", "aggregate", **params, ci_id=ci_id, ci_ids=ci_ids)

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
        history_spec: HistorySpec | None,
        ci_context: JsonMap | None,
        ci_ids: Words = None,
        time_range: str | None = None,
        limit: int | None = None,
    ) -> JsonMap:
        """Return event log entries, newest first; spec and context fill what is left out."""
        spec = history_spec or HistorySpec()
        known = [str(ci_context["ci_id"])] if ci_context else None
        params = {"ci_ids": known if ci_ids is None else ci_ids, "limit": limit or spec.limit}
        period = time_range or spec.time_range
        return wait_for(self._map("history", "event_log", **params, time_range=period))

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
            return rows_in(await self.execute_tool_async("ci", operation, **key))[0]
        except ToolCallError as error:
            if error.code is ToolErrorCode.DATA_NOT_FOUND:
                return None
            raise
