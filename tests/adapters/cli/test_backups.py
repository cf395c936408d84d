"""`opstrail db backup` and `opstrail db size`."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from adapters.cli.app import main
from domain.run.commands import RequestRun
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.adapters.cli.command import Command
from tests.adapters.site import BY, IMPACT
from tests.contracts.event_samples import request
from tests.infrastructure.faults.small_disks import small_disk
from tests.infrastructure.projections.intruder import tamper


@pytest.fixture
def asked(opstrail: Command) -> Command:
    opstrail("ask", IMPACT)
    return opstrail


def of(database: Path, command: Command) -> Command:
    return Command(database, command.capsys)


def left(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def test_a_backup_has_all_runs_and_its_log_is_sound(asked: Command, tmp_path: Path) -> None:
    ended = asked("db", "backup", str(tmp_path / "copy.db"))
    assert ended.code == 0
    assert ended.lines[0].startswith("Backed up ")
    copy = of(tmp_path / "copy.db", asked)
    assert copy("run", "list", "-o", "ids").out == asked("run", "list", "-o", "ids").out
    assert copy("log", "verify").lines[-2] == ended.lines[1]
    assert left(tmp_path) == {"copy.db", "opstrail.db"}


@contextmanager
def written_to(database: Path) -> Iterator[None]:
    """Append all the while, in a thread with a connection of its own."""
    is_over = threading.Event()

    def append() -> None:
        with open_service(f"sqlite:///{database}") as service:
            store, number = SqliteEventStore(service.engine), 0
            while not is_over.is_set():
                store.append(request(f"run-{number}"))
                number += 1

    thread = threading.Thread(target=append)
    thread.start()
    yield
    is_over.set()
    thread.join()


def test_a_backup_is_whole_while_others_write(asked: Command, tmp_path: Path) -> None:
    with written_to(asked.database):
        codes = [asked("db", "backup", str(tmp_path / f"{n}.db")).code for n in range(3)]
    assert codes == [0, 0, 0]


def test_a_run_under_way_can_be_taken_up_in_a_backup(asked: Command, tmp_path: Path) -> None:
    with open_service(f"sqlite:///{asked.database}") as service:
        waiting = service.runs.request(RequestRun(question=IMPACT), BY).run_id
    asked("db", "backup", str(tmp_path / "copy.db"))
    copy = of(tmp_path / "copy.db", asked)
    assert waiting in copy("run", "list", "--state", "requested", "-o", "ids").out
    assert copy("run", "cancel", waiting, "--reason", "restored").code == 0


def test_a_file_is_replaced_with_force_only(asked: Command, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("a letter")
    refused = asked("db", "backup", str(target))
    assert (refused.code, target.read_text()) == (1, "a letter")
    assert "replace it with --force" in refused.err
    assert asked("db", "backup", str(target), "--force").code == 0
    assert target.stat().st_size > 100_000


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_database_is_never_backed_up_over_itself(asked: Command, force: tuple[str, ...]) -> None:
    ended = asked("db", "backup", str(asked.database), *force)
    assert (ended.code, ended.out) == (1, "")
    assert "that is the database itself" in ended.err


def test_a_database_that_is_open_is_not_replaced(asked: Command, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with open_service(f"sqlite:///{other}") as service, service.engine.connect():
        SqliteEventStore(service.engine).append(request("run-1"))
        ended = asked("db", "backup", str(other), "--force")
    assert ended.code == 1
    assert "somebody has it open as a database" in ended.err


def test_what_is_not_sound_is_no_backup(asked: Command, tmp_path: Path) -> None:
    with open_service(f"sqlite:///{asked.database}") as service:
        tamper(service.engine, "UPDATE events SET actor_id = 'eve' WHERE position = 2")
    ended = asked("db", "backup", str(tmp_path / "copy.db"))
    assert (ended.code, ended.out) == (1, "")
    assert "opstrail: what would be the backup is corrupt: " in ended.err
    assert left(tmp_path) == {"opstrail.db"}


def test_a_full_disk_leaves_nothing(asked: Command) -> None:
    with small_disk(1) as disk:
        (disk.folder / "filler").write_bytes(b"x" * 900_000)
        ended = asked("db", "backup", str(disk.folder / "copy.db"))
        assert (ended.code, ended.out) == (1, "")
        assert "has no room to grow" in ended.err
        assert left(disk.folder) == {"filler"}


@pytest.mark.parametrize(
    ("script", "why"),
    [("CREATE TABLE bookmarks (x)", "belongs to another program"), ("", "is empty")],
)
def test_what_is_no_database_of_opstrail_has_no_backup(
    opstrail: Command, tmp_path: Path, script: str, why: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.executescript(f"PRAGMA user_version = 1;{script}")
    ended = of(tmp_path / "other.db", opstrail)("db", "backup", str(tmp_path / "copy.db"))
    assert (ended.code, why in ended.err) == (1, True)
    assert left(tmp_path) == {"opstrail.db", "other.db"}


def test_a_folder_that_is_not_there_is_told(asked: Command, tmp_path: Path) -> None:
    ended = asked("db", "backup", str(tmp_path / "none" / "copy.db"))
    assert (ended.code, ended.out) == (1, "")
    assert "cannot be opened" in ended.err


def test_a_server_is_backed_up_by_its_own_tools(
    postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres_url.replace("postgres@", "postgres:secret@")
    assert main(["--database", url, "db", "backup", "it's.dump"]) == 2
    said = capsys.readouterr().err
    assert "pg_dump --format=custom --file='it'\"'\"'s.dump' 'postgresql://" in said
    assert "pg_restore" in said
    assert "secret" not in said


def test_the_room_is_told_by_table_index_and_type_of_event(asked: Command) -> None:
    size = asked("db", "size", "-o", "json").json
    assert size["byte_count"] == asked.database.stat().st_size
    parts = {part["name"]: part for part in size["parts"]}
    assert parts["events"]["row_count"] == sum(each["event_count"] for each in size["events"])
    assert parts["run_summaries_newest"]["kind"] == "index"
    with closing(sqlite3.connect(asked.database)) as connection:
        (length,) = connection.execute("SELECT sum(length(data)) FROM events").fetchone()
    assert sum(each["character_count"] for each in size["events"]) == length
    assert "run-requested" in asked("db", "size").out


def test_the_room_of_a_server_is_told(
    postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--database", postgres_url, "db", "size"]) == 0
    assert "events_version" in capsys.readouterr().out


def test_what_is_no_file_is_never_replaced(asked: Command, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    ended = asked("db", "backup", "--force", str(tmp_path / "pipe"))
    assert (ended.code, "that is no file" in ended.err) == (1, True)
    assert (tmp_path / "pipe").is_fifo()
