"""The landmarks of the log, found by an index of their own."""

from typing import Any, Final

import sqlalchemy as sa

from domain.aggregate.envelope import RecordedEvent
from domain.audit.stream_check import require_own_hash
from infrastructure.database.json_sql import open_text
from infrastructure.event_store.rows import driver_rows, to_event
from infrastructure.event_store.tables import EVENT_JSON, EVENTS, IS_ENTRY, IS_LANDMARK

_GOLDEN: Final = ("golden-pinned", "golden-unpinned")
_BROKE: Final = "golden-broke"
_SERVER: Final = "http"
_SAVED: Final = "asset-saved-%"
_INDEX: Final = "INDEXED BY events_of_landmarks"
"""SQLite takes another index otherwise: it cannot know that this one is small."""


class SqlLandmarks:
    """See `domain.ports.Landmarks`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine, self._data = engine, EVENT_JSON[engine.dialect.name]

    def between(
        self, tenant_id: str, since: str, until: str, *, limit: int
    ) -> list[RecordedEvent]:
        """See `Landmarks`."""
        is_in_span = sa.and_(EVENTS.c.recorded_at >= since, EVENTS.c.recorded_at < until)
        # Who asks for an import is on a stream of its own: no server begins then.
        asked = open_text(self._data, "operation").startswith("estate.", autoescape=True)
        is_server = sa.and_(open_text(self._data, "face") == _SERVER, sa.not_(asked))
        is_else = sa.and_(sa.not_(IS_ENTRY), EVENTS.c.stream_id.not_like(_SAVED))
        is_told = sa.and_(EVENTS.c.type.not_in(_GOLDEN), sa.or_(is_else, is_server))
        return self._found(tenant_id, sa.and_(is_in_span, is_told), limit)

    def of_golden(self, tenant_id: str, name: str) -> list[RecordedEvent]:
        """See `Landmarks`."""
        is_of_name = open_text(self._data, "name") == name
        is_pin = sa.and_(EVENTS.c.type.in_(_GOLDEN), is_of_name)
        pins = self._found(tenant_id, is_pin, None)
        # They are not in the index, but few streams have them.
        run_ids = {each.envelope.stream_id for each in pins}
        is_broken = sa.and_(EVENTS.c.type == _BROKE, is_of_name)
        of_runs = sa.select(EVENTS).where(
            EVENTS.c.tenant_id == tenant_id, EVENTS.c.stream_id.in_(run_ids), is_broken
        )
        both = [*pins, *self._checked(of_runs)]
        return sorted(both, key=lambda each: (each.envelope.recorded_at, each.position))

    def _found(
        self, tenant_id: str, wanted: sa.ColumnElement[bool], limit: int | None
    ) -> list[RecordedEvent]:
        is_of_tenant = EVENTS.c.tenant_id == tenant_id
        query = sa.select(EVENTS).where(is_of_tenant, IS_LANDMARK, wanted)
        in_order = query.order_by(EVENTS.c.recorded_at, EVENTS.c.position).limit(limit)
        return self._checked(in_order.with_hint(EVENTS, _INDEX, "sqlite"))

    def _checked(self, query: sa.Select[Any]) -> list[RecordedEvent]:
        with self._engine.connect() as connection:
            rows = driver_rows(connection, query, {})
        found = [to_event(row) for row in rows]
        for each in found:
            require_own_hash(each.envelope)
        return found
