"""The service's own connections cannot take back what is recorded, triggers or not."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.database.authorizer import lifted
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.databases import copied
from tests.contracts.event_samples import request
from tests.infrastructure.event_store.damage import drop_triggers


@pytest.fixture
def engine(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    with copied(empty_database, tmp_path) as current:
        SqliteEventStore(current).append(request(count=2))
        yield current


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET data = '{}'",
        "UPDATE log_batches SET log_hash = x'00'",
        "UPDATE idempotency_keys SET digest = x'00'",
        "UPDATE payloads SET content = x'00'",
        "DELETE FROM payloads",
        "DELETE FROM events",
        "DELETE FROM streams",
        "DELETE FROM logs",
        "INSERT INTO events SELECT * FROM events WHERE true"
        " ON CONFLICT (position) DO UPDATE SET data = '{}'",
        "DROP TABLE events",
        "ALTER TABLE events RENAME TO other",
        "PRAGMA recursive_triggers=OFF",
        "PRAGMA writable_schema=ON",
    ],
)
def test_the_record_cannot_be_changed(statement: str, engine: sa.Engine) -> None:
    drop_triggers(engine)
    refused = pytest.raises(sa.exc.DatabaseError, match=r"not authorized|prohibited")
    with refused, engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_guard_cannot_be_dropped(engine: sa.Engine) -> None:
    refused = pytest.raises(sa.exc.DatabaseError, match=r"not authorized")
    with refused, engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER events_guard_1")


def test_what_is_lifted_comes_back(engine: sa.Engine) -> None:
    drop_triggers(engine)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        with lifted(driver):
            connection.exec_driver_sql("UPDATE events SET data = '{}'")
            connection.rollback()
        with pytest.raises(sa.exc.DatabaseError, match=r"not authorized|prohibited"):
            connection.exec_driver_sql("UPDATE events SET data = '{}'")
