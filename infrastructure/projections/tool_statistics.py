"""The projection of tool statistics: the ended calls by hour, tool, operation and duration."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry
from domain.tools.statistics import bucket_of
from infrastructure.database.upsert import insert_into
from infrastructure.event_store.rows import driver_rows, to_event
from infrastructure.event_store.tables import EVENTS
from infrastructure.projections.projection import View
from infrastructure.projections.tables import TOOL_STATISTICS

_TO_HOUR = len("2026-03-01T12")


_ENDS = (ToolCallSucceeded, ToolCallFailed)

_Attempt = tuple[str, str, str, int]
"""Tenant, stream, call id and attempt."""


class _Row(NamedTuple):
    tenant_id: str
    hour: str
    tool: str
    operation: str
    bucket: int


class ToolStatisticsProjection:
    """See `infrastructure.projections.projection.Projection`."""

    name: Final = TOOL_STATISTICS.name
    types: Final = frozenset(
        kind.stored_as for kind in (ToolCallStarted, ToolCallSucceeded, ToolCallFailed)
    )
    view: Final = View(
        TOOL_STATISTICS, key=_Row._fields, values=("call_count", "error_count", "total_us")
    )

    def apply(
        self, connection: sa.Connection, entries: Sequence[HistoryEntry], *, generation: int
    ) -> None:
        """See `Projection`."""
        calls, errors, microseconds = Counter[_Row](), Counter[_Row](), Counter[_Row]()
        for row, event in _ended(connection, entries):
            calls[row] += 1
            errors[row] += isinstance(event, ToolCallFailed)
            microseconds[row] += round(event.duration_ms * 1000)
        rows = [
            row._asdict()
            | {"generation": generation, "call_count": calls[row]}
            | {"error_count": errors[row], "total_us": microseconds[row]}
            for row in calls
        ]
        if rows:
            connection.execute(_adding(connection.dialect), rows)


def _ended(
    connection: sa.Connection, entries: Sequence[HistoryEntry]
) -> Iterator[tuple[_Row, ToolCallSucceeded | ToolCallFailed]]:
    started = _started_before(connection, entries)
    for entry in entries:
        event, envelope = entry.event, entry.envelope
        if isinstance(event, ToolCallStarted):
            started[_attempt(entry, event)] = event
        elif isinstance(event, _ENDS):
            call = started.get(_attempt(entry, event))
            if call is None:
                where = f"{envelope.stream_id} version {envelope.version}"
                raise CorruptLog(where, why=f"call {event.call_id} ends and never started")
            if event.answered_by != "live":
                continue  # no tool was called
            hour, bucket = envelope.recorded_at[:_TO_HOUR], bucket_of(event.duration_ms)
            yield _Row(envelope.tenant_id, hour, call.tool, call.operation, bucket), event


def _started_before(
    connection: sa.Connection, entries: Sequence[HistoryEntry]
) -> dict[_Attempt, ToolCallStarted]:
    """Return the calls that had started where one ends: an end does not repeat its tool."""
    begun, streams = set[_Attempt](), set[tuple[str, str]]()
    for entry in entries:
        event = entry.event
        if isinstance(event, ToolCallStarted):
            begun.add(_attempt(entry, event))
        elif isinstance(event, _ENDS) and _attempt(entry, event) not in begun:
            streams.add((entry.envelope.tenant_id, entry.envelope.stream_id))
    if not streams:
        return {}
    query = sa.select(EVENTS).where(
        sa.tuple_(EVENTS.c.tenant_id, EVENTS.c.stream_id).in_(streams),
        EVENTS.c.position < entries[0].position,
        EVENTS.c.type == ToolCallStarted.stored_as,
    )
    rows = driver_rows(connection, query.order_by(EVENTS.c.position), {})
    earlier = [RUN.read(to_event(row)) for row in rows]
    return {
        _attempt(each, each.event): each.event
        for each in earlier
        if isinstance(each.event, ToolCallStarted)
    }


def _attempt(
    entry: HistoryEntry, event: ToolCallStarted | ToolCallSucceeded | ToolCallFailed
) -> _Attempt:
    envelope = entry.envelope
    return envelope.tenant_id, envelope.stream_id, event.call_id, event.attempt


@lru_cache(2)
def _adding(dialect: sa.Dialect) -> Any:  # noqa: ANN401 - either database's own INSERT
    insert = insert_into(TOOL_STATISTICS, dialect)
    table, new = TOOL_STATISTICS.c, insert.excluded
    sums = {name: table[name] + new[name] for name in ToolStatisticsProjection.view.values}
    return insert.on_conflict_do_update(index_elements=TOOL_STATISTICS.primary_key, set_=sums)
