"""`opstrail log`: what it prints and how it ends."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command


@pytest.fixture
def recorded(opstrail: Command) -> Command:
    assert opstrail("ask", "How many servers are there?").code == 0
    return opstrail


def tamper(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DROP TRIGGER events_guard_1")
        connection.execute(statement)


def last_position(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT position FROM logs").fetchone()[0])


def test_a_sound_log_is_called_sound(recorded: Command) -> None:
    ended = recorded("log", "verify")
    assert (ended.code, ended.lines[-1]) == (0, "Sound.")
    last = last_position(recorded.database)
    assert ended.lines[0] == f"Nothing is wrong with positions 1 to {last}."


def test_a_changed_event_is_told_and_ends_with_1(recorded: Command) -> None:
    tamper(recorded.database, "UPDATE events SET actor_id = 'eve' WHERE position = 2")
    ended = recorded("log", "verify")
    assert ended.code == 1
    assert ended.lines[-1].startswith("problem: position 2 (run-")
    assert ended.lines[-1].endswith("the content does not fit its hash")


def test_a_verification_as_json_is_one_report(recorded: Command) -> None:
    report = recorded("log", "verify", "-o", "json").json
    assert (report["is_sound"], report["problems"], report["after"]["position"]) == (True, [], 0)


def test_a_verification_goes_on_from_its_file(recorded: Command, tmp_path: Path) -> None:
    file = tmp_path / "verified.json"
    first = recorded("log", "verify", "--resume", str(file), "-o", "json").json
    assert json.loads(file.read_text()) == first["verified_to"]
    recorded("ask", "How many servers are there?")
    second = recorded("log", "verify", "--resume", str(file), "-o", "json").json
    assert second["after"] == first["verified_to"]
    assert second["verified_to"]["position"] == last_position(recorded.database)


def test_a_file_keeps_its_place_before_a_problem(recorded: Command, tmp_path: Path) -> None:
    file = tmp_path / "verified.json"
    recorded("log", "verify", "--resume", str(file))
    before = file.read_text()
    recorded("ask", "How many servers are there?")
    last = last_position(recorded.database)
    tamper(recorded.database, f"UPDATE events SET data = '{{}}' WHERE position = {last}")  # noqa: S608
    assert recorded("log", "verify", "--resume", str(file)).code == 1
    assert file.read_text() == before


@pytest.mark.parametrize("content", ["[]", '{"position": "x"}', '{"position": 1}'])
def test_a_file_that_is_no_mark_is_refused(
    content: str, recorded: Command, tmp_path: Path
) -> None:
    file = tmp_path / "verified.json"
    file.write_text(content)
    ended = recorded("log", "verify", "--resume", str(file))
    assert ended.code == 2
    assert "does not say where a verification came to" in ended.err


def test_a_restored_backup_is_told(recorded: Command, tmp_path: Path) -> None:
    file = tmp_path / "verified.json"
    file.write_text(json.dumps({"position": 9999, "log_hash": "00" * 32}))
    ended = recorded("log", "verify", "--resume", str(file))
    assert ended.code == 1
    assert "position 9999: the log hash is not the one verified before" in ended.out


def test_one_run_is_verified_alone(recorded: Command) -> None:
    ended = recorded("log", "verify", "--run", "latest")
    assert (ended.code, ended.lines[-1]) == (0, "Sound.")
    assert "head_hash" in ended.out


def test_a_changed_run_ends_with_1(recorded: Command) -> None:
    tamper(
        recorded.database,
        "UPDATE events SET actor_id = 'eve' WHERE version = 2 AND stream_id LIKE 'run-%'",
    )
    ended = recorded("log", "verify", "--run", "latest")
    assert (ended.code, ended.out) == (1, "")
    assert "version 2 is corrupt: the content does not fit its hash" in ended.err


def test_a_mark_that_is_nested_without_end_is_refused(recorded: Command, tmp_path: Path) -> None:
    (tmp_path / "mark").write_text("[" * 100_000)
    ended = recorded("log", "verify", "--resume", str(tmp_path / "mark"))
    assert (ended.code, "nested deeper than 64 levels" in ended.err) == (2, True)


def test_since_run_and_resume_exclude_each_other(recorded: Command) -> None:
    ended = recorded("log", "verify", "--since", "1", "--run", "latest")
    assert ended.code == 2
    assert "use one of --since, --run and --resume" in ended.err


def test_a_verification_creates_no_database(fresh: Command) -> None:
    ended = fresh("log", "verify")
    assert (ended.code, ended.out) == (4, "")
    assert "there is no database" in ended.err
    assert not fresh.database.exists()


def test_an_export_creates_no_database(fresh: Command, tmp_path: Path) -> None:
    ended = fresh("log", "export", str(tmp_path / "log.jsonl"))
    assert (ended.code, ended.out) == (4, "")
    assert not fresh.database.exists()


def test_a_log_moves_into_another_database(recorded: Command, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl.zst"
    exported = recorded("log", "export", str(file), "--zstd")
    other = str(tmp_path / "other.db")
    imported = recorded.run(["--database", other, "log", "import", str(file)])
    assert (exported.code, imported.code) == (0, 0)
    assert exported.lines[-1] == imported.lines[-1]
    verified = recorded.run(["--database", other, "log", "verify"])
    assert verified.lines[-2:] == [imported.lines[-1], "Sound."]


def test_an_export_over_a_file_is_refused(recorded: Command) -> None:
    ended = recorded("log", "export", str(recorded.database))
    assert (ended.code, ended.out) == (1, "")
    assert "there is such a file: name a new one" in ended.err


def test_an_import_into_a_database_with_events_ends_with_2(
    recorded: Command, fresh: Command, tmp_path: Path
) -> None:
    file = tmp_path / "log.jsonl"
    fresh("db", "upgrade")
    fresh("log", "export", str(file))
    recorded("log", "export", str(tmp_path / "other.jsonl"))
    ended = recorded("log", "import", str(file))
    assert (ended.code, ended.out) == (2, "")
    assert "import into an empty one" in ended.err


def test_a_file_that_is_no_log_ends_with_2(fresh: Command, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear auditor\n")
    ended = fresh("log", "import", str(file))
    assert (ended.code, ended.out) == (2, "")
    assert "line 1 of the log file is refused" in ended.err
    assert not fresh.database.exists()


@pytest.mark.parametrize(
    ("name", "why"), [("none.jsonl", "No such file or directory"), (".", "Is a directory")]
)
def test_a_file_that_is_not_there_ends_with_2(
    fresh: Command, tmp_path: Path, name: str, why: str
) -> None:
    ended = fresh("log", "import", str(tmp_path / name))
    assert (ended.code, ended.out) == (2, "")
    assert f"{tmp_path / name} cannot be read: {why}" in ended.err


def test_the_timeline_of_the_log_has_runs_and_landmarks_in_order(recorded: Command) -> None:
    recorded("estate", "remove", "srv-02", "--reason", "scrapped")
    ended = recorded("log", "timeline", "--from", "-1h")
    told = [line.split() for line in ended.lines]
    kinds = [line[3] for line in told[3:]]
    assert told[0][-2:] == ["1", "runs"]
    # That a server began is told, too, where one is asked.
    assert [each for each in kinds if each != "restart"] == ["success", "removal"]
