"""The event store on SQLite."""

import sqlite3
import threading

import sqlalchemy as sa

from domain.audit.chain import next_log_hash
from domain.ports import Append, Appended, StreamHead
from domain.run.envelope import RecordedEvent
from domain.run.errors import CorruptLog
from infrastructure.database.engine import writing
from infrastructure.event_store.appending import (
    outcome,
    require_expected,
    require_same_content,
    require_sound,
)
from infrastructure.event_store.reading import read_head, read_log, read_stream
from infrastructure.event_store.rows import event_row, key_row, summary_row
from infrastructure.event_store.statements import (
    INSERT_BATCH,
    INSERT_EVENT,
    INSERT_KEY,
    INSERT_STREAM,
    SELECT_KEY,
    SELECT_LOG,
    SELECT_STREAM,
    UPDATE_LOG,
    UPDATE_STREAM,
    UPSERT_SUMMARY,
)
from infrastructure.event_store.tables import MAIN_LOG


class SqliteEventStore:
    """Appends in one immediate transaction each; see `domain.ports.EventStore`.

    The database must be current (`infrastructure.database.migrate.ensure_current`).
    """

    def __init__(self, engine: sa.Engine) -> None:
        """Nothing is opened yet."""
        self._engine = engine
        # Who waits for SQLite's lock sleeps and polls. Threads of one process queue here instead.
        self._turn = threading.Lock()

    def append(self, request: Append) -> Appended:
        """See `EventStore`."""
        require_sound(request)
        with self._turn, writing(self._engine) as cursor:
            return _append(cursor, request)

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


def _append(cursor: sqlite3.Cursor, request: Append) -> Appended:
    # The log's row first, as on every database: here the transaction holds the write lock already.
    position, log_hash = cursor.execute(SELECT_LOG, {"the_log": MAIN_LOG}).fetchone()
    earlier = _earlier(cursor, request)
    if earlier:
        return earlier
    require_expected(request, actual=_head(cursor, request))
    appended = outcome(request, last_position=position)
    _insert_events(cursor, request, appended)
    _move_stream(cursor, request, appended)
    _extend_log(cursor, request, appended, log_hash=log_hash)
    cursor.execute(UPSERT_SUMMARY, summary_row(request.summary))
    if request.key:
        cursor.execute(INSERT_KEY, key_row(request.key, request.tenant_id, appended))
    return appended


def _earlier(cursor: sqlite3.Cursor, request: Append) -> Appended | None:
    if request.key is None:
        return None
    names = {"the_tenant": request.tenant_id, "the_key": request.key.key}
    seen = cursor.execute(SELECT_KEY, names).fetchone()
    if seen is None:
        return None
    digest, stream_id, first_position, last_position, version, head_hash = seen
    require_same_content(request.key, digest=digest, stream_id=stream_id)
    head = StreamHead(version, head_hash)
    return Appended(stream_id, first_position, last_position, head, is_repeat=True)


def _head(cursor: sqlite3.Cursor, request: Append) -> StreamHead:
    row = cursor.execute(SELECT_STREAM, _names(request)).fetchone()
    return StreamHead(*row) if row else StreamHead()


def _insert_events(cursor: sqlite3.Cursor, request: Append, appended: Appended) -> None:
    positions = range(appended.first_position, appended.last_position + 1)
    rows = [
        event_row(envelope, log=MAIN_LOG, position=position)
        for position, envelope in zip(positions, request.events, strict=True)
    ]
    try:
        cursor.executemany(INSERT_EVENT, rows)
    except sqlite3.IntegrityError as error:
        # The stream's head fits: an event id was used before, or the tables contradict each other.
        raise CorruptLog(request.stream_id, why=str(error)) from error


def _move_stream(cursor: sqlite3.Cursor, request: Append, appended: Appended) -> None:
    head = {"version": appended.head.version, "head_hash": appended.head.head_hash}
    if request.expected.version == 0:
        key = {"tenant_id": request.tenant_id, "stream_id": request.stream_id}
        cursor.execute(INSERT_STREAM, key | head)
        return
    cursor.execute(UPDATE_STREAM, _names(request) | head)


def _extend_log(
    cursor: sqlite3.Cursor, request: Append, appended: Appended, *, log_hash: bytes
) -> None:
    hashes = [envelope.content_hash for envelope in request.events]
    extended = next_log_hash(log_hash, hashes)
    batch = {
        "log": MAIN_LOG,
        "first_position": appended.first_position,
        "last_position": appended.last_position,
        "log_hash": extended,
    }
    cursor.execute(INSERT_BATCH, batch)
    log = {"the_log": MAIN_LOG, "position": appended.last_position, "log_hash": extended}
    cursor.execute(UPDATE_LOG, log)


def _names(request: Append) -> dict[str, str]:
    return {"the_tenant": request.tenant_id, "the_stream": request.stream_id}
