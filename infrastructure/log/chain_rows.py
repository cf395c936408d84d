"""What the verification reads: events as the bytes that were hashed, and the batches of the log.

The bytes come from the database as they are stored, so that text that is no longer UTF-8 is found
like any other damage.
"""

from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS
from domain.audit.chain import Fields, head_with
from infrastructure.event_store.rows import as_bytes, driver_rows
from infrastructure.event_store.tables import (
    BATCH_FIRST,
    BATCH_HASH,
    EVENTS,
    LOG_BATCHES,
    MAIN_LOG,
    STREAMS,
)

CHUNK: Final = 5000
"""How many events are verified before the heads of their streams are looked up."""

_HASHED: Final = (
    *("tenant_id", "stream_id", "version", "event_id", "type", "schema_version", "recorded_at"),
    *("actor_kind", "actor_id", "correlation_id", "causation_id", "traceparent", "data"),
)
"""The columns that are hashed, in the order of `domain.audit.chain`."""

_NO_TEXT: Final[sa.ColumnElement[Any]] = sa.literal_column("x'ff'")
"""Stands for what is no text: text never has this byte, so no hash fits it."""

_EMPTY: Final[sa.ColumnElement[Any]] = sa.literal_column("x''")

_OF_STREAM = sa.and_(
    STREAMS.c.tenant_id == EVENTS.c.tenant_id, STREAMS.c.stream_id == EVENTS.c.stream_id
)
_IS_LAST = STREAMS.c.version == EVENTS.c.version

_SELECT_HEADS = (
    sa.select(
        EVENTS.c.position,
        sa.cast(STREAMS.c.version, sa.BigInteger),
        sa.type_coerce(sa.cast(STREAMS.c.head_hash, sa.LargeBinary), sa.types.NullType()),
    )
    .join_from(EVENTS, STREAMS, _OF_STREAM, isouter=True)
    .where(EVENTS.c.position.in_(sa.bindparam("positions", expanding=True)))
)

StoredEvent = tuple[int, bytes | None, int, bytes, *Fields]
"""Position, the log if it is another one, version, content hash, and what is hashed, as bytes.

Nothing more than the driver's own row, for millions are read.
"""


Name = tuple[bytes, bytes]
"""Tenant and id of a stream, as the bytes that its events have."""


class StoredBatch(NamedTuple):
    """What was committed together, and the log hash after it."""

    first_position: int
    last_position: int
    log_hash: bytes


def stream_id_of(name: Name) -> str:
    """Return the id of a stream, as far as it is text."""
    return name[1].decode(errors="replace")


def select_events(connection: sa.Connection) -> sa.Select[Any]:
    """Return the query for the next events, each a `StoredEvent`, `after` a position, in order."""
    log = EVENTS.c.log
    other_log = sa.func.coalesce(as_bytes(connection, log), b"")
    return (
        sa.select(
            EVENTS.c.position,
            _plain(sa.case((log.is_distinct_from(MAIN_LOG), other_log))),
            _number(EVENTS.c.version),
            _content_hash(),
            *(_plain(_hashed(connection, EVENTS.c[name])) for name in _HASHED),
        )
        .where(EVENTS.c.position > sa.bindparam("after"))
        .order_by(EVENTS.c.position)
        .limit(CHUNK)
    )


def batches_after(connection: sa.Connection, position: int) -> Iterator[StoredBatch]:
    """Yield the batches that end beyond a position, in order."""
    last, columns = LOG_BATCHES.c.last_position, LOG_BATCHES.c
    query = (
        sa.select(BATCH_FIRST, last, _plain(BATCH_HASH))
        .where(columns.log == MAIN_LOG, last > sa.bindparam("after"))
        .order_by(last)
        .limit(CHUNK)
    )
    while rows := driver_rows(connection, query, {"after": position}):
        yield from map(StoredBatch._make, rows)
        position = rows[-1][1]


def heads_at(
    connection: sa.Connection, positions: Collection[int]
) -> list[tuple[int, int | None, bytes | None]]:
    """Return the version and the head hash of the stream of each of these events.

    They are None when there is no such stream.
    """
    return [*driver_rows(connection, _SELECT_HEADS, {"positions": [*positions]})]


def head_before(connection: sa.Connection, name: Name, version: int) -> tuple[int, bytes]:
    """Return version and head hash of a stream before a version, from stored content hashes."""
    query = (
        sa.select(_number(EVENTS.c.version), _content_hash())
        .where(
            EVENTS.c.tenant_id == name[0].decode(errors="replace"),
            EVENTS.c.stream_id == stream_id_of(name),
            EVENTS.c.version < version,
        )
        .order_by(EVENTS.c.version)
    )
    before, head = 0, GENESIS
    for before, content_hash in connection.execute(query):  # noqa: B007 - the last one is wanted
        head = head_with(head, content_hash)
    return before, head


def streams_without_last_event(connection: sa.Connection) -> Iterator[tuple[str, int]]:
    """Yield id and version of each stream that has no event of its own version."""
    its_last = sa.select(sa.literal(1)).where(_OF_STREAM, _IS_LAST).correlate(STREAMS)
    query = sa.select(STREAMS.c.stream_id, STREAMS.c.version).where(~its_last.exists())
    yield from (tuple(row) for row in connection.execute(query))


def _hashed(connection: sa.Connection, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    stored = as_bytes(connection, column)
    if column.nullable or connection.dialect.name != "sqlite":
        return stored
    if column.name in ("tenant_id", "stream_id"):
        # Streams are found by these as text, and to SQLite no text is less than a blob.
        return sa.case((column < _EMPTY, stored), else_=_NO_TEXT)
    return sa.func.coalesce(stored, _NO_TEXT)


def _number(column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.cast(column, sa.BigInteger), 0)


def _plain(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """As the driver gives it: what SQLAlchemy does to each value takes longer than the hash."""
    return sa.type_coerce(column, sa.types.NullType())


def _content_hash() -> sa.ColumnElement[Any]:
    return _plain(sa.func.coalesce(sa.cast(EVENTS.c.content_hash, sa.LargeBinary), b""))
