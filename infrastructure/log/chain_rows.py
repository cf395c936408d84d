"""What the verification reads: events as the bytes that were hashed, and the batches of the log.

The bytes come from the database as they are stored, so that text that is no longer UTF-8 is found
like any other damage.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS
from domain.audit.chain import next_head
from infrastructure.event_store.rows import as_bytes, driver_rows
from infrastructure.event_store.tables import EVENTS, LOG_BATCHES, MAIN_LOG, STREAMS

CHUNK: Final = 2000

_HASHED = (
    *("tenant_id", "stream_id", "version", "event_id", "type", "schema_version", "recorded_at"),
    *("actor_kind", "actor_id", "correlation_id", "causation_id", "traceparent", "data"),
)
"""The columns that are hashed, in the order of `domain.audit.chain`."""

_OF_STREAM = sa.and_(
    STREAMS.c.tenant_id == EVENTS.c.tenant_id, STREAMS.c.stream_id == EVENTS.c.stream_id
)
_IS_LAST = STREAMS.c.version == EVENTS.c.version


class StoredEvent(NamedTuple):
    """One event; what is hashed is there as bytes.

    A named tuple, for millions are made. `last_version` is that of its stream, None when there is
    no such stream; `last_head` is the stream's head hash when the event is its last.
    """

    position: int
    log: bytes
    version: int
    last_version: int | None
    last_head: bytes | None
    content_hash: bytes
    tenant: bytes | None
    stream: bytes | None
    version_text: bytes
    event_id: bytes
    type: bytes
    schema_version: bytes
    recorded_at: bytes
    actor_kind: bytes
    actor_id: bytes
    correlation_id: bytes
    causation_id: bytes | None
    traceparent: bytes | None
    data: bytes

    @property
    def tenant_id(self) -> str:
        """The tenant, as far as it is text."""
        return (self.tenant or b"").decode(errors="replace")

    @property
    def stream_id(self) -> str:
        """The id of the stream, as far as it is text."""
        return (self.stream or b"").decode(errors="replace")


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """What was committed together, and the log hash after it."""

    first_position: int
    last_position: int
    log_hash: bytes


def events_after(connection: sa.Connection, position: int) -> Iterator[list[StoredEvent]]:
    """Yield the events beyond a position in order, a chunk at a time."""
    query = _events_query(connection)
    while rows := driver_rows(connection, query, {"after": position}):
        events = [*map(StoredEvent._make, rows)]
        yield events
        position = events[-1].position


def batches_after(connection: sa.Connection, position: int) -> Iterator[StoredBatch]:
    """Yield the batches that end beyond a position, in order."""
    last, columns = LOG_BATCHES.c.last_position, LOG_BATCHES.c
    query = (
        sa.select(columns.first_position, last, _plain(columns.log_hash))
        .where(columns.log == MAIN_LOG, last > sa.bindparam("after"))
        .order_by(last)
        .limit(CHUNK)
    )
    while rows := connection.execute(query, {"after": position}).all():
        yield from (StoredBatch(*row) for row in rows)
        position = rows[-1][1]


def head_before(connection: sa.Connection, event: StoredEvent) -> tuple[int, bytes]:
    """Return version and head hash of the stream before the event, from stored content hashes."""
    query = (
        sa.select(_number(EVENTS.c.version), _content_hash())
        .where(
            EVENTS.c.tenant_id == event.tenant_id,
            EVENTS.c.stream_id == event.stream_id,
            EVENTS.c.version < event.version,
        )
        .order_by(EVENTS.c.version)
    )
    version, head = 0, GENESIS
    for version, content_hash in connection.execute(query):  # noqa: B007 - the last one is wanted
        head = next_head(head, (content_hash,))
    return version, head


def streams_without_last_event(connection: sa.Connection) -> Iterator[tuple[str, int]]:
    """Yield id and version of each stream that has no event of its own version."""
    its_last = sa.select(sa.literal(1)).where(_OF_STREAM, _IS_LAST).correlate(STREAMS)
    query = sa.select(STREAMS.c.stream_id, STREAMS.c.version).where(~its_last.exists())
    yield from (tuple(row) for row in connection.execute(query))


def _events_query(connection: sa.Connection) -> sa.Select[Any]:
    hashed = [_plain(as_bytes(connection, EVENTS.c[name])) for name in _HASHED]
    last_head = sa.case((_IS_LAST, STREAMS.c.head_hash))
    return (
        sa.select(
            EVENTS.c.position,
            _plain(as_bytes(connection, EVENTS.c.log)),
            _number(EVENTS.c.version),
            sa.cast(STREAMS.c.version, sa.BigInteger).label("last_version"),
            _plain(last_head),
            _content_hash(),
            *hashed,
        )
        .join_from(EVENTS, STREAMS, _OF_STREAM, isouter=True)
        .where(EVENTS.c.position > sa.bindparam("after"))
        .order_by(EVENTS.c.position)
        .limit(CHUNK)
    )


def _number(column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.cast(column, sa.BigInteger), 0)


def _plain(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """As the driver gives it: what SQLAlchemy does to each value takes longer than the hash."""
    return sa.type_coerce(column, sa.types.NullType())


def _content_hash() -> sa.ColumnElement[Any]:
    return _plain(sa.func.coalesce(sa.cast(EVENTS.c.content_hash, sa.LargeBinary), b""))
