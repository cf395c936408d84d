"""What is wrong with the tables beside the events: the run list, keys, checkpoints, times."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from domain.aggregate.envelope import RecordedEvent
from domain.audit.request_key import request_key
from domain.errors import CorruptLog, FalseLine
from domain.run.aggregate import RUN
from infrastructure.event_store.line_seal import NAMES
from infrastructure.event_store.rows import driver_cursor
from infrastructure.event_store.run_lines import OF_STREAM, SELECT_LINES, is_sealed
from infrastructure.event_store.stream_rows import stored_stream
from infrastructure.event_store.tables import (
    EVENTS,
    IDEMPOTENCY_KEYS,
    IS_RUN,
    LOG_BATCHES,
    RUN_SUMMARIES,
    STREAMS,
)
from infrastructure.log.chain_rows import head_before
from infrastructure.log.marks import log_hash_at

_RUN_ID: Final = NAMES.index("run_id")
_UNLISTED: Final = sa.select(STREAMS.c.stream_id).where(
    IS_RUN, ~sa.select(RUN_SUMMARIES.c.run_id).where(OF_STREAM).correlate(STREAMS).exists()
)
# Projections are built on the log, and so it knows them by name only.
_PROJECTIONS: Final = sa.table(
    "projections", *map(sa.column, ("name", "generation", "position", "log_hash"))
)
_AT: Final = LOG_BATCHES.c.committed_at
_DAY_ON: Final[dict[str, sa.ColumnElement[Any]]] = {
    "sqlite": sa.func.strftime("%Y-%m-%dT%H:%M:%S", _AT, "+1 day"),
    "postgresql": sa.func.to_char(
        sa.func.timezone("UTC", _AT) + sa.text("interval '1 day'"), 'YYYY-MM-DD"T"HH24:MI:SS'
    ),
}
"""The time a day after a batch was committed, as text that compares with that of events."""


_TOMORROW: Final[dict[str, sa.ColumnElement[Any]]] = {
    "sqlite": sa.func.strftime("%Y-%m-%d %H:%M:%S", "now", "+1 day"),
    "postgresql": sa.func.now() + sa.text("interval '1 day'"),
}


def problems_beside(connection: sa.Connection) -> Iterator[str]:
    """Yield what contradicts the events in the tables beside them, each as a sentence."""
    for of_table in (_of_lines, _of_keys, _of_checkpoints, _of_times):
        try:
            yield from of_table(connection)
        except (sqlite3.OperationalError, sa.exc.OperationalError, TypeError, ValueError) as error:
            yield f"{of_table.__name__[4:]} cannot be read: {error}"


def _of_lines(connection: sa.Connection) -> Iterator[str]:
    """The run list: that each line is the one that was written, and none is missing."""
    with driver_cursor(connection, SELECT_LINES, {}) as rows:
        for row in rows:
            if not is_sealed(row) and not _is_of_events(connection, row):
                yield str(FalseLine(str(row[_RUN_ID])))
    for run_id in connection.execute(_UNLISTED).scalars():
        yield str(FalseLine(run_id, why="it has no line there any more"))


def _is_of_events(connection: sa.Connection, row: Sequence[Any]) -> bool:
    """Return whether it is the head of the stream, and not the line, that was changed."""
    line = dict(zip(NAMES, row, strict=False))
    name = (str(line["tenant_id"]).encode(), str(line["run_id"]).encode())
    version, head_hash = head_before(connection, name, 2**62)
    return version > 0 and is_sealed([*row[:-1], head_hash])


def _of_keys(connection: sa.Connection) -> Iterator[str]:
    """The idempotency keys: that each answers with the request that came with it."""
    for row in connection.execute(sa.select(IDEMPOTENCY_KEYS)):
        events = stored_stream(connection, row.tenant_id, row.stream_id)
        if not _answers(connection, row, events):
            run_id = row.stream_id
            yield f"idempotency key {row.key!r}: it does not answer as {run_id} was requested"


def _answers(connection: sa.Connection, row: sa.Row[Any], events: list[RecordedEvent]) -> bool:
    size = row.last_position - row.first_position + 1
    asked = events[row.version - size : row.version]
    if not asked or [event.position for event in asked] != [
        *range(row.first_position, row.last_position + 1)
    ]:
        return False
    name = (row.tenant_id.encode(), row.stream_id.encode())
    if head_before(connection, name, row.version + 1) != (row.version, row.head_hash):
        return False
    try:
        key = request_key(RUN.read(asked[0]).event)
    except CorruptLog:  # of another kind, or of a newer opstrail
        return True
    return key is None or (key.key, key.digest) == (row.key, row.digest)


def _of_checkpoints(connection: sa.Connection) -> Iterator[str]:
    """The projections: that each has read this log up to where it says."""
    for row in connection.execute(sa.select(_PROJECTIONS)):
        if log_hash_at(connection, row.position) != bytes(row.log_hash):
            read = f"it has read another log up to position {row.position}"
            advice = f"`opstrail projection rebuild {row.name}` builds it anew"
            yield f"projection {row.name}, generation {row.generation}: {read}; {advice}"


def _of_times(connection: sa.Connection) -> Iterator[str]:
    """The batches: that none was committed a day before its last event was recorded, or will be.

    Clocks differ and go back, but not by that much between an event and its commit.
    """
    a_day_on = _DAY_ON[connection.dialect.name]
    query = (
        sa.select(LOG_BATCHES.c.first_position, LOG_BATCHES.c.last_position)
        .join(EVENTS, EVENTS.c.position == LOG_BATCHES.c.last_position)
        .where(sa.func.coalesce(a_day_on, "") < EVENTS.c.recorded_at)
    )
    for first, last in connection.execute(query):
        when = "more than a day before its last event was recorded"
        why = "a clock was wrong, or the time of the commit was changed"
        yield f"batch {first} to {last}: it says that it was committed {when}: {why}"
    of_late = sa.select(sa.func.min(LOG_BATCHES.c.first_position), sa.func.max(_AT)).where(
        _TOMORROW[connection.dialect.name] < _AT
    )
    first, at = connection.execute(of_late).one()
    if first is not None:
        yield f"batch from {first} on: it says that it was committed at {at}, which is to come"
