"""What nobody may do to the record, as statements to be tried."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from domain.views.database import Layer
from infrastructure.event_store.tables import (
    EVENTS,
    IDEMPOTENCY_KEYS,
    LOG_BATCHES,
    MAIN_LOG,
    PAYLOADS,
    RUN_SUMMARIES,
    STREAMS,
)


@dataclass(frozen=True, slots=True)
class Trial:
    """A statement that each of the layers must stop; all but the trigger come before it."""

    what: str
    statement: str
    layers: tuple[Layer, ...]


_KEYS: Final = {
    "events": "position",
    "log_batches": "last_position",
    "idempotency_keys": "tenant_id, key",
    "streams": "tenant_id, stream_id",
    "logs": "log",
    "run_summaries": "tenant_id, run_id",
}
GUARDED: Final = tuple(_KEYS)
"""The tables that triggers guard; payloads have a guard of their own."""

_UNCHANGEABLE: Final = ("events", "log_batches", "idempotency_keys")
_PROBE: Final = "opstrail-doctor"


def trials(first_layer: Layer) -> Iterator[Trial]:
    """Yield the trials for both databases; `first_layer` refuses before the triggers do."""
    both = (first_layer, Layer.TRIGGER)
    for table in _UNCHANGEABLE:
        key = _KEYS[table].rpartition(" ")[2]
        change = f"UPDATE {table} SET {key} = {key} WHERE {_one_row(table)}"  # noqa: S608 - ours
        yield Trial(f"UPDATE of {table}", change, both)
    for table in _KEYS:
        delete = f"DELETE FROM {table} WHERE {_one_row(table)}"  # noqa: S608 - our own names
        yield Trial(f"DELETE of {table}", delete, both)
    for table, count in (("streams", "version"), ("logs", "position")):
        back = f"UPDATE {table} SET {count} = {count} - 1 WHERE {_one_row(table)}"  # noqa: S608
        yield Trial(f"turn {table} back", back, both[1:])
    line = f"UPDATE run_summaries SET state = state WHERE {_one_row('run_summaries')}"  # noqa: S608
    yield Trial("UPDATE of run_summaries", line, both[1:])
    for table in _UNCHANGEABLE:
        yield Trial(f"upsert into {table}", _upsert(table), both)
    yield Trial("UPDATE of payloads", "UPDATE payloads SET digest = digest", both)
    gap = f"INSERT {_copied(position='position + 2')}"
    yield Trial("INSERT leaving a gap", gap, both[1:])


def refusal_of(
    connection: sa.Connection, statement: str, *errors: type[Exception]
) -> Exception | None:
    """Return the error with which the database refuses a statement; what it did is undone."""
    savepoint = connection.begin_nested()
    refusal = None
    try:
        connection.exec_driver_sql(statement)
    except errors as error:
        refusal = error
    savepoint.rollback()
    return refusal


def fill(connection: sa.Connection) -> None:
    """Insert a row into each empty table: without one, a row trigger never fires."""
    probe = {"tenant_id": _PROBE, "stream_id": _PROBE, "version": 1}
    blank = dict.fromkeys(
        ("type", "recorded_at", "actor_kind", "actor_id", "correlation_id", "data"), ""
    )
    hashed = {"head_hash": b""}
    position = {"first_position": 1, "last_position": 1}
    event = {"position": 1, "log": MAIN_LOG, "event_id": _PROBE, "schema_version": 1}
    rows: tuple[tuple[sa.Table, dict[str, Any]], ...] = (
        (EVENTS, {**probe, **blank, **event, "content_hash": b""}),
        (STREAMS, probe | hashed),
        (LOG_BATCHES, {"log": MAIN_LOG, "log_hash": b"", **position}),
        (IDEMPOTENCY_KEYS, {**probe, **hashed, **position, "key": _PROBE, "digest": b""}),
        (PAYLOADS, {"tenant_id": _PROBE, "digest": b"", "size": 0, "content": b""}),
    )
    for table, row in rows:
        if (
            connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
            is None
        ):
            connection.execute(sa.insert(table).values(row))
    _fill_run_list(connection)


def _fill_run_list(connection: sa.Connection) -> None:
    """Insert a line, which there is of a stream only."""
    if connection.execute(sa.select(RUN_SUMMARIES.c.run_id).limit(1)).first() is not None:
        return
    stream = connection.execute(sa.select(STREAMS).limit(1)).one()
    line = {"tenant_id": stream.tenant_id, "run_id": stream.stream_id, "version": stream.version}
    texts = ("state", "question", "actor_kind", "actor_id", "requested_at", "updated_at")
    counts = {"call_count": 0, "failed_call_count": 0}
    values = {**line, **dict.fromkeys(texts, ""), **counts}
    connection.execute(sa.insert(RUN_SUMMARIES).values(values))


def _one_row(table: str) -> str:
    key = _KEYS[table]
    return f"({key}) = (SELECT {key} FROM {table} LIMIT 1)"  # noqa: S608 - our own names


def _upsert(table: str) -> str:
    key = _KEYS[table].rpartition(" ")[2]
    conflict = "log, last_position" if table == "log_batches" else _KEYS[table]
    return (
        f"INSERT INTO {table} SELECT * FROM {table} WHERE {_one_row(table)}"  # noqa: S608 - ours
        f" ON CONFLICT ({conflict}) DO UPDATE SET {key} = excluded.{key}"
    )


def _copied(
    *, position: str = "position + 1", version: str = "1", event_id: str = f"'{_PROBE}-new'"
) -> str:
    """The rest of an INSERT: the last event again, in a run of its own."""
    same = (
        "log, tenant_id, type, schema_version, recorded_at, actor_kind, actor_id, correlation_id,"
        " data, content_hash"
    )
    return (
        f"INTO events (position, version, event_id, stream_id, {same})"  # noqa: S608 - ours
        f" SELECT {position}, {version}, {event_id}, '{_PROBE}-new', {same}"
        " FROM events WHERE position = (SELECT max(position) FROM events)"
    )


DIRECT_INSERT: Final = f"INSERT {_copied()}"
"""Adds an event to the end of the log, past everything of ours."""

INSERT_LATER_VERSION: Final = f"INSERT {_copied(version='2')}"
"""Begins a run at its second event."""

REPLACE_BY_EVENT_ID: Final = f"REPLACE {_copied(event_id='event_id')}"
"""Puts another event in the place of the last one."""
