"""Reading the events of a stream or of the log with SQL.

A stream is checked whenever it is read, and this is the one place: whatever shows a run, or goes
on with one, reads it here. What is not as it was written is an error.
"""

import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

from domain.aggregate.envelope import RecordedEvent
from domain.audit.stream_check import verify_next, verify_stream
from domain.errors import ChangedRecord, CorruptLog
from domain.ports import StreamHead
from infrastructure.database.engine import connect_once
from infrastructure.event_store.payload_rows import PayloadReader
from infrastructure.event_store.rows import as_bytes, driver_rows, to_event
from infrastructure.event_store.tables import (
    EVENTS,
    IS_BESIDE_RUNS,
    LOG_POSITION,
    LOGS,
    MAIN_LOG,
    STREAMS,
)

# Made once: to build a statement takes SQLAlchemy longer than SQLite takes to answer it.
_TENANT: sa.BindParameter[str] = sa.bindparam("the_tenant")
_STREAM: sa.BindParameter[str] = sa.bindparam("the_stream")
_SELECT_HEAD = sa.select(STREAMS.c.version, STREAMS.c.head_hash).where(
    STREAMS.c.tenant_id == _TENANT, STREAMS.c.stream_id == _STREAM
)
_IN_STREAM = sa.and_(EVENTS.c.tenant_id == _TENANT, EVENTS.c.stream_id == _STREAM)
_SELECT_STREAM = sa.select(EVENTS).where(_IN_STREAM).order_by(EVENTS.c.version)
_SELECT_LAST = sa.select(LOG_POSITION).where(LOGS.c.log == MAIN_LOG)
_VERSION, _HASH = map(_SELECT_HEAD.with_only_columns, (STREAMS.c.version, STREAMS.c.head_hash))
_HEADS = [each.scalar_subquery() for each in (_VERSION, _HASH, _SELECT_LAST)]
_ONE = sa.select(sa.literal(1).label("one")).subquery()
_NEXT = sa.and_(_IN_STREAM, EVENTS.c.version > sa.bindparam("known"))
# One statement is one snapshot, on both databases, and there is a row where there are no events.
_SELECT_ON = (
    sa.select(*_HEADS, *EVENTS.columns)
    .select_from(_ONE.outerjoin(EVENTS, _NEXT))
    .order_by(EVENTS.c.version)
)
_SELECT_LOG = (
    sa.select(EVENTS)
    .where(EVENTS.c.position > sa.bindparam("after"))
    .order_by(EVENTS.c.position)
    .limit(sa.bindparam("limit"))
)

_SMALL_INDEX: Final = "INDEXED BY streams_beside_runs"
"""SQLite takes the index of all streams otherwise: it cannot know that this one is small."""


class StreamReader:
    """Reads the streams and the log of a database, each time from one snapshot.

    See `domain.ports.Record`, the part of an event store that changes nothing.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine, self.payloads = engine, PayloadReader(engine)

    def head(self, tenant_id: str, stream_id: str) -> StreamHead:
        """See `EventStore`."""
        with connect_once(self._engine) as connection:
            return read_head(connection, tenant_id, stream_id)

    def read(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        """See `EventStore`."""
        with connect_once(self._engine) as connection:
            return read_stream(connection, tenant_id, stream_id)

    def read_on(self, tenant_id: str, stream_id: str, known: StreamHead) -> list[RecordedEvent]:
        """See `Record`."""
        with connect_once(self._engine) as connection:
            return read_on(connection, tenant_id, stream_id, known)

    def stored(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        """See `Record`."""
        with connect_once(self._engine) as connection:
            return stored_stream(connection, tenant_id, stream_id)

    def read_log(self, *, after: int = 0, limit: int = 1000) -> list[RecordedEvent]:
        """See `EventStore`."""
        with self._engine.connect() as connection:
            return read_log(connection, after=after, limit=limit)


def read_head(connection: sa.Connection, tenant_id: str, stream_id: str) -> StreamHead:
    """Return the head of a stream; see `EventStore.head`."""
    names = {"the_tenant": tenant_id, "the_stream": stream_id}
    with text_of(stream_id):
        rows = driver_rows(connection, _SELECT_HEAD, names)
    return _head(stream_id, *rows[0]) if rows else StreamHead()


def read_stream(connection: sa.Connection, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
    """Return the events of a stream, checked, from one snapshot; see `EventStore.read`."""
    head, last, events = _read_after(connection, tenant_id, stream_id, 0)
    gap = _gap([event.envelope.version for event in events], range(1, head.version + 1))
    if gap:
        version, why = gap
        where = f"{stream_id} version {version}"
        raise ChangedRecord(where, why=why)
    verify_stream(events, head=head.head_hash)
    _require_placed(events, last)
    return events


def read_on(
    connection: sa.Connection, tenant_id: str, stream_id: str, known: StreamHead
) -> list[RecordedEvent]:
    """Return the events after those that are known, checked; see `Record.read_on`."""
    head, _, events = _read_after(connection, tenant_id, stream_id, known.version)
    if head == known:
        return []
    verify_next(events, known, head=head)
    return events


def _read_after(
    connection: sa.Connection, tenant_id: str, stream_id: str, version: int
) -> tuple[StreamHead, int, list[RecordedEvent]]:
    """Return the head of a stream, the end of the log, and the events after a version."""
    names = {"the_tenant": tenant_id, "the_stream": stream_id, "known": version}
    with text_of(stream_id):
        rows = driver_rows(connection, _SELECT_ON, names)
        events = [to_event(row[3:]) for row in rows if row[3] is not None]
    version_now, head_hash, last = rows[0][:3]
    head = StreamHead() if version_now is None else _head(stream_id, version_now, head_hash)
    return head, last or 0, events


def _head(stream_id: str, version: object, head_hash: bytes) -> StreamHead:
    if not isinstance(version, int):  # SQLite keeps any value in any column
        raise ChangedRecord(stream_id, why=f"its version is {version!r}")
    return StreamHead(version, head_hash)


@contextmanager
def text_of(where: str) -> Iterator[None]:
    """Raise `ChangedRecord` for what SQLite keeps as text and is none."""
    try:
        yield
    except (sqlite3.OperationalError, sa.exc.OperationalError) as error:
        if "decode to UTF-8" not in str(error):  # the driver has no code for it
            raise
        raise ChangedRecord(where, why="some of its text is no text any more") from error


def _require_placed(events: Sequence[RecordedEvent], last: int) -> None:
    """Raise `ChangedRecord` for a place that no event of the stream can have in the log.

    All places of the log are taken, so an event that was moved is beyond its end or out of order.
    """
    places = [0, *(event.position for event in events)]
    is_ordered = places == sorted({*places}) and places[-1] <= last
    if not is_ordered or {event.log for event in events} - {MAIN_LOG}:
        stream_id = events[0].envelope.stream_id
        raise ChangedRecord(stream_id, why="its events are not where the log has them")


def stored_stream(
    connection: sa.Connection, tenant_id: str, stream_id: str
) -> list[RecordedEvent]:
    """Return the events of a stream as they are stored; see `Record.stored`."""
    names = {"the_tenant": tenant_id, "the_stream": stream_id}
    query = _SELECT_STREAM.with_only_columns(*(_as_is(connection, c) for c in EVENTS.columns))
    rows = driver_rows(connection, query, names)
    return [to_event([*map(_readable, EVENTS.columns, row)]) for row in rows]


def _as_is(connection: sa.Connection, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return a column in its own type, whatever somebody made of its value; text as bytes."""
    if isinstance(column.type, sa.Text):
        return sa.type_coerce(as_bytes(connection, column), sa.types.NullType())
    return sa.cast(column, column.type)


def _readable(column: sa.ColumnElement[Any], stored: object) -> object:
    if isinstance(stored, bytes) and isinstance(column.type, sa.Text):
        return stored.decode(errors="replace")
    return stored


def read_log(connection: sa.Connection, *, after: int, limit: int) -> list[RecordedEvent]:
    """Return events of the log, from one snapshot; see `EventStore.read_log`."""
    last = connection.execute(_SELECT_LAST).scalar_one_or_none() or 0
    part = {"after": after, "limit": limit}
    events = [to_event(row) for row in driver_rows(connection, _SELECT_LOG, part)]
    positions = [event.position for event in events]
    wanted = range(after + 1, min(after + limit, last) + 1)
    gap = _gap(positions, wanted)
    if gap:
        position, why = gap
        where = f"log {MAIN_LOG} position {position}"
        raise CorruptLog(where, why=why)
    return events


def _gap(found: Sequence[int], wanted: Sequence[int]) -> tuple[int, str] | None:
    """Return the first number that is missing or too much, and which of the two it is."""
    if len(found) == len(wanted) and [*found] == [*wanted]:
        return None  # all at once: a long run is read often
    for expected, actual in itertools.zip_longest(wanted, found):
        if expected is None:
            return actual, "the event is beyond the recorded head"
        if actual != expected:
            return expected, "the event is missing"
    return None


class SqlStreamIds:
    """See `domain.ports.StreamIds`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def stream_ids(self, tenant_id: str, prefix: str) -> list[str]:
        """See `StreamIds`."""
        with connect_once(self._engine) as connection:
            return list(connection.execute(select_ids(tenant_id, prefix)).scalars())


def select_ids(tenant_id: str, prefix: str) -> sa.Select[Any]:
    """Return the query for the ids of the tenant that begin with the prefix, newest first."""
    stream_id = STREAMS.c.stream_id
    begins = sa.func.substr(stream_id, 1, len(prefix)) == prefix
    found = sa.select(stream_id).where(STREAMS.c.tenant_id == tenant_id, IS_BESIDE_RUNS, begins)
    return found.with_hint(STREAMS, _SMALL_INDEX, "sqlite").order_by(stream_id.desc())
