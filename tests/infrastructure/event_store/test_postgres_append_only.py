"""PostgreSQL itself refuses to change what is recorded, to its owner and to replicas as well."""

import psycopg
import pytest
import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.ports import IdempotencyKey
from infrastructure.database.engine import create_engine
from infrastructure.database.errors import DatabaseReadOnly
from infrastructure.event_store.postgres import PostgresEventStore
from tests.contracts.event_samples import request
from tests.infrastructure.event_store.damage import problems
from tests.postgres_server import PostgresServer

GUARDED = ("events", "log_batches", "idempotency_keys", "streams", "logs")
COPIED = (
    "log, tenant_id, stream_id, {version}, 'new', type, schema_version, recorded_at, actor_kind,"
    " actor_id, correlation_id, causation_id, traceparent, data, content_hash FROM events"
    " WHERE position = 1"
)
FORBIDDEN = [
    "UPDATE events SET data = '{}' WHERE position = 1",
    "UPDATE events SET position = 9 WHERE position = 2",
    f"INSERT INTO events SELECT 4, {COPIED.format(version=3)}",
    f"INSERT INTO events SELECT 1, {COPIED.format(version=3)}",
    f"INSERT INTO events SELECT 3, {COPIED.format(version=2)}",
    f"INSERT INTO events SELECT 3, {COPIED.format(version=4)}",
    "INSERT INTO events SELECT * FROM events WHERE position = 1"
    " ON CONFLICT (position) DO UPDATE SET data = '{}'",
    "MERGE INTO events e USING events o ON e.position = o.position"
    " WHEN MATCHED THEN UPDATE SET data = '{}'",
    "UPDATE log_batches SET log_hash = ''",
    "INSERT INTO log_batches (log, first_position, last_position, log_hash)"
    " VALUES ('main', 4, 4, '')",
    "INSERT INTO log_batches (log, first_position, last_position, log_hash)"
    " VALUES ('main', 3, 2, '')",
    "UPDATE idempotency_keys SET digest = ''",
    "UPDATE streams SET head_hash = ''",
    "UPDATE streams SET version = version - 1",
    "UPDATE streams SET version = version + 1, tenant_id = 'umbrella'",
    "UPDATE logs SET position = position - 1",
    "UPDATE logs SET log_hash = ''",
    *(f"DELETE FROM {table}" for table in GUARDED),  # noqa: S608 - our own names
    *(f"TRUNCATE {table}" for table in GUARDED),
    *(f"INSERT INTO {table} SELECT * FROM {table}" for table in GUARDED),  # noqa: S608 - the same
]


@pytest.fixture
def store(postgres_engine: sa.Engine) -> PostgresEventStore:
    return PostgresEventStore(postgres_engine)


@pytest.mark.parametrize("statement", FORBIDDEN)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_a_statement_that_rewrites_history_is_refused(
    statement: str, role: str, store: PostgresEventStore, postgres_engine: sa.Engine
) -> None:
    store.append(request(count=2, key=IdempotencyKey("key", b"digest")))
    before = store.read_log()
    with postgres_engine.connect() as connection:
        connection.exec_driver_sql(f"SET LOCAL session_replication_role = {role}")
        with pytest.raises(sa.exc.IntegrityError):
            connection.exec_driver_sql(statement)
    assert store.read_log() == before
    assert problems(postgres_engine) == []


def test_text_that_postgresql_cannot_hold_is_refused(store: PostgresEventStore) -> None:
    held, refused = request("run-a", key=IdempotencyKey("a", b"")), request("run-\x00")
    outcomes = store.append_batch([held, refused])
    assert isinstance(outcomes[1], CorruptLog)
    assert "contradicts what is stored" in str(outcomes[1])
    assert [each.envelope for each in store.read_log()] == list(held.events)


def test_who_was_not_given_the_right_may_not_append(
    store: PostgresEventStore, postgres_server: PostgresServer, postgres_engine: sa.Engine
) -> None:
    postgres_server.execute("CREATE ROLE {} LOGIN", "stranger")
    url = postgres_server.url(str(postgres_engine.url.database), user="stranger")
    engine = create_engine(url)
    with pytest.raises(DatabaseReadOnly, match="permission denied for function append_batch"):
        PostgresEventStore(engine).append(request())
    engine.dispose()
    postgres_server.execute("DROP ROLE {}", "stranger")
    assert store.read_log() == []


def test_a_batch_is_announced_when_it_is_there(
    store: PostgresEventStore, postgres_engine: sa.Engine
) -> None:
    url = postgres_engine.url.render_as_string()
    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute("LISTEN log_main")
        store.append_batch([request("run-a", count=2), request("run-b")])
        heard = [note.payload for note in listener.notifies(timeout=5, stop_after=1)]
    assert heard == ["3"]
