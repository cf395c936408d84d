"""The check of a database says what is in it and what is wrong with it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.database.engine import create_engine
from infrastructure.database.errors import DatabaseCorrupt, DatabaseUnreachable, SchemaTooNew
from infrastructure.database.migrate import HEAD
from infrastructure.database_check.check import check
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.log.verification import PROBLEM_LIMIT
from tests.contracts.databases import make_empty, opened
from tests.contracts.event_samples import request
from tests.infrastructure.event_store.damage import run


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    with opened(make_empty(tmp_path / "opstrail.db")) as current:
        store = SqliteEventStore(current)
        head = store.append(request(count=30)).head
        store.append(request(after=head))
        yield current


def test_a_sound_database_is_reported_with_what_it_holds(engine: sa.Engine) -> None:
    report = check(engine)
    assert report.is_sound
    assert report.revision == HEAD
    assert report.settings == {"journal_mode": "wal", "synchronous": "FULL"}
    rows = {"events": 31, "log_batches": 2, "streams": 1, "run_summaries": 1, "payloads": 0}
    assert report.counts == rows


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DROP TRIGGER events_guard_1", "the trigger events_guard_1 is missing"),
        ("DROP INDEX run_summaries_newest", "the index run_summaries_newest is missing"),
        ("DROP TABLE log_batches", "the table log_batches is missing"),
        (
            "CREATE TRIGGER strange AFTER INSERT ON events BEGIN SELECT 1; END",
            "the trigger strange is not ours",
        ),
    ],
)
def test_a_changed_schema_is_reported(statement: str, problem: str, engine: sa.Engine) -> None:
    run(engine, statement)
    assert problem in check(engine).problems


def test_a_trigger_that_lets_through_is_reported(engine: sa.Engine) -> None:
    weakened = "CREATE TRIGGER events_guard_1 BEFORE UPDATE ON events BEGIN SELECT 1; END"
    run(engine, "DROP TRIGGER events_guard_1", weakened)
    assert check(engine).problems == ("the trigger events_guard_1 was changed",)


def test_an_event_that_was_changed_is_reported_beside_the_dropped_trigger(
    engine: sa.Engine,
) -> None:
    run(engine, "DROP TRIGGER events_guard_1", "UPDATE events SET data = '1' WHERE position = 3")
    assert check(engine).problems == (
        "the trigger events_guard_1 is missing",
        "position 3 (run-1 version 3): the content does not fit its hash",
    )


def test_the_check_stops_at_twenty_problems(engine: sa.Engine) -> None:
    run(engine, "DROP TRIGGER events_guard_1", "UPDATE events SET data = '1'")
    assert len(check(engine).problems) == PROBLEM_LIMIT == 20


def test_a_disk_that_does_not_allow_the_journal_mode_is_reported(engine: sa.Engine) -> None:
    def refuse_wal(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode=DELETE")

    sa.event.listen(engine, "connect", refuse_wal)
    engine.dispose()
    assert check(engine).problems == (
        "the journal mode is delete and not wal: is the file on a network drive?",
    )


def test_an_older_schema_is_reported(engine: sa.Engine) -> None:
    run(engine, "UPDATE alembic_version SET version_num = '0001'")
    assert check(engine).problems == (
        f"the schema is 0001 and not {HEAD}: the service migrates it",
    )


def test_an_empty_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with opened(path) as engine:
        report = check(engine)
    assert report.problems == (f"the schema is empty and not {HEAD}: the service migrates it",)
    assert (report.revision, report.counts) == (None, {})


def test_a_newer_schema_is_not_judged(engine: sa.Engine) -> None:
    run(engine, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew):
        check(engine)


def test_a_file_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable, match="there is no database"):
        check(create_engine(f"sqlite:///{tmp_path}/none.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_byte_that_flipped_on_the_disk_is_found(engine: sa.Engine) -> None:
    path = Path(str(engine.url.database))
    engine.dispose()
    content = path.read_bytes()
    path.write_bytes(content.replace('{"größe": 17}'.encode(), '{"größe": 16}'.encode()))
    assert check(engine).problems == (
        "position 17 (run-1 version 17): the content does not fit its hash",
    )


@pytest.mark.parametrize("lost", ["events", "run_summaries_newest"])
def test_a_page_that_was_lost_is_damage(lost: str, engine: sa.Engine) -> None:
    query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
    with engine.connect() as connection:
        page = connection.exec_driver_sql(query, (lost,)).scalar_one()
    path = Path(str(engine.url.database))
    engine.dispose()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = bytes(4096)
    path.write_bytes(content)
    with pytest.raises(DatabaseCorrupt, match="restore a backup"):
        check(engine)
