"""Counting and measuring records by groups, the same for every tool that does it."""

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import JsonValue

from adapters.tools.answer import answer, clamp, cut_warning, span_json
from adapters.tools.ci_lookup import chosen_ids
from adapters.tools.references import query_reference
from domain.estate.fields import RecordKind
from domain.estate.measures import parse_measure
from domain.estate.port import Estate
from domain.estate.queries import (
    AggregateQuery,
    AggregateTable,
    FilterSpec,
    Measure,
    MeasureFunction,
)
from domain.plan.time_range import parse_time_range
from domain.tools.contracts import ToolContext, ToolParams, ToolResult

_MOST_GROUPS = 200
_COUNT = (Measure(MeasureFunction.COUNT),)


class AggregateParams(ToolParams):
    """Groups with measures; ordered by the first measure, highest first.

    `metrics` are measures as text: count, count_distinct(field), sum|avg|min|max(field),
    share(field=value); without any, records are counted.
    """

    group_by: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    filters: tuple[FilterSpec, ...] = ()
    top_n: int = 50
    ascending: bool = False


class AggregateCall(NamedTuple):
    """Which records of which items are counted, and by which tool."""

    tool: str
    kind: RecordKind
    ci_ids: Sequence[str] | None = None
    time_range: str | None = None


def aggregate(
    estate: Estate, context: ToolContext, *, params: AggregateParams, call: AggregateCall
) -> ToolResult:
    """Return the table; a time range that is not given does not restrict."""
    top_n, warnings = clamp("top_n", params.top_n, highest=_MOST_GROUPS)
    ci_ids, cut = chosen_ids(call.ci_ids)
    span = None if call.time_range is None else parse_time_range(call.time_range, now=context.now)
    window = span.window if span else None
    query = AggregateQuery(
        kind=call.kind,
        group_by=params.group_by,
        measures=tuple(parse_measure(text) for text in params.metrics) or _COUNT,
        keywords=params.keywords,
        filters=params.filters,
        ci_ids=ci_ids,
        window=window,
        ascending=params.ascending,
        top_n=top_n,
    )
    table = estate.aggregate(context.tenant_id, query)
    shown = cut_warning(len(table.rows), total=table.total_groups, noun="groups")
    reference = query_reference(
        call.tool, "aggregate", params=params, total_records=table.total_records, window=window
    )
    return answer(
        {"source": call.kind.value, **_table_json(table), **(span_json(span) if span else {})},
        row_count=len(table.rows),
        references=[reference],
        warnings=[*warnings, *cut, *shown],
        window=window,
        newest=table.newest_at,
    )


def _table_json(table: AggregateTable) -> dict[str, JsonValue]:
    return {
        "columns": list[JsonValue](table.columns),
        "rows": [list(row) for row in table.rows],
        "total_groups": table.total_groups,
        "total_records": table.total_records,
    }
