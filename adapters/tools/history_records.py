"""Dated records of one kind or several, and in what they differ."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import JsonValue

from domain.estate.fields import INSTANT_FIELD, RecordKind
from domain.estate.port import Estate
from domain.estate.queries import AggregateQuery, FilterSpec, RecordQuery, Row, Sort
from domain.times import Window

_COUNTED_BY = {
    RecordKind.EVENT_LOG: ("event_type", "severity"),
    RecordKind.WORK: ("work_type", "result"),
    RecordKind.MAINTENANCE: ("maint_type", "result"),
}
_OWN_NAMES = {
    RecordKind.WORK: {"record_id": "work_id", "type": "work_type", "person": "requested_by"},
    RecordKind.MAINTENANCE: {
        "record_id": "maintenance_id",
        "type": "maint_type",
        "person": "performer",
    },
}
_SHARED_NAMES = (
    *("ci_id", "ci_code", "summary", "detail"),
    *("started_at", "ended_at", "duration_min", "result"),
)


class HistoryQuery(NamedTuple):
    """Which dated records, of whatever kind."""

    keywords: tuple[str, ...]
    filters: tuple[FilterSpec, ...]
    ci_ids: tuple[str, ...] | None
    window: Window
    limit: int


class Records(NamedTuple):
    """The newest records of a kind, and how many there are: in all, and by type and outcome."""

    kind: RecordKind
    rows: list[Row]
    total: int
    counts: JsonValue


def read(estate: Estate, tenant_id: str, *, kind: RecordKind, query: HistoryQuery) -> Records:
    """Return the newest records of the kind with the counts of all that match."""
    found = RecordQuery(
        kind=kind,
        keywords=query.keywords,
        filters=query.filters,
        ci_ids=query.ci_ids,
        window=query.window,
        sort=(Sort(field=INSTANT_FIELD[kind], direction="DESC"),),
        limit=query.limit,
    )
    page = estate.find(tenant_id, found)
    counts: dict[str, JsonValue] = {
        field: _counts(estate, tenant_id, query=found, field=field) for field in _COUNTED_BY[kind]
    }
    return Records(kind, page.rows, page.total, counts)


def newest(parts: Sequence[Records], *, limit: int) -> list[tuple[RecordKind, Row]]:
    """Return the newest records of all parts, each with its kind."""
    records = [(part.kind, row) for part in parts for row in part.rows]
    return sorted(records, key=_instant, reverse=True)[:limit]


def in_shared_words(kind: RecordKind, row: Row) -> Row:
    """Return a work or maintenance record under names that both kinds share."""
    own = {name: row[own_name] for name, own_name in _OWN_NAMES[kind].items()}
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
