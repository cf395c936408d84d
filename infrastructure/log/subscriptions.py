"""Reading the log in order, in chunks, from where a reader stopped.

A reader stops at the ends of batches only, and keeps the batch's log hash beside the position. So
when it comes back it can tell whether this is still the log that it has read: after a restored
backup or a lost tail it is not, and the reader is stopped by `ForkedLog` instead of going astray.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS, RecordedEvent
from domain.errors import CorruptLog, ForkedLog
from infrastructure.event_store.rows import driver_rows, to_event
from infrastructure.event_store.stream_rows import read_log
from infrastructure.event_store.tables import BATCH_HASH, EVENTS, LOG_BATCHES, MAIN_LOG
from infrastructure.log.marks import end_of_log, log_hash_at

CHUNK_EVENTS: Final = 2000
"""How many events a chunk has at most, unless one batch alone has more."""

# Made once: to build a statement takes SQLAlchemy longer than the database takes to answer it.
_AFTER: sa.BindParameter[int] = sa.bindparam("after")
_LAST: sa.BindParameter[int] = sa.bindparam("last")
_ENDS = sa.select(LOG_BATCHES.c.last_position, BATCH_HASH.label("log_hash")).where(
    LOG_BATCHES.c.log == MAIN_LOG, LOG_BATCHES.c.last_position > _AFTER
)
_NEXT_END = _ENDS.order_by(LOG_BATCHES.c.last_position).limit(1)
_NEWEST_END = (
    _ENDS.where(LOG_BATCHES.c.last_position <= _LAST)
    .order_by(LOG_BATCHES.c.last_position.desc())
    .limit(1)
)
_SPAN = sa.and_(EVENTS.c.position > _AFTER, EVENTS.c.position <= _LAST)
_COUNT = sa.select(sa.func.count()).where(_SPAN)
_OF_TYPES = (
    sa.select(EVENTS)
    .where(_SPAN, EVENTS.c.type.in_(sa.bindparam("types", expanding=True)))
    .order_by(EVENTS.c.position)
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a reader has come: the end of a batch, and the log hash there."""

    position: int = 0
    log_hash: bytes = GENESIS


@dataclass(frozen=True, slots=True)
class Chunk:
    """Events in order of position. All up to `end` was looked at, also what a filter left out."""

    start: Cursor
    end: Cursor
    events: tuple[RecordedEvent, ...]


class Subscription:
    """Reads the log of all tenants on from a cursor; memory holds one chunk."""

    def __init__(
        self, engine: sa.Engine, after: Cursor = Cursor(), *, types: Collection[str] | None = None
    ) -> None:
        """Begin after the cursor; `types` leaves out events of other stored types."""
        self._engine, self._cursor, self._types = engine, after, types

    def next_chunk(self, *, until: int | None = None) -> Chunk | None:
        """Return what comes next, at most up to position `until`, or None when that is nothing.

        Raises `ForkedLog` when the log is not the one that the cursor is of, and `CorruptLog` when
        a position or a batch is missing.
        """
        with self._engine.connect() as connection:
            require_same_log(connection, self._cursor)
            end = _next_end(connection, self._cursor.position, until=until)
            if end is None:
                return None
            events = tuple(self._events(connection, end.position))
        chunk = Chunk(self._cursor, end, events)
        self._cursor = end
        return chunk

    def chunks(self, *, until: int | None = None) -> Iterator[Chunk]:
        """Yield chunk after chunk until there is none. Raises like `next_chunk`."""
        while (chunk := self.next_chunk(until=until)) is not None:
            yield chunk

    def _events(self, connection: sa.Connection, last: int) -> Iterator[RecordedEvent]:
        after = self._cursor.position
        if self._types is None:
            return iter(read_log(connection, after=after, limit=last - after))
        span = {"after": after, "last": last}
        if connection.execute(_COUNT, span).scalar_one() != last - after:
            # It says which one is missing.
            read_log(connection, after=after, limit=last - after)
        rows = driver_rows(connection, _OF_TYPES, {**span, "types": [*self._types]})
        return map(to_event, rows)


def require_same_log(connection: sa.Connection, cursor: Cursor) -> None:
    """Raise `ForkedLog` when the log does not contain the history that the cursor is of."""
    if not cursor.position:
        return
    found = log_hash_at(connection, cursor.position)
    if found is None:
        head = head_position(connection)
        why = f"no batch ends there, and the log has come to position {head}"
        raise ForkedLog(cursor.position, why=why)
    if found != cursor.log_hash:
        raise ForkedLog(cursor.position, why="the log hash there is another one")


def head_position(connection: sa.Connection) -> int:
    """Return the position of the newest event; 0 when there is none."""
    return end_of_log(connection).position


def _next_end(connection: sa.Connection, after: int, *, until: int | None) -> Cursor | None:
    # The head first: batches that come while this reads are beyond it, and wait for the next time.
    head = head_position(connection)
    last = head if until is None else min(head, until)
    if last <= after:
        return None
    near = {"after": after, "last": min(last, after + CHUNK_EVENTS)}
    row = connection.execute(_NEWEST_END, near).one_or_none()
    if row is None:
        row = connection.execute(_NEXT_END, {"after": after}).one_or_none()
    if row is None:
        where = f"log {MAIN_LOG} position {after + 1}"
        raise CorruptLog(where, why="the event belongs to no batch")
    return Cursor(row.last_position, row.log_hash) if row.last_position <= last else None
