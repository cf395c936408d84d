"""Entries of the operator log, found among the events by an index of their own."""

from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from domain.aggregate.envelope import RecordedEvent
from domain.audit.chain import content_hash
from domain.operator_log.port import FoundEntries
from domain.run_filter.filter import AnyCall, Compare, RunFilter
from infrastructure.database.json_sql import open_text
from infrastructure.event_store.rows import driver_rows, to_event
from infrastructure.event_store.tables import EVENT_JSON, EVENTS, IS_ENTRY
from infrastructure.run_list.conditions import Condition, compared, condition_of


class SqlAuditRows:
    """See `domain.operator_log.port.AuditRows`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def entries(
        self, tenant_id: str, where: RunFilter, *, limit: int, before: int | None = None
    ) -> FoundEntries:
        """See `AuditRows`."""
        leaf = partial(_leaf, EVENT_JSON[self._engine.dialect.name])
        fits = condition_of(where, leaf, is_negated=False)
        query = sa.select(EVENTS).where(EVENTS.c.tenant_id == tenant_id, IS_ENTRY, fits)
        if before is not None:
            query = query.where(EVENTS.c.position < before)
        newest = query.order_by(EVENTS.c.position.desc()).limit(limit)
        with self._engine.connect() as connection:
            rows = driver_rows(connection, newest.with_hint(EVENTS, _INDEX, "sqlite"), {})
        found = [to_event(row) for row in rows]
        return FoundEntries(found, tuple(map(_doubt, filter(_is_changed, found))))


_INDEX: Final = "INDEXED BY events_of_operators"
"""SQLite takes the index of all streams otherwise: it cannot know that this one is small."""


def _leaf(data: sa.ColumnElement[Any], part: Compare | AnyCall, is_negated: bool) -> Condition:  # noqa: FBT001 - see Leaf
    if isinstance(part, AnyCall):
        message = "an entry has no calls"
        raise TypeError(message)
    value = open_text(data, part.field)
    if part.value is not None:  # what an entry does not say is never NULL in a comparison
        value = sa.func.coalesce(value, "")
    return compared(value, part, is_negated=is_negated)


def _is_changed(recorded: RecordedEvent) -> bool:
    return content_hash(recorded.envelope) != recorded.envelope.content_hash


def _doubt(recorded: RecordedEvent) -> str:
    return f"the entry at position {recorded.position} is not what was written"
