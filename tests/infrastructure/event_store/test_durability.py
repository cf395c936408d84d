"""What was acknowledged stays, whatever happens to the process and its disk."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.database.errors import DiskFull
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.event_samples import STREAM, TENANT, request
from tests.infrastructure.event_store.damage import problems

ROOT = Path(__file__).parents[3]
KILLS = 8


def start_writer(engine: sa.Engine, stream: str, count: int) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "tests.infrastructure.event_store.writer"]
    arguments = [str(engine.url.database), stream, str(count)]
    return subprocess.Popen([*program, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def kill_after(writer: subprocess.Popen[str], acknowledged: int) -> int:
    """Kill the writer when it has acknowledged so many events; return how many it did at last."""
    assert writer.stdout
    with writer:
        for _ in range(acknowledged):
            writer.stdout.readline()
        writer.kill()
        # It may have been killed within a line.
        rest = writer.stdout.read().splitlines(keepends=True)
    return acknowledged + sum(line.endswith("\n") for line in rest)


def test_a_killed_writer_loses_nothing_that_it_acknowledged(
    store: SqliteEventStore, engine: sa.Engine
) -> None:
    for kill in range(1, KILLS + 1):
        before = store.head(TENANT, STREAM).version
        acknowledged = kill_after(start_writer(engine, STREAM, 1_000_000), kill * 3)
        written = store.head(TENANT, STREAM).version - before
        assert acknowledged <= written <= acknowledged + 1
        assert problems(engine) == []
    assert store.head(TENANT, STREAM).version >= KILLS


def test_processes_that_write_at_once_take_turns(
    store: SqliteEventStore, engine: sa.Engine
) -> None:
    writers = [start_writer(engine, stream, 50) for stream in ("run-a", "run-b")]
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0]
    assert [each.position for each in store.read_log()] == [*range(1, 101)]
    assert problems(engine) == []


def limit_pages(engine: sa.Engine, more: int) -> None:
    """Let the database grow by so many pages only."""
    with engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {used + more}")


def test_an_append_to_a_full_disk_writes_nothing(
    store: SqliteEventStore, engine: sa.Engine
) -> None:
    head = store.append(request()).head
    limit_pages(engine, 1)
    with pytest.raises(DiskFull, match="free some space"):
        store.append(request(after=head, count=200))
    assert store.head(TENANT, STREAM) == head
    assert len(store.read_log()) == 1
    assert problems(engine) == []


def test_appends_go_on_once_the_disk_has_room(store: SqliteEventStore, engine: sa.Engine) -> None:
    limit_pages(engine, 1)
    with pytest.raises(DiskFull):
        store.append(request(count=200))
    limit_pages(engine, 1000)
    assert store.append(request(count=200)).first_position == 1
