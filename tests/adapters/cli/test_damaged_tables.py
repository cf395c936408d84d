"""Whatever is changed in a table that a view comes from, the verification of the log says so."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from adapters.bootstrap import open_service
from adapters.cli.app import main
from domain.run_filter.filter import EVERY_RUN
from infrastructure.event_store import tables
from infrastructure.log.verification import verify_log
from infrastructure.projections.content_check import projection_problems
from infrastructure.projections.tables import (
    PROJECTIONS,
    RUN_CALLS,
    RUN_SEARCH,
    TOOL_STATISTICS,
)
from tests.adapters.cli.command import Command
from tests.contracts.databases import opened, views_on
from tests.infrastructure.payloads.keeping import write_run

TABLES: Final = (
    *(tables.LOGS, tables.LOG_BATCHES, tables.STREAMS, tables.EVENTS, tables.IDEMPOTENCY_KEYS),
    *(tables.RUN_SUMMARIES, tables.PAYLOADS, PROJECTIONS, RUN_CALLS, RUN_SEARCH, TOOL_STATISTICS),
)
QUESTION: Final = "How many servers are there?"
NOTHING_SHOWS: Final = {
    # Who moves a projection until when, and when a payload was put last: no view of a run.
    *(("projections", "owner"), ("projections", "lease_until"), ("payloads", "stored_at")),
    ("run_search", "id"),  # joins the word index only
    ("payloads", "size"),  # that in the event counts
    # A generation that is not live is not read; the projection is then built from the beginning.
    *(("projections", "name"), ("projections", "generation"), ("projections", "status")),
}
VALUES: Final = {"committed_at": "'2020-01-01 00:00:00'", "position": "position || 1"}


@pytest.fixture(scope="module")
def used_database(filled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with an answered question, a run with a large result, and no triggers."""
    path = tmp_path_factory.mktemp("tables") / "used.db"
    shutil.copy(filled_database, path)
    assert main(["--database", str(path), "--tenant", "acme", "ask", "--key", "k", QUESTION]) == 0
    with open_service(f"sqlite:///{path}") as service:
        write_run(service.store, "run-1")
        for name in service.projections.names:
            service.projections.catch_up(name, seconds=10)
    with closing(sqlite3.connect(path)) as connection, connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
    return path


@pytest.fixture
def used(used_database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    database = tmp_path / "opstrail.db"
    shutil.copy(used_database, database)
    return Command(database, capsys)


def change(command: Command, statement: str) -> None:
    with closing(sqlite3.connect(command.database)) as connection, connection:
        assert connection.execute(statement).rowcount


def test_what_nobody_touched_is_sound(used: Command) -> None:
    ended = used("log", "verify", "--projections")
    assert (ended.code, ended.lines[-1]) == (0, "Sound.")
    assert used("run", "list").code == 0


def problems(engine: sa.Engine) -> list[str]:
    report = verify_log(engine, 0, on_progress=lambda _: None)
    return [*report.problems, *(() if report.problems else projection_problems(engine))]


@contextmanager
def changed(command: Command, table: sa.Table, column: str, value: str) -> Iterator[None]:
    """Let the last row of a table have another value for as long as the block lasts."""
    key = "call_id" if table is RUN_CALLS else "rowid"
    with closing(sqlite3.connect(command.database)) as connection:
        last = f"SELECT {key}, {column} FROM {table} ORDER BY {key} DESC LIMIT 1"  # noqa: S608
        row, before = connection.execute(last).fetchone()
        change(command, f"UPDATE {table} SET {column} = {value} WHERE {key} = '{row}'")  # noqa: S608
        yield
        row = {"events.position": f"{row}1", "run_calls.call_id": "7654321"}.get(
            f"{table}.{column}", row
        )
        with connection:
            back = f"UPDATE {table} SET {column} = ? WHERE {key} = '{row}'"  # noqa: S608
            connection.execute(back, (before,))


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_a_change_of_any_value_is_told(table: sa.Table, used: Command) -> None:
    names = [str(column.name) for column in table.columns]
    with opened(used.database) as engine:
        for column in (name for name in names if (table.name, name) not in NOTHING_SHOWS):
            with changed(used, table, column, VALUES.get(column, "7654321")):
                assert problems(engine), column
        assert problems(engine) == []


def test_a_list_with_a_false_line_says_so(used: Command) -> None:
    names = [str(column.name) for column in tables.RUN_SUMMARIES.columns]
    with opened(used.database) as engine:
        for column in (name for name in names if name != "tenant_id"):
            with changed(used, tables.RUN_SUMMARIES, column, "'77'"):
                found = views_on(engine).summaries("acme", EVERY_RUN, limit=10)
            assert len(found.doubts) == 1, column
            assert "is not the one that was written" in found.doubts[0]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM run_summaries WHERE run_id = 'run-1'",
        "UPDATE run_summaries SET question = CAST(x'ff' AS TEXT) WHERE run_id = 'run-1'",
        "DELETE FROM payloads",
        "DELETE FROM run_calls",
        "DELETE FROM run_search",
        "DELETE FROM tool_statistics",
        "INSERT INTO run_summaries SELECT 'other', run_id, version, state, status, route, planner,"
        " question, actor_kind, actor_id, requested_at, updated_at, ended_at, duration_ms,"
        " call_count, failed_call_count, error_code, error, fingerprint, worker, origin,"
        " parent_run_id, golden, flag, waited_ms, seal FROM run_summaries WHERE run_id = 'run-1'",
    ],
)
def test_what_is_missing_or_extra_is_told(statement: str, used: Command) -> None:
    change(used, statement)
    with opened(used.database) as engine:
        assert problems(engine)


def test_a_false_line_is_shown_with_a_doubt_and_made_good(used: Command) -> None:
    before = used("run", "list").out
    change(used, "UPDATE run_summaries SET state = 'failed' WHERE run_id = 'run-1'")
    ended = used("run", "list")
    assert ended.code == 1
    assert "run-1 in the run list: its line is not the one that was written" in ended.err
    repaired = used("projection", "rebuild-run-list")
    assert "run-1  different  state" in repaired.out
    ended = used("run", "list")
    assert (ended.code, ended.out) == (0, before)
    assert used("log", "verify").code == 0


def test_the_doctor_finds_a_false_line(used: Command) -> None:
    change(used, "UPDATE run_summaries SET state = 'failed' WHERE run_id = 'run-1'")
    ended = used("doctor", "-o", "json")
    problems = {each["name"]: each["problem"] for each in ended.json["conditions"]}
    assert "run-1 in the run list" in problems["newest hashes"]


def test_the_doctor_finds_false_rows_of_a_projection(used: Command) -> None:
    change(used, "UPDATE run_calls SET status = 'failed'")
    ended = used("doctor", "-o", "json")
    problems = {each["name"]: each["problem"] for each in ended.json["conditions"]}
    assert "projection run_calls" in problems["projection rows"]


def test_a_commit_that_is_to_come_is_told(used: Command) -> None:
    change(used, "UPDATE log_batches SET committed_at = '2999-01-01 00:00:00'")
    ended = used("log", "verify")
    assert ended.code == 1
    assert "it says that it was committed at 2999-01-01" in ended.out


def test_a_status_that_no_projection_has_is_one_clear_line(used: Command) -> None:
    change(used, "UPDATE projections SET status = 'livex' WHERE name = 'run_search'")
    ended = used("projection", "list")
    assert ended.code == 1
    assert "projection run_search is corrupt: its status is 'livex'" in ended.err
