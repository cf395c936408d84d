"""Records that no table of the estate holds as they are asked for: unions, and the audit log."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from domain.estate.fields import FIELDS, RecordKind
from domain.estate_changes.change import ESTATE_CHANGE, EstateRecordsChanged
from domain.times import recorded_instant, recorded_text
from infrastructure.estate.json_sql import member_text
from infrastructure.estate.tables import MAINTENANCE_HISTORY, WORK_HISTORY
from infrastructure.event_store.tables import EVENTS, IS_NO_RUN, STREAMS


class RecordedInstant(sa.TypeDecorator[datetime]):
    """An instant as events hold it: text of one length, which sorts as the instants do."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """Return what is stored."""
        return None if value is None else recorded_text(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant in UTC."""
        return None if value is None else recorded_instant(value)


_OWN_NAMES: Final = {
    WORK_HISTORY: {"record_id": "work_id", "type": "work_type", "person": "requested_by"},
    MAINTENANCE_HISTORY: {
        "record_id": "maintenance_id",
        "type": "maint_type",
        "person": "performer",
    },
}


def _in_shared_words(table: sa.Table) -> sa.Select[Any]:
    """Return the records under the names that both kinds share; `source` is the kind."""
    names = FIELDS[RecordKind.WORK_AND_MAINTENANCE].keys() - {"source", "ci_code"}
    own = _OWN_NAMES[table]
    shown = (table.c[own.get(name, name)].label(name) for name in sorted(names))
    return sa.select(table.c.tenant_id, sa.literal(table.name, sa.Text).label("source"), *shown)


WORK_AND_MAINTENANCE: Final = sa.union_all(*map(_in_shared_words, _OWN_NAMES)).subquery(
    "work_and_maintenance"
)

_CHUNKS: Final = EVENTS.alias("chunks")
# The index of streams that are no runs leads to the changes, so that no run is read.
AUDIT_LOG: Final = (
    sa.select(
        STREAMS.c.tenant_id,
        STREAMS.c.stream_id.label("change_id"),
        sa.type_coerce(EVENTS.c.recorded_at, RecordedInstant).label("changed_at"),
        EVENTS.c.actor_kind,
        EVENTS.c.actor_id,
        sa.func.coalesce(member_text(EVENTS.c.data, "mode"), "remove").label("action"),
        sa.func.coalesce(
            member_text(EVENTS.c.data, "source"), member_text(EVENTS.c.data, "retired")
        ).label("what"),
        sa.select(
            sa.func.coalesce(
                sa.func.sum(sa.cast(member_text(_CHUNKS.c.data, "count"), sa.BigInteger)), 0
            )
        )
        .where(
            _CHUNKS.c.tenant_id == STREAMS.c.tenant_id,
            _CHUNKS.c.stream_id == STREAMS.c.stream_id,
            _CHUNKS.c.type == EstateRecordsChanged.stored_as,
        )
        .correlate(STREAMS)
        .scalar_subquery()
        .label("record_count"),
    )
    .join(
        EVENTS,
        sa.and_(
            EVENTS.c.tenant_id == STREAMS.c.tenant_id,
            EVENTS.c.stream_id == STREAMS.c.stream_id,
            EVENTS.c.version == 1,
        ),
    )
    .where(IS_NO_RUN, STREAMS.c.stream_id.startswith(ESTATE_CHANGE.prefix))
    .subquery("audit_log")
)
"""The changes of estates, each from the first event of its stream: who changed what and when."""
