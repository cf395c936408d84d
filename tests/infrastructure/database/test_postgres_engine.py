"""PostgreSQL is opened so that what is acknowledged is durable, and a restart is survived."""

import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from infrastructure.database import postgres
from infrastructure.database.engine import begin_immediate, create_engine
from infrastructure.database.errors import DatabaseUnreachable, UnsupportedDatabase
from tests.postgres_server import PostgresServer


@pytest.fixture
def other(postgres_url: str) -> Iterator[sa.Engine]:
    """Give another process's engine for the same database."""
    engine = create_engine(postgres_url)
    yield engine
    engine.dispose()


def shown(engine: sa.Engine, setting: str) -> str:
    with engine.connect() as connection:
        return str(connection.exec_driver_sql(f"SHOW {setting}").scalar_one())


def set_default(engine: sa.Engine, setting: str, value: str) -> None:
    with engine.begin() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET {setting} = '{value}'")
    engine.dispose()


def test_without_its_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UnsupportedDatabase, match=r"pip install 'opstrail\[postgres\]'"):
        create_engine("postgresql://ada:secret@db/opstrail")


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_both_names_of_the_driver_are_known(scheme: str, postgres_url: str) -> None:
    engine = create_engine(postgres_url.replace("postgresql", scheme, 1))
    assert shown(engine, "server_encoding") == "UTF8"
    engine.dispose()


def test_connections_that_are_used_at_once_are_used_again(postgres_engine: sa.Engine) -> None:
    def used() -> set[int]:
        with ExitStack() as stack:
            at_once = [stack.enter_context(postgres_engine.connect()) for _ in range(12)]
            asked = (each.exec_driver_sql("SELECT pg_backend_pid()") for each in at_once)
            return {each.scalar_one() for each in asked}

    assert used() == used()


@pytest.mark.parametrize("default", ["off", "local", "remote_write"])
def test_commits_wait_for_the_disk_whatever_the_default_is(
    default: str, postgres_engine: sa.Engine
) -> None:
    set_default(postgres_engine, "synchronous_commit", default)
    assert shown(postgres_engine, "synchronous_commit") == "on"


def test_commits_that_wait_for_replicas_go_on_waiting(postgres_engine: sa.Engine) -> None:
    set_default(postgres_engine, "synchronous_commit", "remote_apply")
    assert shown(postgres_engine, "synchronous_commit") == "remote_apply"


def test_who_waits_for_a_lock_gives_up(postgres_engine: sa.Engine) -> None:
    assert shown(postgres_engine, "lock_timeout") == "10s"


def test_a_transaction_reads_from_one_snapshot(
    postgres_engine: sa.Engine, other: sa.Engine
) -> None:
    count = "SELECT count(*) FROM documents"
    with postgres_engine.connect() as reader:
        before = reader.exec_driver_sql(count).scalar_one()
        with other.begin() as writer:
            writer.exec_driver_sql(
                "INSERT INTO documents VALUES ('t', 'd', '', '', '', '', 0, '', 0)"
            )
        assert reader.exec_driver_sql(count).scalar_one() == before == 0


def test_a_writer_sees_what_the_writer_before_it_left(
    postgres_engine: sa.Engine, other: sa.Engine
) -> None:
    started = threading.Event()

    def read_later() -> int:
        with begin_immediate(other) as connection, connection.begin():
            return int(connection.exec_driver_sql("SELECT count(*) FROM documents").scalar_one())

    with ThreadPoolExecutor(1) as threads:
        with begin_immediate(postgres_engine) as connection, connection.begin():
            connection.exec_driver_sql(
                "INSERT INTO documents VALUES ('t', 'd', '', '', '', '', 0, '', 0)"
            )
            later = threads.submit(read_later)
            while not waits(connection):
                started.wait(0.01)
        assert later.result() == 1


def waits(connection: sa.Connection) -> bool:
    """Return whether somebody waits for an advisory lock."""
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return bool(connection.exec_driver_sql(query).scalar_one())


def test_an_idle_connection_that_broke_is_replaced(
    postgres_engine: sa.Engine, other: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_IDLE_SECONDS", 0.0)
    assert shown(postgres_engine, "fsync")
    with other.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).all()
    assert shown(postgres_engine, "fsync")


def test_a_restarted_server_is_used_again(
    postgres_server: PostgresServer, postgres_engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_IDLE_SECONDS", 0.0)
    assert shown(postgres_engine, "fsync")
    postgres_server.stop(signal.SIGQUIT)
    postgres_server.start()
    assert shown(postgres_engine, "fsync")


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_has_not_every_letter_is_refused(
    postgres_server: PostgresServer, encoding: str
) -> None:
    create = f"CREATE DATABASE {{}} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"
    postgres_server.execute(create, encoding.lower())
    engine = create_engine(postgres_server.url(encoding.lower()))
    with pytest.raises(UnsupportedDatabase, match=f"its encoding {encoding} has not every letter"):
        engine.connect()
    postgres_server.execute("DROP DATABASE {} WITH (FORCE)", encoding.lower())


def test_letters_arrive_whatever_the_client_is_told(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT :text"), {"text": "日本"}).scalar() == "日本"
    engine.dispose()


def test_a_server_that_is_not_there_is_told_in_one_line() -> None:
    engine = create_engine("postgresql://u:hunter2@localhost:1/x")
    with pytest.raises(DatabaseUnreachable, match=r"postgresql://u:\*\*\*@localhost:1/x ") as told:
        engine.connect()
    assert "\n" not in str(told.value)
    assert "hunter2" not in str(told.value)
