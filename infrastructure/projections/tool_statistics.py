"""The projection of tool statistics: the ended calls by hour, tool, operation and duration."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry
from domain.tools.statistics import bucket_of
from infrastructure.database.upsert import insert_into
from infrastructure.event_store.rows import to_event
from infrastructure.event_store.tables import EVENTS
from infrastructure.projections.projection import View
from infrastructure.projections.tables import TOOL_STATISTICS

_TO_HOUR = len("2026-03-01T12")


class _Attempt(NamedTuple):
    tenant_id: str
    stream_id: str
    call_id: str
    attempt: int


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
    connection: sa.Connection, entries: Iterable[HistoryEntry]
) -> Iterator[tuple[_Row, ToolCallSucceeded | ToolCallFailed]]:
    started: dict[_Attempt, ToolCallStarted] = {}
    for entry in entries:
        event, envelope = entry.event, entry.envelope
        if isinstance(event, ToolCallStarted):
            started[_attempt(entry, event)] = event
        elif isinstance(event, ToolCallSucceeded | ToolCallFailed):
            attempt = _attempt(entry, event)
            if attempt not in started:
                started |= _started_before(connection, entry)
            if attempt not in started:
                where = f"{envelope.stream_id} version {envelope.version}"
                raise CorruptLog(where, why=f"call {event.call_id} ends and never started")
            call = started.pop(attempt)
            if event.answered_by != "live":
                continue  # no tool was called
            hour, bucket = envelope.recorded_at[:_TO_HOUR], bucket_of(event.duration_ms)
            yield _Row(envelope.tenant_id, hour, call.tool, call.operation, bucket), event


def _started_before(
    connection: sa.Connection, entry: HistoryEntry
) -> dict[_Attempt, ToolCallStarted]:
    """Return the calls that the stream had started: an end does not repeat tool and operation."""
    envelope = entry.envelope
    rows = connection.execute(
        sa.select(EVENTS)
        .where(
            EVENTS.c.tenant_id == envelope.tenant_id,
            EVENTS.c.stream_id == envelope.stream_id,
            EVENTS.c.version < envelope.version,
            EVENTS.c.type == ToolCallStarted.stored_as,
        )
        .order_by(EVENTS.c.version)
    )
    earlier = (RUN.read(to_event(row)) for row in rows)
    return {
        _attempt(each, each.event): each.event
        for each in earlier
        if isinstance(each.event, ToolCallStarted)
    }


def _attempt(
    entry: HistoryEntry, event: ToolCallStarted | ToolCallSucceeded | ToolCallFailed
) -> _Attempt:
    envelope = entry.envelope
    return _Attempt(envelope.tenant_id, envelope.stream_id, event.call_id, event.attempt)


def _adding(dialect: sa.Dialect) -> Any:  # noqa: ANN401 - either database's own INSERT
    insert = insert_into(TOOL_STATISTICS, dialect)
    table, new = TOOL_STATISTICS.c, insert.excluded
    sums = {name: table[name] + new[name] for name in ToolStatisticsProjection.view.values}
    return insert.on_conflict_do_update(index_elements=TOOL_STATISTICS.primary_key, set_=sums)
