"""What a group commit acknowledged stays, whatever happens to its process."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.event_samples import TENANT
from tests.infrastructure.event_store.damage import problems

ROOT = Path(__file__).parents[3]
THREADS = 8


def killed_after(engine: sa.Engine, name: str, acknowledged: int) -> dict[str, int]:
    """Kill eight threads after so many answers; return the last version of each stream."""
    program = [sys.executable, "-m", "tests.infrastructure.event_store.group_writer"]
    arguments = [str(engine.url.database), name, str(THREADS)]
    writer = subprocess.Popen([*program, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    with writer:
        lines = [writer.stdout.readline() for _ in range(acknowledged)]
        writer.kill()
        lines += writer.stdout.read().splitlines(keepends=True)
    versions = (line.split() for line in lines if line.endswith("\n"))
    return {stream: int(version) for stream, version in versions}


def assert_all_survived(store: SqliteEventStore, engine: sa.Engine, kills: int) -> None:
    for kill in range(kills):
        for stream, version in killed_after(engine, "a", 5 + kill * 17 % 90).items():
            # A thread has one append under way, of two events.
            assert store.head(TENANT, stream).version - version in (0, 2)
        assert problems(engine) == []


def test_a_killed_process_loses_nothing_that_its_threads_were_told(
    store: SqliteEventStore, engine: sa.Engine
) -> None:
    assert_all_survived(store, engine, kills=4)


@pytest.mark.long
def test_many_killed_processes_lose_nothing(store: SqliteEventStore, engine: sa.Engine) -> None:
    assert_all_survived(store, engine, kills=40)
