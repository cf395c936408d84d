"""SQLite itself refuses to change what is recorded."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from domain.ports import IdempotencyKey
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.event_samples import request
from tests.infrastructure.event_store.damage import problems

GUARDED = ("events", "log_batches", "idempotency_keys", "streams", "logs")
FORBIDDEN = [
    "UPDATE events SET data = '{}' WHERE position = 1",
    "UPDATE events SET position = 9 WHERE position = 2",
    "INSERT INTO events SELECT 4, log, tenant_id, stream_id, 3, 'new', type, schema_version,"
    " recorded_at, actor_kind, actor_id, correlation_id, causation_id, traceparent, data,"
    " content_hash FROM events WHERE position = 1",
    "INSERT INTO events SELECT 3, log, tenant_id, stream_id, 4, 'new', type, schema_version,"
    " recorded_at, actor_kind, actor_id, correlation_id, causation_id, traceparent, data,"
    " content_hash FROM events WHERE position = 1",
    "REPLACE INTO events SELECT 3, log, tenant_id, stream_id, 3, event_id, type, schema_version,"
    " recorded_at, actor_kind, actor_id, correlation_id, causation_id, traceparent, data,"
    " content_hash FROM events WHERE position = 1",
    "INSERT INTO events SELECT * FROM events WHERE position = 1"
    " ON CONFLICT (position) DO UPDATE SET data = '{}'",
    "UPDATE log_batches SET log_hash = x'00'",
    "INSERT INTO log_batches (log, first_position, last_position, log_hash)"
    " VALUES ('main', 4, 4, x'00')",
    "INSERT INTO log_batches (log, first_position, last_position, log_hash)"
    " VALUES ('main', 3, 2, x'00')",
    "UPDATE idempotency_keys SET digest = x'00'",
    "UPDATE streams SET head_hash = x'00'",
    "UPDATE streams SET version = version - 1",
    "UPDATE streams SET version = version + 1, tenant_id = 'umbrella'",
    "UPDATE logs SET position = position - 1",
    "UPDATE logs SET log_hash = x'00'",
    *(f"DELETE FROM {table}" for table in GUARDED),  # noqa: S608 - our own names
    *(f"REPLACE INTO {table} SELECT * FROM {table}" for table in GUARDED),  # noqa: S608 - the same
    *(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}" for table in GUARDED),  # noqa: S608
]


def any_program(engine: sa.Engine) -> "closing[sqlite3.Connection]":
    """Return a connection with SQLite's own settings: REPLACE then fires no delete trigger."""
    return closing(sqlite3.connect(str(engine.url.database), isolation_level=None))


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_statement_that_rewrites_history_is_refused_to_any_program(
    statement: str, store: SqliteEventStore, engine: sa.Engine
) -> None:
    store.append(request(count=2, key=IdempotencyKey("key", b"digest")))
    before = store.read_log()
    with any_program(engine) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    assert store.read_log() == before
    assert problems(engine) == []


def test_a_log_begins_once(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="a log begins once"), engine.begin() as begun:
        begun.exec_driver_sql("INSERT INTO logs VALUES ('main', 0, x'00')")
