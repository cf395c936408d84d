"""Many processes append to one PostgreSQL database, and what is acknowledged stays."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.database.engine import create_engine
from infrastructure.event_store.postgres import PostgresEventStore
from tests.contracts.event_samples import TENANT
from tests.infrastructure.event_store.damage import problems
from tests.postgres_server import PostgresServer

ROOT = Path(__file__).parents[3]
PROCESSES = 4
APPENDS = 50
RESTARTS = 6
LOST_SERVER = 3


def start_writer(url: str, stream: str, count: int = APPENDS) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "tests.infrastructure.event_store.postgres_writer"]
    return subprocess.Popen(
        [*program, url, stream, str(count)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def acknowledged(writer: subprocess.Popen[str]) -> list[int]:
    """Return the positions that the writer had acknowledged when it ended."""
    written, _ = writer.communicate()
    # It may have been killed within a line.
    return [int(line) for line in written.splitlines(keepends=True) if line.endswith("\n")]


@pytest.mark.parametrize("streams", [["run"] * PROCESSES, ["run-a", "run-b", "run-c", "run-d"]])
def test_processes_that_append_at_once_take_turns(
    streams: list[str], postgres_url: str, postgres_engine: sa.Engine
) -> None:
    writers = [start_writer(postgres_url, stream) for stream in streams]
    positions = [position for writer in writers for position in acknowledged(writer)]
    assert [writer.returncode for writer in writers] == [0] * PROCESSES
    assert sorted(positions) == [*range(1, PROCESSES * APPENDS + 1)]
    assert problems(postgres_engine) == []


@pytest.mark.parametrize("streams", [["run"] * PROCESSES, ["run-a", "run-b", "run-c", "run-d"]])
@pytest.mark.long
def test_a_server_that_stops_at_once_loses_nothing_that_it_acknowledged(
    streams: list[str], postgres_url: str, postgres_server: PostgresServer
) -> None:
    for restart in range(1, RESTARTS + 1):
        writers = [start_writer(postgres_url, stream, 1_000_000) for stream in streams]
        began = [int(writer.stdout.readline()) for writer in writers if writer.stdout]
        for _ in range(restart * 5):
            assert writers[0].stdout
            began.append(int(writers[0].stdout.readline()))
        postgres_server.stop(signal.SIGQUIT)
        positions = began + [place for writer in writers for place in acknowledged(writer)]
        assert {writer.returncode for writer in writers} == {LOST_SERVER}
        postgres_server.start()
        require_all(postgres_url, positions, streams=streams)


def require_all(url: str, positions: list[int], *, streams: list[str]) -> None:
    engine = create_engine(url)
    store = PostgresEventStore(engine)
    written = [each.position for each in store.read_log(limit=1_000_000)]
    assert set(positions) <= set(written)
    assert sum(store.head(TENANT, stream).version for stream in set(streams)) == len(written)
    assert problems(engine) == []
    engine.dispose()
