"""The tool of dated records: event log, work and maintenance, listed and counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import JsonValue

from adapters.tools.aggregation import AggregateCall, AggregateParams, aggregate
from adapters.tools.answer import answer, clamp, cut_warning, span_json
from adapters.tools.ci_lookup import chosen_ids, existing_ids
from adapters.tools.operation import DeclaredOperation, EstateTool, operation
from adapters.tools.references import MOST_REFERENCES, record_references
from domain.estate.fields import INSTANT_FIELD, OWN_NAMES, RecordKind
from domain.estate.port import Estate
from domain.estate.queries import AggregateQuery, FilterSpec, RecordQuery, Row, Sort
from domain.figures import whole_sum
from domain.plan.specs import HistorySource
from domain.plan.time_range import ALL_TIME, TimeRange, parse_time_range
from domain.times import Window
from domain.tools.contracts import CommonToolTypes, ToolContext, ToolParams, ToolResult

_MOST_ROWS = 200
_Order = Literal["ASC", "DESC"]
_KINDS = {
    "event_log": (RecordKind.EVENT_LOG,),
    "work": (RecordKind.WORK,),
    "maintenance": (RecordKind.MAINTENANCE,),
    "work_and_maintenance": (RecordKind.WORK, RecordKind.MAINTENANCE),
}
_COUNTED_BY = {
    RecordKind.EVENT_LOG: ("event_type", "severity"),
    RecordKind.WORK: ("work_type", "result"),
    RecordKind.MAINTENANCE: ("maint_type", "result"),
}
_SHARED_NAMES = (
    *("ci_id", "ci_code", "summary", "detail"),
    *("started_at", "ended_at", "duration_min", "result"),
)


class _Query(NamedTuple):
    """Which dated records, of whatever kind."""

    keywords: tuple[str, ...]
    filters: tuple[FilterSpec, ...]
    ci_ids: tuple[str, ...] | None
    window: Window
    limit: int


class _Records(NamedTuple):
    """The newest records of a kind, and how many there are: in all, and by type and outcome."""

    kind: RecordKind
    rows: list[Row]
    total: int
    counts: JsonValue


class HistoryParams(ToolParams):
    """Which records, newest first. `ci_ids` None is the whole estate. `limit` 1..200."""

    ci_ids: tuple[str, ...] | None = None
    time_range: str = "last_7d"
    keywords: tuple[str, ...] = ()
    filters: tuple[FilterSpec, ...] = ()
    limit: int = 50


class AggregateHistoryParams(AggregateParams):
    """Groups of the records of one source; without `time_range` all of them.

    Those of work_and_maintenance have the names that both kinds share, and `source`; audit_log is
    the record of who changed the estate, of all items only.
    """

    source: Literal[HistorySource, "audit_log"]
    ci_ids: tuple[str, ...] | None = None
    time_range: str | None = None


def _listing(source: str, *capabilities: str) -> DeclaredOperation["HistoryTool", HistoryParams]:
    """Return the operation that lists one source; those of all sources differ in nothing else."""

    def listed(tool: "HistoryTool", context: ToolContext, params: HistoryParams) -> ToolResult:
        return tool.listed(context, params, source=source)

    listed.__doc__ = f"List {source.replace('_', ' ')} records, newest first."
    return operation(source, HistoryParams, *capabilities)(listed)


class HistoryTool(EstateTool):
    """Lists and counts what happened: event log entries, work, maintenance."""

    TYPE = CommonToolTypes.HISTORY

    _event_log = _listing("event_log", "event_search", "history_search")
    _work = _listing("work", "history_search")
    _maintenance = _listing("maintenance", "history_search")
    _work_and_maintenance = _listing("work_and_maintenance", "history_search")

    @operation("aggregate", AggregateHistoryParams)
    def _aggregate(self, context: ToolContext, params: AggregateHistoryParams) -> ToolResult:
        """Count, or measure, dated records by groups."""
        kind = RecordKind(params.source)
        call = AggregateCall(self.tool_name, kind, params.ci_ids, params.time_range)
        return aggregate(self._estate, context, params=params, call=call)

    def listed(self, context: ToolContext, params: HistoryParams, *, source: str) -> ToolResult:
        """Return the newest records of a source, with counts of all that match."""
        limit, clamped = clamp("limit", params.limit, highest=_MOST_ROWS)
        ci_ids, cut = chosen_ids(params.ci_ids)
        span = parse_time_range(params.time_range, now=context.now)
        query = _Query(params.keywords, params.filters, ci_ids, span.window, limit)
        parts = [
            _read(self._estate, context.tenant_id, kind=kind, query=query)
            for kind in _KINDS[source]
        ]
        total = whole_sum(part.total for part in parts)
        if total == 0 and ci_ids:
            # Only now: history outlives its item, so an id without an item may well have records.
            _, unknown = existing_ids(self._estate, context.tenant_id, ci_ids=ci_ids)
            cut.extend(unknown)
        if total == 0:
            cut += _nearest(self._estate, context.tenant_id, _KINDS[source], query, span.label)
        records = _newest(parts, limit=limit)
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
            newest=_instant(records[0]) if records else None,
        )


def _page(
    records: Sequence[tuple[RecordKind, Row]], *, parts: Sequence[_Records], span: TimeRange
) -> dict[str, JsonValue]:
    rows = [row if len(parts) == 1 else _in_shared_words(kind, row) for kind, row in records]
    return {
        "rows": list[JsonValue](rows),
        "counts": {part.kind.value: part.counts for part in parts},
        **span_json(span),
    }


def _read(estate: Estate, tenant_id: str, *, kind: RecordKind, query: _Query) -> _Records:
    """Return the newest records of the kind with the counts of all that match."""
    found = _wanted(kind, query, "DESC")
    page = estate.find(tenant_id, found)
    counts: dict[str, JsonValue] = {
        field: _counts(estate, tenant_id, query=found, field=field) for field in _COUNTED_BY[kind]
    }
    return _Records(kind, page.rows, page.total, counts)


def _nearest(
    estate: Estate, tenant_id: str, kinds: Sequence[RecordKind], query: _Query, label: str
) -> list[str]:
    """Return what to say of a span without records: when the nearest ones were."""
    before = query._replace(window=Window(ALL_TIME.start, query.window.start), limit=1)
    after = query._replace(window=Window(query.window.end, ALL_TIME.end), limit=1)
    newest = _instants(estate, tenant_id, kinds, before, "DESC")
    oldest = _instants(estate, tenant_id, kinds, after, "ASC")
    told = [
        *([f"the newest record before {label} is of {max(newest)}"] if newest else []),
        *([f"the oldest record after it is of {min(oldest)}"] if oldest else []),
    ]
    return [" and ".join(told)] if told else []


def _instants(
    estate: Estate, tenant_id: str, kinds: Sequence[RecordKind], query: _Query, direction: _Order
) -> list[str]:
    """Return the instant of the first record of each kind."""
    pages = [(kind, estate.find(tenant_id, _wanted(kind, query, direction))) for kind in kinds]
    return [str(row[INSTANT_FIELD[kind]]) for kind, page in pages for row in page.rows]


def _wanted(kind: RecordKind, query: _Query, direction: _Order) -> RecordQuery:
    return RecordQuery(
        kind=kind,
        keywords=query.keywords,
        filters=query.filters,
        ci_ids=query.ci_ids,
        window=query.window,
        sort=(Sort(field=INSTANT_FIELD[kind], direction=direction),),
        limit=query.limit,
    )


def _newest(parts: Sequence[_Records], *, limit: int) -> list[tuple[RecordKind, Row]]:
    """Return the newest records of all parts, each with its kind."""
    records = [(part.kind, row) for part in parts for row in part.rows]
    return sorted(records, key=_instant, reverse=True)[:limit]


def _in_shared_words(kind: RecordKind, row: Row) -> Row:
    """Return a work or maintenance record under names that both kinds share."""
    own = {name: row[own_name] for name, own_name in OWN_NAMES[kind].items()}
    return {"source": kind.value, **own, **{name: row[name] for name in _SHARED_NAMES}}


def _instant(record: tuple[RecordKind, Row]) -> datetime:
    kind, row = record
    return datetime.fromisoformat(str(row[INSTANT_FIELD[kind]]))


def _counts(estate: Estate, tenant_id: str, *, query: RecordQuery, field: str) -> list[JsonValue]:
    grouped = AggregateQuery(
        kind=query.kind,
        group_by=(field,),
        keywords=query.keywords,
        filters=query.filters,
        ci_ids=query.ci_ids,
        window=query.window,
    )
    table = estate.aggregate(tenant_id, grouped)
    return [{"value": value, "count": count} for value, count in table.rows]
