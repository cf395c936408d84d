"""A live reader is stopped when an old backup of the database is put in its place."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.errors import ForkedLog
from domain.ports import EventStore
from infrastructure.database.opening import engine_of
from infrastructure.log.subscriptions import Subscription
from tests.contracts.event_samples import request
from tests.infrastructure.faults.writers import store_of


def back_up(engine: sa.Engine) -> None:
    """Copy the whole database, as an operator does."""
    name = str(engine.url.database)
    if engine.dialect.name == "postgresql":
        on_server(engine, f'CREATE DATABASE "{name}-backup" TEMPLATE "{name}"')
        return
    with closing(sqlite3.connect(name)) as connection:
        connection.execute("VACUUM INTO ?", [f"{name}-backup"])


def restore(engine: sa.Engine) -> None:
    """Put the copy in the place of the database."""
    name = str(engine.url.database)
    if engine.dialect.name == "postgresql":
        on_server(engine, f'DROP DATABASE "{name}" WITH (FORCE)')
        on_server(engine, f'ALTER DATABASE "{name}-backup" RENAME TO "{name}"')
        return
    engine.dispose()
    for more in ("-wal", "-shm"):
        Path(name + more).unlink(missing_ok=True)
    shutil.move(f"{name}-backup", name)


def on_server(engine: sa.Engine, statement: str) -> None:
    engine.dispose()
    server = sa.create_engine(engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(statement)
    server.dispose()


@pytest.mark.parametrize("later", [0, 1, 2], ids=["shorter", "as long", "longer"])
def test_a_restored_backup_stops_a_live_reader(
    later: int, store: EventStore, engine: sa.Engine
) -> None:
    store.append(request("run-kept", count=3))
    back_up(engine)
    store.append(request("run-lost"))
    [end] = [chunk.end for chunk in Subscription(engine).chunks()]
    assert end.position == 4
    restore(engine)
    with engine_of(engine.url.render_as_string(hide_password=False)) as restored:
        for number in range(later):
            store_of(restored).append(request(f"run-later-{number}"))
        with pytest.raises(ForkedLog, match="was a backup restored"):
            Subscription(restored, end).next_chunk()
