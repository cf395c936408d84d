"""Whatever is wrong with the database is said in words that help."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.database.engine import begin_immediate, create_engine
from infrastructure.database.errors import (
    DatabaseBusy,
    DatabaseCorrupt,
    DatabaseFailed,
    DatabaseReadOnly,
    DatabaseUnreachable,
    DiskFailed,
    DiskFull,
    failure,
)
from infrastructure.database.migrate import ensure_current
from infrastructure.database.sqlite_writer import SqliteWriter
from tests.contracts.databases import make_empty, opened

Use = Callable[[sa.Engine], object]


def write(engine: sa.Engine) -> None:
    with begin_immediate(engine) as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE more (number INTEGER)")


def write_directly(engine: sa.Engine) -> None:
    SqliteWriter(engine).write(make_table)


def make_table(cursor: sqlite3.Cursor) -> None:
    cursor.execute("CREATE TABLE more (number INTEGER)")


def write_and_fail(engine: sa.Engine) -> None:
    def made_in_vain(cursor: sqlite3.Cursor) -> None:
        make_table(cursor)
        raise KeyError

    SqliteWriter(engine).write(made_in_vain)


def read(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM events").all()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    with opened(make_empty(tmp_path / "opstrail.db")) as current:
        yield current


def on_connect(engine: sa.Engine, pragma: str) -> None:
    """Run the pragma on every new connection."""

    def run(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(pragma)

    sa.event.listen(engine, "connect", run)
    engine.dispose()


@pytest.mark.parametrize("use", [read, write, write_directly, ensure_current])
def test_a_file_that_is_no_database_is_called_damaged(use: Use, tmp_path: Path) -> None:
    path = tmp_path / "opstrail.db"
    path.write_text("Dear diary, " * 500)
    with opened(path) as engine, pytest.raises(DatabaseCorrupt, match="restore a backup") as found:
        use(engine)
    assert found.value.path == str(path)
    assert str(path) in str(found.value)
    assert "file is not a database" in str(found.value)


@pytest.mark.parametrize("use", [read, write, write_directly])
def test_a_damaged_page_is_called_damage(use: Use, tmp_path: Path) -> None:
    path = make_empty(tmp_path / "opstrail.db")
    pages = bytearray(path.read_bytes())
    pages[100:4096] = b"\xff" * 3996  # the page that lists the tables
    path.write_bytes(pages)
    with opened(path) as engine, pytest.raises(DatabaseCorrupt, match="malformed"):
        use(engine)


@pytest.mark.parametrize("write_somehow", [write, write_directly])
def test_a_database_that_may_not_be_written_says_so(write_somehow: Use, engine: sa.Engine) -> None:
    on_connect(engine, "PRAGMA query_only=ON")
    with pytest.raises(DatabaseReadOnly, match="give this user the right to write it"):
        write_somehow(engine)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write every file")
def test_a_file_without_the_right_to_write_is_read_only(engine: sa.Engine) -> None:
    engine.dispose()
    Path(str(engine.url.database)).chmod(0o444)
    with pytest.raises(DatabaseReadOnly):
        write(engine)


@pytest.mark.parametrize("write_somehow", [write, write_directly])
def test_a_database_that_another_process_writes_is_busy(
    write_somehow: Use, engine: sa.Engine
) -> None:
    on_connect(engine, "PRAGMA busy_timeout=0")
    with begin_immediate(engine) as other, other.begin(), pytest.raises(DatabaseBusy):
        write_somehow(engine)


@pytest.mark.parametrize("write_somehow", [write, write_directly])
def test_a_database_that_cannot_grow_says_that_the_disk_is_full(
    write_somehow: Use, engine: sa.Engine
) -> None:
    on_connect(engine, "PRAGMA max_page_count=1")
    with pytest.raises(DiskFull, match="nothing was written"):
        write_somehow(engine)


@pytest.mark.parametrize("use", [read, write, write_directly, ensure_current])
def test_a_folder_is_not_a_database(use: Use, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable, match="unable to open database file"):
        use(create_engine(f"sqlite:///{tmp_path}"))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable, match=r"missing/opstrail\.db cannot be opened"):
        read(create_engine(f"sqlite:///{tmp_path}/missing/opstrail.db"))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnreachable, match=r"file/opstrail\.db cannot be opened"):
        ensure_current(create_engine(f"sqlite:///{tmp_path}/file/opstrail.db"))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_IOERR_FSYNC, DiskFailed),
        (sqlite3.SQLITE_IOERR_READ, DiskFailed),
        (sqlite3.SQLITE_READONLY_DIRECTORY, DatabaseReadOnly),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, DatabaseBusy),
        (sqlite3.SQLITE_CORRUPT_INDEX, DatabaseCorrupt),
        (sqlite3.SQLITE_PERM, DatabaseUnreachable),
    ],
)
def test_errors_are_told_apart_by_their_kind(
    code: int, kind: type[DatabaseFailed], engine: sa.Engine
) -> None:
    error = sqlite3.OperationalError("as the driver says it")
    error.sqlite_errorcode = code
    found = failure(error, engine)
    assert type(found) is kind
    assert "(as the driver says it)" in str(found)


@pytest.mark.parametrize("error", [sqlite3.OperationalError("no code"), ValueError("no driver")])
def test_what_is_not_about_the_database_is_left_alone(error: Exception, engine: sa.Engine) -> None:
    assert failure(error, engine) is None


def test_the_fault_of_a_statement_stays_what_it_is(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.OperationalError, match="syntax error"), engine.connect() as opened_:
        opened_.exec_driver_sql("SELEKT 1")
    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        SqliteWriter(engine).write(lambda cursor: cursor.execute("SELEKT 1"))


def test_a_block_that_fails_writes_nothing(engine: sa.Engine) -> None:
    with pytest.raises(KeyError):
        write_and_fail(engine)
    with engine.connect() as connection:
        assert "more" not in sa.inspect(connection).get_table_names()


def test_the_next_writer_is_served_after_one_that_failed(engine: sa.Engine) -> None:
    for _ in range(20):
        with pytest.raises(KeyError):
            write_and_fail(engine)
    write_directly(engine)
    with engine.connect() as connection:
        assert "more" in sa.inspect(connection).get_table_names()
