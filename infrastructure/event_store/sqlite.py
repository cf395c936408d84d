"""The event store on SQLite.

Its statements are text for the driver, compiled once from the tables: SQLAlchemy's way of
executing a statement takes several times as long as SQLite's. Parameters go by place: a row of an
INSERT in the order of its table's columns, otherwise as the statement's comment says; SQLite binds
names at half the speed.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from domain.audit.chain import next_log_hash
from domain.errors import CorruptLog, OpstrailError
from domain.ports import Append, Appended, StreamHead
from infrastructure.database.sqlite_writer import SqliteWriter
from infrastructure.database.upsert import upsert
from infrastructure.event_store.batch import (
    CONTRADICTS,
    Outcome,
    answer,
    outcome,
    require_expected,
    require_free,
    require_same_content,
    sound_only,
)
from infrastructure.event_store.leases import lease_of, move_lease
from infrastructure.event_store.payloads import SqlitePayloads
from infrastructure.event_store.rows import event_values, key_values, summary_values
from infrastructure.event_store.stream_rows import StreamReader
from infrastructure.event_store.tables import (
    EVENTS,
    IDEMPOTENCY_KEYS,
    LOG_BATCHES,
    LOGS,
    MAIN_LOG,
    RUN_SUMMARIES,
    STREAMS,
)


class SqliteEventStore:
    """Appends in one immediate transaction each; see `domain.ports.EventStore`.

    The database must be current (`infrastructure.database.migrate.ensure_current`).
    """

    def __init__(self, engine: sa.Engine) -> None:
        reader = StreamReader(engine)
        self.head, self.read, self.read_log = reader.head, reader.read, reader.read_log
        self._writer = SqliteWriter(engine)
        self.payloads = SqlitePayloads(engine, self._writer)

    def append(self, request: Append) -> Appended:
        """See `EventStore`."""
        return answer(self.append_batch([request])[0])

    def close(self) -> None:
        """Give the connection that appends back; a later append takes another one."""
        self._writer.close()

    async def append_async(self, request: Append) -> Appended:
        """See `EventStore`; no other task goes on meanwhile, unless `GroupCommit` is before it."""
        return self.append(request)

    def append_batch(self, requests: Sequence[Append]) -> list[Outcome]:
        """See `BatchStore`."""
        return sound_only(requests, self._append_all)

    def _append_all(self, requests: Sequence[Append]) -> list[Outcome]:
        try:
            return self._writer.write(lambda cursor: append_all(cursor, requests))
        except sqlite3.IntegrityError:
            # The heads fit: an event id was used before, or the tables contradict each other.
            if len(requests) == 1:
                return [CorruptLog(requests[0].stream_id, why=CONTRADICTS)]
        return [outcome for request in requests for outcome in self._append_all([request])]


_NEVER_CHANGED = ("requested_at", "origin", "parent_run_id")
"""Columns of a summary: to set them would write their indexes anew with each append."""

_DIALECT = sqlite.dialect(paramstyle="qmark")


def _text(statement: sa.ClauseElement, *parameters: str) -> str:
    compiled = statement.compile(dialect=_DIALECT, column_keys=parameters or None)
    return str(compiled)


_THE_LOG = LOGS.c.log == sa.bindparam("the_log")
_THE_STREAM = (
    STREAMS.c.tenant_id == sa.bindparam("the_tenant"),
    STREAMS.c.stream_id == sa.bindparam("the_stream"),
)
_EXPECTED = (
    STREAMS.c.version == sa.bindparam("the_version"),
    STREAMS.c.head_hash == sa.bindparam("the_hash"),
)
_THE_KEY = (
    IDEMPOTENCY_KEYS.c.tenant_id == sa.bindparam("the_tenant"),
    IDEMPOTENCY_KEYS.c.key == sa.bindparam("the_key"),
)
_ANSWER = ("digest", "stream_id", "first_position", "last_position", "version", "head_hash")

SELECT_LOG = _text(sa.select(*LOGS.c["position", "log_hash"]).where(_THE_LOG))
# position, log hash; log
UPDATE_LOG = _text(sa.update(LOGS).where(_THE_LOG), "position", "log_hash")
# All but the last column, which has the database's own time.
INSERT_BATCH = _text(sa.insert(LOG_BATCHES), "log", "last_position", "first_position", "log_hash")
INSERT_EVENT = _text(sa.insert(EVENTS))
SELECT_STREAM = _text(sa.select(*STREAMS.c["version", "head_hash"]).where(*_THE_STREAM))
INSERT_STREAM = _text(sa.insert(STREAMS))
# version, head hash; tenant, stream, and the version and head hash that are expected
UPDATE_STREAM = _text(sa.update(STREAMS).where(*_THE_STREAM, *_EXPECTED), "version", "head_hash")
SELECT_KEY = _text(sa.select(*IDEMPOTENCY_KEYS.c[*_ANSWER]).where(*_THE_KEY))
INSERT_KEY = _text(sa.insert(IDEMPOTENCY_KEYS))
_CHANGED = [
    str(column.name)
    for column in RUN_SUMMARIES.columns
    if not column.primary_key and column.name not in _NEVER_CHANGED
]
UPSERT_SUMMARY = _text(upsert(RUN_SUMMARIES, _DIALECT, values=_CHANGED))


def append_all(cursor: sqlite3.Cursor, requests: Sequence[Append]) -> list[Outcome]:
    """Append what can be, as one batch of the log; see `BatchStore.append_batch`.

    Raises `sqlite3.IntegrityError` when the events of any request contradict what is stored.
    """
    # The log's row first, as on every database: here the transaction holds the write lock already.
    last_position, log_hash = cursor.execute(SELECT_LOG, (MAIN_LOG,)).fetchone()
    first_position = last_position + 1
    outcomes: list[Outcome] = []
    accepted: list[Append] = []
    lines: list[tuple[Any, ...]] = []
    for request in requests:
        outcome = _outcome(cursor, request, last_position=last_position)
        outcomes.append(outcome)
        if isinstance(outcome, Appended) and not outcome.is_repeat:
            accepted.append(request)
            if request.summary is not None:
                lines.append(summary_values(request.summary, outcome.head.head_hash))
            last_position = outcome.last_position
    if accepted:
        _insert(cursor, accepted, lines, first_position=first_position)
        _extend_log(cursor, accepted, first_position=first_position, log_hash=log_hash)
    return outcomes


def _outcome(cursor: sqlite3.Cursor, request: Append, *, last_position: int) -> Outcome:
    """Return where the events will go, once the stream and the key are written."""
    try:
        earlier = _earlier(cursor, request)
        if earlier:
            return earlier
        if request.lease is not None and request.lease.is_taken:
            require_free(request, lease_of(cursor, request))
        appended = outcome(request, last_position=last_position)
        _move_stream(cursor, request, appended.head)
    except OpstrailError as refused:
        return refused
    move_lease(cursor, request)
    if request.key:
        cursor.execute(INSERT_KEY, key_values(request.key, request.tenant_id, appended))
    return appended


def _earlier(cursor: sqlite3.Cursor, request: Append) -> Appended | None:
    if request.key is None:
        return None
    seen = cursor.execute(SELECT_KEY, (request.tenant_id, request.key.key)).fetchone()
    if seen is None:
        return None
    digest, stream_id, first_position, last_position, version, head_hash = seen
    require_same_content(request.key, digest=digest, stream_id=stream_id)
    head = StreamHead(version, head_hash)
    return Appended(stream_id, first_position, last_position, head, is_repeat=True)


def _move_stream(cursor: sqlite3.Cursor, request: Append, head: StreamHead) -> None:
    """Raise `WrongExpectedVersion` or `ForkedHistory` when the stream is not as expected."""
    if request.expected.version and _has_moved(cursor, request, head):
        return
    row = cursor.execute(SELECT_STREAM, (request.tenant_id, request.stream_id)).fetchone()
    require_expected(request, actual=StreamHead(*row) if row else StreamHead())
    cursor.execute(
        INSERT_STREAM, (request.tenant_id, request.stream_id, head.version, head.head_hash)
    )


def _has_moved(cursor: sqlite3.Cursor, request: Append, head: StreamHead) -> bool:
    expected = request.expected
    names = (request.tenant_id, request.stream_id, expected.version, expected.head_hash)
    return cursor.execute(UPDATE_STREAM, (head.version, head.head_hash, *names)).rowcount == 1


def _insert(
    cursor: sqlite3.Cursor,
    accepted: Sequence[Append],
    lines: Sequence[tuple[Any, ...]],
    *,
    first_position: int,
) -> None:
    events = (event for request in accepted for event in request.events)
    rows = [
        event_values(event, log=MAIN_LOG, position=position)
        for position, event in enumerate(events, start=first_position)
    ]
    cursor.executemany(INSERT_EVENT, rows)
    cursor.executemany(UPSERT_SUMMARY, lines)


def _extend_log(
    cursor: sqlite3.Cursor, accepted: Sequence[Append], *, first_position: int, log_hash: bytes
) -> None:
    hashes = [event.content_hash for request in accepted for event in request.events]
    last_position = first_position + len(hashes) - 1
    extended = next_log_hash(log_hash, hashes)
    cursor.execute(INSERT_BATCH, (MAIN_LOG, last_position, first_position, extended))
    cursor.execute(UPDATE_LOG, (last_position, extended, MAIN_LOG))
