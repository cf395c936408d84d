"""The tool of dated records: event log, work and maintenance, listed and counted."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

from pydantic import JsonValue

from adapters.tools.aggregation import AggregateCall, AggregateParams, aggregate
from adapters.tools.answer import answer, clamp, cut_warning, window_json
from adapters.tools.ci_scope import existing_ids, limit_ids
from adapters.tools.history_records import (
    HistoryQuery,
    Records,
    in_shared_words,
    newest,
    read,
)
from adapters.tools.operation import operation, operations_of
from adapters.tools.references import MOST_REFERENCES, record_references
from domain.estate.fields import RecordKind
from domain.estate.port import Estate
from domain.estate.queries import FilterSpec, Row
from domain.plan.time_range import TimeRange, parse_time_range
from domain.tools.contracts import (
    BaseTool,
    CommonToolTypes,
    Operation,
    ToolContext,
    ToolParams,
    ToolResult,
)

_MOST_ROWS = 200
_KINDS = {
    "event_log": (RecordKind.EVENT_LOG,),
    "work": (RecordKind.WORK,),
    "maintenance": (RecordKind.MAINTENANCE,),
    "work_and_maintenance": (RecordKind.WORK, RecordKind.MAINTENANCE),
}


class HistoryParams(ToolParams):
    """Which records, newest first. `ci_ids` None is the whole estate. `limit` 1..200."""

    ci_ids: tuple[str, ...] | None = None
    time_range: str = "last_7d"
    keywords: tuple[str, ...] = ()
    filters: tuple[FilterSpec, ...] = ()
    limit: int = 50


class AggregateHistoryParams(AggregateParams):
    """Groups of the records of one source; without `time_range` all of them."""

    source: Literal["event_log", "work_history", "maintenance_history"]
    ci_ids: tuple[str, ...] | None = None
    time_range: str | None = None


class HistoryTool(BaseTool):
    """Lists and counts what happened: event log entries, work, maintenance."""

    def __init__(self, estate: Estate) -> None:
        """Read this estate."""
        self._estate = estate

    @property
    def tool_type(self) -> str:
        """See `BaseTool`."""
        return CommonToolTypes.HISTORY

    @cached_property
    def operations(self) -> Mapping[str, Operation[Any]]:
        """See `BaseTool`."""
        return operations_of(self, self._estate)

    @operation(
        "event_log",
        summary="List event log records, newest first.",
        params=HistoryParams,
        capabilities=("event_search", "history_search"),
    )
    def _event_log(self, context: ToolContext, params: HistoryParams) -> ToolResult:
        return self._list(context, params, source="event_log")

    @operation(
        "work",
        summary="List work records, newest first.",
        params=HistoryParams,
        capabilities=("history_search",),
    )
    def _work(self, context: ToolContext, params: HistoryParams) -> ToolResult:
        return self._list(context, params, source="work")

    @operation(
        "maintenance",
        summary="List maintenance records, newest first.",
        params=HistoryParams,
        capabilities=("history_search",),
    )
    def _maintenance(self, context: ToolContext, params: HistoryParams) -> ToolResult:
        return self._list(context, params, source="maintenance")

    @operation(
        "work_and_maintenance",
        summary="List work and maintenance records, newest first.",
        params=HistoryParams,
        capabilities=("history_search",),
    )
    def _work_and_maintenance(self, context: ToolContext, params: HistoryParams) -> ToolResult:
        return self._list(context, params, source="work_and_maintenance")

    @operation(
        "aggregate",
        summary="Count, or measure, dated records by groups.",
        params=AggregateHistoryParams,
    )
    def _aggregate(self, context: ToolContext, params: AggregateHistoryParams) -> ToolResult:
        kind = RecordKind(params.source)
        call = AggregateCall(self.tool_name, kind, params.ci_ids, params.time_range)
        return aggregate(self._estate, context, params=params, call=call)

    def _list(self, context: ToolContext, params: HistoryParams, *, source: str) -> ToolResult:
        limit, clamped = clamp("limit", params.limit, highest=_MOST_ROWS)
        ci_ids, cut = (None, []) if params.ci_ids is None else limit_ids(params.ci_ids)
        span = parse_time_range(params.time_range, now=context.now)
        query = HistoryQuery(params.keywords, params.filters, ci_ids, span.window, limit)
        parts = [
            read(self._estate, context.tenant_id, kind=kind, query=query)
            for kind in _KINDS[source]
        ]
        total = sum(part.total for part in parts)
        if total == 0 and ci_ids:
            # Only now: history outlives its item, so an id without an item may well have records.
            _, unknown = existing_ids(self._estate, context.tenant_id, ci_ids=ci_ids)
            cut.extend(unknown)
        records = newest(parts, limit=limit)
        shown = cut_warning(len(records), total=total, noun="records")
        return answer(
            {"source": source, **_page(records, parts=parts, span=span), "total": total},
            row_count=len(records),
            references=[
                reference
                for kind, row in records[:MOST_REFERENCES]
                for reference in record_references(kind, [row])
            ],
            warnings=[*clamped, *cut, *shown],
            window=span.window,
        )


def _page(
    records: Sequence[tuple[RecordKind, Row]], *, parts: Sequence[Records], span: TimeRange
) -> dict[str, JsonValue]:
    rows = [row if len(parts) == 1 else in_shared_words(kind, row) for kind, row in records]
    return {
        "rows": list[JsonValue](rows),
        "counts": {part.kind.value: part.counts for part in parts},
        "time_range": span.label,
        "window": window_json(span.window),
    }
