"""Opening a database to read it: what is there stays as it is."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.bootstrap import open_service
from domain.operations.operation import Access
from domain.ports import not_searched
from domain.run_filter.filter import EVERY_RUN
from domain.services.projections import CannotMove
from infrastructure.database import database_file, migrate
from infrastructure.database.engine import begin_immediate, read_file_of
from infrastructure.database.errors import (
    DatabaseBusy,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnreadable,
    SchemaTooOld,
)
from infrastructure.database.opened import OpenDatabase
from infrastructure.database.opening import engine_of, is_new, opened, opened_to_read
from tests.infrastructure.projections.logs import Log, called
from tests.postgres_server import PostgresServer


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "opstrail.db"))


@pytest.fixture
def not_writable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be written, for whom os.access is asked: root may always."""
    monkeypatch.setattr(os, "access", lambda *_: False)


def test_a_statement_that_writes_is_refused(database: Path) -> None:
    with (
        opened_to_read(f"sqlite:///{database}") as engine,
        begin_immediate(engine) as connection,
        pytest.raises(DatabaseReadOnly),
    ):
        connection.exec_driver_sql("UPDATE logs SET position = position + 1")


def test_a_read_leaves_the_folder_as_it_was(database: Path) -> None:
    before = database.read_bytes()
    with opened_to_read(f"sqlite:///{database}") as engine, engine.connect():
        pass
    assert [each.name for each in database.parent.iterdir()] == ["opstrail.db"]
    assert database.read_bytes() == before


def test_a_log_that_a_crash_left_stays_as_it_is(database: Path) -> None:
    crashed = database.parent / "crashed"
    crashed.mkdir()
    with opened(f"sqlite:///{database}") as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE logs SET position = position + 1")
        for suffix in ("", "-wal", "-shm"):
            shutil.copy(f"{database}{suffix}", crashed)
    before = (crashed / "opstrail.db-wal").read_bytes()
    reading = opened_to_read(f"sqlite:///{crashed / 'opstrail.db'}")
    with reading as engine, engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT position FROM logs").scalar_one() == 1
    assert (crashed / "opstrail.db-wal").read_bytes() == before != b""


@pytest.mark.usefixtures("not_writable")
def test_what_is_written_while_it_is_read_as_if_nobody_could_ends_with_an_error(
    database: Path,
) -> None:
    def read() -> None:
        with opened_to_read(f"sqlite:///{database}") as engine:
            file = read_file_of(engine)
            assert file is not None
            assert file.way == "immutable"
            with closing(sqlite3.connect(database)) as owner, owner:
                owner.execute("UPDATE logs SET position = position + 1")

    with pytest.raises(DatabaseBusy, match="it was written while it was read"):
        read()


@pytest.mark.usefixtures("not_writable")
def test_a_copy_that_is_too_large_is_refused_with_the_way_out(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_file, "COPIED_AT_MOST_BYTES", 1000)
    database.with_name("opstrail.db-wal").write_bytes(b"not empty")
    with (
        pytest.raises(DatabaseUnreadable, match=r"copy it and what is called .*-wal to a folder"),
        opened_to_read(f"sqlite:///{database}"),
    ):
        pass


def test_a_database_that_is_not_there_is_missing_and_its_folder_not_made(tmp_path: Path) -> None:
    with (
        pytest.raises(DatabaseMissing, match=r"there is no database .*none.db: check its name"),
        opened_to_read(f"sqlite:///{tmp_path}/none/none.db"),
    ):
        pass
    assert [*tmp_path.iterdir()] == []


def test_an_empty_file_is_no_database_to_read(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with (
        pytest.raises(SchemaTooOld, match=r"is empty, .*`opstrail db upgrade`"),
        opened_to_read(f"sqlite:///{tmp_path}/empty.db"),
    ):
        pass


def test_an_older_schema_is_read_in_a_copy_which_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "old.db"
    with monkeypatch.context() as earlier, engine_of(f"sqlite:///{database}") as engine:
        earlier.setattr(migrate, "HEAD", "0014")
        migrate.ensure_current(engine)
    before, told = database.read_bytes(), list[str]()
    reading = opened_to_read(f"sqlite:///{database}", tell=told.append)
    with reading as engine, engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM v_runs")
    assert database.read_bytes() == before
    assert told == [
        f"the database has schema 0014: a copy with schema {migrate.HEAD} is read;"
        " `opstrail db upgrade` brings the database up to date"
    ]


def test_an_older_schema_of_a_server_is_refused(postgres_url: str) -> None:
    with engine_of(postgres_url) as engine, engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0014'")
    with (
        pytest.raises(SchemaTooOld, match=r"has schema '0014' and not .*db upgrade"),
        opened_to_read(postgres_url),
    ):
        pass


def test_a_role_that_may_only_select_reads_and_is_told_what_was_not_searched(
    postgres_url: str,
) -> None:
    with engine_of(postgres_url) as owner, owner.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE auditor LOGIN")
        connection.exec_driver_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO auditor")
    try:
        with open_service(postgres_url) as service:
            Log(service.store).add(*called())
        url = sa.make_url(postgres_url).set(username="auditor").render_as_string()
        with open_service(url, access=Access.READ) as service:
            found = service.reader.summaries("acme", EVERY_RUN, limit=1)
            assert [run.run_id for run in found.summaries] == ["run-1"]
            with pytest.raises(CannotMove, match="lags 2 events behind"):
                service.projections.catch_up("run_calls", seconds=1)
            behind = service.reader.search("acme", "what", limit=1)
            assert behind.unread_count == 2
            assert "2 events were not searched: their projection is behind" in not_searched(behind)
            of_server = ("the server's ", "the locale ")
            assert all(each.startswith(of_server) for each in service.database.check().problems)
        with open_service(postgres_url) as service:
            assert service.projections.catch_up("run_search", seconds=1) == 0
        with open_service(url, access=Access.READ) as service:
            assert service.reader.search("acme", "what", limit=1).unread_count == 0
    finally:
        with engine_of(postgres_url) as owner, owner.begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY auditor; DROP ROLE auditor")


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_read_moves_projections_where_it_may(
    kind: str, database: Path, request: pytest.FixtureRequest
) -> None:
    is_server = kind == "postgres"
    url = request.getfixturevalue("postgres_url") if is_server else f"sqlite:///{database}"
    with open_service(url) as service:
        Log(service.store).add(*called())
    with open_service(url, access=Access.READ) as service:
        assert service.reader.search("acme", "what", limit=1).unread_count == 0
        assert service.projections.catch_up("run_calls", seconds=1) == 0
    with open_service(url, access=Access.READ) as service:
        assert [each.lag for each in service.projections.statuses("run_calls")] == [0]


def test_what_needs_a_database_makes_none(tmp_path: Path) -> None:
    with (
        open_service(f"sqlite:///{tmp_path}/none.db", access=Access.WRITE) as service,
        pytest.raises(DatabaseMissing),
    ):
        service.reader.resolve("acme", "latest")
    assert [*tmp_path.iterdir()] == []


def test_a_server_without_such_a_database_is_not_told_of_files(postgres_url: str) -> None:
    url = sa.make_url(postgres_url).set(database="nosuch").render_as_string()
    with pytest.raises(DatabaseMissing, match="`createdb` makes a new one") as raised, opened(url):
        pass
    assert "folder" not in str(raised.value)


def test_tables_that_are_made_on_a_server_are_told(postgres_server: PostgresServer) -> None:
    postgres_server.execute("CREATE DATABASE {}", "without_tables")
    url, told = postgres_server.url("without_tables"), list[str]()
    with open_service(url, access=Access.READ) as service:
        assert service.is_new
        with pytest.raises(SchemaTooOld, match="is empty"):
            service.estates.history("acme", limit=1, before=None)
    assert is_new(url)
    for _ in range(2):
        with opened(url, tell=told.append):
            pass
    assert [said.split(" postgresql")[0] for said in told] == [
        "made the tables of opstrail in the database"
    ]
    postgres_server.execute("DROP DATABASE {}", "without_tables")


def test_what_is_open_to_write_is_not_opened_again_to_see_whether_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenDatabase(f"sqlite:///{tmp_path}/a.db", Access.BEGIN, print) as database:
        assert database.is_new
        assert database.engine is not None
        monkeypatch.setattr("infrastructure.database.opened.is_new", None)
        assert not database.is_new
