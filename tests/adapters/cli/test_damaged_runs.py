"""Whatever is changed of a run that is stored, no command shows it or goes on with it."""

import re
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from infrastructure.event_store.tables import EVENTS, STREAMS
from tests.adapters.cli.command import Command
from tests.infrastructure.payloads.keeping import write_run

RUN = "run-1"
READS: Sequence[tuple[str, ...]] = (
    ("run", "show", RUN),
    ("run", "trace", RUN),
    ("run", "status", RUN),
    ("run", "timeline", RUN),
    ("run", "response", RUN),
    ("run", "state", RUN),
    ("run", "step", RUN),
    ("run", "lineage", RUN),
    ("run", "diagnose", RUN),
    ("run", "compare", RUN, RUN),
    ("run", "verify", RUN),
    ("run", "ablate", RUN),
    ("run", "export", RUN, "--bundle", "run.zip"),
    ("log", "verify", "--run", RUN),
)
COMMANDS: Sequence[tuple[str, ...]] = (
    ("run", "resume", RUN, "--reason", "r"),
    ("run", "fork", RUN, "--reason", "r"),
    ("run", "rerun", RUN, "--reason", "r"),
    ("run", "cancel", RUN, "--reason", "r"),
    ("run", "flag", RUN, "wrong"),
    ("run", "annotate", RUN, "text"),
    ("golden", "pin", RUN, "--name", "n"),
)
MISSING = re.compile(
    r"run-1\)?( version \d+)?( is corrupt)?: result missing \(\d+ bytes, digest [0-9a-f]{64}\):"
    r" no erasure is on the record"
)
OF_STREAM = f"stream_id = '{RUN}'"


@pytest.fixture(scope="module")
def recorded_database(filled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("damaged") / "recorded.db"
    shutil.copy(filled_database, path)
    with open_service(f"sqlite:///{path}") as opened:
        write_run(opened.store, RUN)
        write_run(opened.store, "run-2")
    with closing(sqlite3.connect(path)) as connection, connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
    return path


@pytest.fixture
def recorded(
    recorded_database: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """On a database with two runs and without triggers, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    database = tmp_path / "opstrail.db"
    shutil.copy(recorded_database, database)
    return Command(database, capsys)


def change(command: Command, statement: str) -> None:
    with closing(sqlite3.connect(command.database)) as connection, connection:
        assert connection.execute(statement).rowcount


def change_answer(command: Command) -> None:
    change(
        command,
        "UPDATE events SET data = replace(data, 'Two.', 'Three.')"  # noqa: S608
        f" WHERE {OF_STREAM} AND data LIKE '%Two.%'",
    )


@pytest.mark.parametrize("arguments", [*READS, *COMMANDS], ids=lambda words: " ".join(words[:2]))
def test_nothing_is_done_with_a_run_whose_answer_was_changed(
    arguments: tuple[str, ...], recorded: Command
) -> None:
    change_answer(recorded)
    ended = recorded(*arguments)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.count("\n") == 1
    assert ended.err.startswith("opstrail: run-1 version ")
    assert "is corrupt: the content does not fit its hash; keep this database" in ended.err


def test_what_was_changed_is_the_same_at_an_older_version(recorded: Command) -> None:
    change_answer(recorded)
    ended = recorded("run", "show", RUN, "--at", "1")
    assert (ended.code, ended.out) == (1, "")


OTHER_VALUES = ("'other'", "CAST(x'ff' AS TEXT)")
CHANGED_COLUMNS = [
    *((column.name, value) for column in list(EVENTS.columns)[1:] for value in OTHER_VALUES),
    *(("position", value) for value in ("999", "-1")),
]


@pytest.mark.parametrize(("column", "value"), CHANGED_COLUMNS)
def test_a_change_in_any_column_of_an_event_is_told(
    column: str, value: str, recorded: Command
) -> None:
    change(recorded, f"UPDATE events SET {column} = {value} WHERE {OF_STREAM} AND version = 3")  # noqa: S608
    ended = recorded("run", "events", RUN, "-o", "json")
    assert (ended.code, len(ended.json) > 1) == (1, True)
    assert "run-1" in ended.err
    assert recorded("log", "verify", "--run", RUN).code == 1
    if column not in ("position", "log"):  # no other view has them
        response = recorded("run", "response", RUN)
        assert (response.code, response.out) == (1, "")


@pytest.mark.parametrize("value", ["'other'", "CAST(x'ff' AS TEXT)", "2"])
@pytest.mark.parametrize("column", [column.name for column in STREAMS.columns])
def test_a_change_in_any_column_of_a_stream_is_told(
    column: str, value: str, recorded: Command
) -> None:
    change(recorded, f"UPDATE streams SET {column} = {value} WHERE {OF_STREAM}")  # noqa: S608
    ended = recorded("run", "response", RUN)
    assert (ended.code, ended.out) == (1, "")
    assert "run-1" in ended.err


@pytest.mark.parametrize(
    "statement",
    [
        f"DELETE FROM events WHERE {OF_STREAM} AND version = 3",  # noqa: S608
        f"DELETE FROM events WHERE {OF_STREAM} AND version = (SELECT max(version) FROM events)",  # noqa: S608
        f"DELETE FROM events WHERE {OF_STREAM}",  # noqa: S608
        f"DELETE FROM streams WHERE {OF_STREAM}",  # noqa: S608
    ],
)
def test_what_is_missing_is_told(statement: str, recorded: Command) -> None:
    change(recorded, statement)
    ended = recorded("run", "response", RUN)
    assert (ended.code, ended.out) == (1, "")
    assert "is corrupt: the event is" in ended.err


def test_a_change_of_a_large_result_is_told(recorded: Command) -> None:
    change(recorded, "UPDATE payloads SET content = x'00'")
    for view in ("trace", "response"):
        ended = recorded("run", view, RUN)
        assert (ended.code, ended.out) == (1, "")
    assert recorded("log", "verify").code == 1


@pytest.mark.parametrize("command", [*READS, *COMMANDS], ids=" ".join)
def test_a_deleted_large_result_is_missing_wherever_its_run_is_read(
    command: tuple[str, ...], recorded: Command
) -> None:
    change(recorded, "DELETE FROM payloads")
    ended = recorded(*command)
    if command[1] == "lineage":  # it needs no results
        assert ended.code == 0
        return
    assert (ended.code, ended.out) == (1, "")
    assert MISSING.search(ended.err)
    assert not list(recorded.database.parent.glob("run.zip"))


def test_the_events_of_a_run_with_a_missing_result_can_be_looked_at(recorded: Command) -> None:
    change(recorded, "DELETE FROM payloads")
    ended = recorded("run", "events", RUN)
    assert (ended.code, "tool-call-succeeded" in ended.out) == (1, True)
    assert MISSING.search(ended.err)


def test_the_log_leaves_without_a_missing_result_and_says_so(
    recorded: Command, fresh: Command, tmp_path: Path
) -> None:
    change(recorded, "DELETE FROM payloads")
    file = str(tmp_path / "log.jsonl")
    for command in (recorded("log", "export", file), fresh("log", "import", file)):
        assert command.code == 0
        assert MISSING.search(command.err)
    verified = fresh("log", "verify")
    assert (verified.code, "0 there, 2 missing" in verified.out) == (1, True)


def test_no_run_is_shown_that_the_run_list_has_lost(recorded: Command) -> None:
    change(recorded, f"DELETE FROM run_summaries WHERE run_id = '{RUN}'")  # noqa: S608
    ended = recorded("run", "show", RUN)
    assert (ended.code, ended.out) == (1, "")
    assert "run-1 in the run list: it has no line there any more" in ended.err


def test_the_events_of_a_damaged_run_can_be_looked_at(recorded: Command) -> None:
    change_answer(recorded)
    ended = recorded("run", "events", RUN)
    assert ended.code == 1
    assert "Three." in ended.out
    assert "the content does not fit its hash" in ended.err


def test_another_run_is_shown_as_before(recorded: Command) -> None:
    before = recorded("run", "show", "run-2").out
    change_answer(recorded)
    ended = recorded("run", "show", "run-2")
    assert (ended.code, ended.out) == (0, before)
