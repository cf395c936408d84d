"""What PostgreSQL acknowledged stays when it crashes under load, and who writes to it goes on."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import psycopg
import pytest

from infrastructure.database.engine import create_engine
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.postgres import PostgresEventStore
from tests.contracts.event_samples import request
from tests.infrastructure.faults.witness import Witness
from tests.infrastructure.faults.writers import Acknowledged, Writer
from tests.postgres_server import PostgresServer

PATIENCE = 30
APPENDS = 20
OF_A_WRITER = (
    "SELECT pid FROM pg_stat_activity WHERE query LIKE '%append_batch%'"
    " AND pid <> pg_backend_pid() LIMIT 1"
)


def kill_a_backend(server: PostgresServer) -> None:
    """Kill the process that serves a writer; the server then ends all others and recovers."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        os.kill(serving_a_writer(connection), signal.SIGKILL)
        with suppress(psycopg.OperationalError):
            for _ in range(PATIENCE * 100):
                connection.execute("SELECT pg_sleep(0.01)")
    await_connections(server)


def serving_a_writer(connection: "psycopg.Connection[tuple[int]]") -> int:
    """Return the process that serves a writer, as soon as one is back after the crash before."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = connection.execute(OF_A_WRITER).fetchone()
        if found is not None:
            return found[0]
    raise AssertionError(OF_A_WRITER)


def await_connections(server: PostgresServer) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            psycopg.connect(server.url("postgres")).close()
            return
        time.sleep(0.01)
    raise AssertionError(server)


def stop_at_once(server: PostgresServer) -> None:
    server.stop(signal.SIGQUIT)
    server.start()


@pytest.mark.parametrize(
    ("crash", "times"),
    [
        (kill_a_backend, 20),
        (stop_at_once, 6),
        pytest.param(kill_a_backend, 200, marks=pytest.mark.long),
        pytest.param(stop_at_once, 60, marks=pytest.mark.long),
    ],
)
def test_a_server_that_crashes_under_load_loses_nothing_and_its_writers_go_on(
    crash: Callable[[PostgresServer], None],
    times: int,
    postgres_url: str,
    postgres_server: PostgresServer,
) -> None:
    witness, writers = Witness(postgres_url), [Writer(postgres_url), Writer(postgres_url)]
    for _ in range(times):
        heard = [writer.hear() for writer in writers for _ in range(APPENDS)]
        heard += [each for writer in writers for each in writer.hear_waiting()]
        crash(postgres_server)
        witness.assert_has(heard)
    left: list[Acknowledged] = [each for writer in writers for each in writer.kill()]
    witness.assert_has(left)


def test_an_append_survives_a_restart_however_many_connections_it_broke(
    postgres_url: str, postgres_server: PostgresServer
) -> None:
    engine = create_engine(postgres_url)
    opened = [engine.connect() for _ in range(4)]
    for connection in opened:
        connection.close()
    postgres_server.stop()
    postgres_server.start()
    group = GroupCommit(PostgresEventStore(engine))
    assert group.append(request()).first_position == 1
    group.close()
    engine.dispose()
