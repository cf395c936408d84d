"""Reading the events of a stream or of the log with SQL; a missing one is `CorruptLog`."""

import itertools
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from domain.aggregate.envelope import RecordedEvent
from domain.errors import CorruptLog
from domain.ports import StreamHead
from infrastructure.event_store.payload_rows import PayloadReader
from infrastructure.event_store.rows import driver_rows, to_event
from infrastructure.event_store.tables import EVENTS, IS_NO_RUN, LOGS, MAIN_LOG, STREAMS

# Made once: to build a statement takes SQLAlchemy longer than SQLite takes to answer it.
_TENANT: sa.BindParameter[str] = sa.bindparam("the_tenant")
_STREAM: sa.BindParameter[str] = sa.bindparam("the_stream")
_SELECT_HEAD = sa.select(STREAMS.c.version, STREAMS.c.head_hash).where(
    STREAMS.c.tenant_id == _TENANT, STREAMS.c.stream_id == _STREAM
)
_SELECT_STREAM = (
    sa.select(EVENTS)
    .where(EVENTS.c.tenant_id == _TENANT, EVENTS.c.stream_id == _STREAM)
    .order_by(EVENTS.c.version)
)
_SELECT_LAST = sa.select(LOGS.c.position).where(LOGS.c.log == MAIN_LOG)
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
        with self._engine.connect() as connection:
            return read_head(connection, tenant_id, stream_id)

    def read(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        """See `EventStore`."""
        with self._engine.connect() as connection:
            return read_stream(connection, tenant_id, stream_id)

    def read_log(self, *, after: int = 0, limit: int = 1000) -> list[RecordedEvent]:
        """See `EventStore`."""
        with self._engine.connect() as connection:
            return read_log(connection, after=after, limit=limit)


def read_head(connection: sa.Connection, tenant_id: str, stream_id: str) -> StreamHead:
    """Return the head of a stream; see `EventStore.head`."""
    names = {"the_tenant": tenant_id, "the_stream": stream_id}
    rows = driver_rows(connection, _SELECT_HEAD, names)
    return StreamHead(*rows[0]) if rows else StreamHead()


def read_stream(connection: sa.Connection, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
    """Return the events of a stream, from one snapshot; see `EventStore.read`."""
    names = {"the_tenant": tenant_id, "the_stream": stream_id}
    head = read_head(connection, tenant_id, stream_id)
    events = [to_event(row) for row in driver_rows(connection, _SELECT_STREAM, names)]
    versions = [event.envelope.version for event in events]
    _require_gapless(versions, range(1, head.version + 1), where=f"{stream_id} version")
    return events


def read_log(connection: sa.Connection, *, after: int, limit: int) -> list[RecordedEvent]:
    """Return events of the log, from one snapshot; see `EventStore.read_log`."""
    last = connection.execute(_SELECT_LAST).scalar_one()
    part = {"after": after, "limit": limit}
    events = [to_event(row) for row in driver_rows(connection, _SELECT_LOG, part)]
    positions = [event.position for event in events]
    wanted = range(after + 1, min(after + limit, last) + 1)
    _require_gapless(positions, wanted, where=f"log {MAIN_LOG} position")
    return events


def _require_gapless(found: Sequence[int], wanted: Sequence[int], *, where: str) -> None:
    for expected, actual in itertools.zip_longest(wanted, found):
        place = f"{where} {actual if expected is None else expected}"
        if expected is None:
            raise CorruptLog(place, why="the event is beyond the recorded head")
        if actual != expected:
            raise CorruptLog(place, why="the event is missing")


class SqlStreamIds:
    """See `domain.ports.StreamIds`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def stream_ids(self, tenant_id: str, prefix: str) -> list[str]:
        """See `StreamIds`."""
        with self._engine.connect() as connection:
            return list(connection.execute(select_ids(tenant_id, prefix)).scalars())


def select_ids(tenant_id: str, prefix: str) -> sa.Select[Any]:
    """Return the query for the ids of the tenant that begin with the prefix, newest first."""
    stream_id = STREAMS.c.stream_id
    begins = sa.func.substr(stream_id, 1, len(prefix)) == prefix
    found = sa.select(stream_id).where(STREAMS.c.tenant_id == tenant_id, IS_NO_RUN, begins)
    return found.with_hint(STREAMS, _SMALL_INDEX, "sqlite").order_by(stream_id.desc())
