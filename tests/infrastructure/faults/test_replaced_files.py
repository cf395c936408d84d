"""Whoever deletes or replaces the file of a database stops the process that writes to it."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from infrastructure.database.engine import begin_immediate
from infrastructure.database.errors import DatabaseReplaced
from infrastructure.database.opening import opened
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.event_samples import request

_FORKS = get_context("forkserver")
_PATIENCE = 30
ENOUGH = 5


def append_until_stopped(url: str, told: Connection) -> None:
    """Tell the number of each append that was acknowledged, and then the error."""
    with opened(url) as engine:
        store = GroupCommit(SqliteEventStore(engine))
        try:
            for number in range(100_000):
                store.append(request(f"run-{number}"))
                told.send(number)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            told.send(f"{type(error).__name__}: {error}")


def delete(database: Path) -> None:
    database.unlink()


def delete_log(database: Path) -> None:
    database.with_name(f"{database.name}-wal").unlink()


def replace(database: Path) -> None:
    other = database.with_name("other.db")
    with opened(f"sqlite:///{other}"):
        pass
    delete_log(database)  # as whoever restores a backup must: it would be taken for the other's
    other.replace(database)


@pytest.mark.parametrize("lose", [delete, delete_log, replace])
def test_a_process_stops_when_its_file_is_gone_and_loses_nothing_acknowledged(
    lose: Callable[[Path], None], empty_database: Path, tmp_path: Path
) -> None:
    database, kept = tmp_path / "opstrail.db", tmp_path / "kept.db"
    shutil.copy(empty_database, database)
    heard, told = _FORKS.Pipe(duplex=False)
    url = f"sqlite:///{database}"
    process = _FORKS.Process(target=append_until_stopped, args=(url, told), daemon=True)
    process.start()
    told.close()
    while number_of(heard) < ENOUGH:
        pass
    for suffix in ("", "-wal"):
        os.link(f"{database}{suffix}", f"{kept}{suffix}")
    lose(database)
    last, said = ENOUGH, None
    while said is None:
        told_now = next_of(heard)
        last, said = (told_now, None) if isinstance(told_now, int) else (last, str(told_now))
    process.join()
    assert said.startswith("DatabaseReplaced: the database ")
    assert "was deleted or replaced while it was open" in said
    with closing(sqlite3.connect(kept)) as connection:
        (count,) = connection.execute("SELECT count(DISTINCT stream_id) FROM events").fetchone()
    assert count >= last + 1


def number_of(heard: Connection) -> int:
    number = next_of(heard)
    assert isinstance(number, int), number
    return number


def next_of(heard: Connection) -> object:
    assert heard.poll(_PATIENCE), "nothing was told"
    return heard.recv()


@pytest.mark.parametrize("lose", [delete, replace])
def test_nothing_is_written_any_more_and_no_new_file_made(
    lose: Callable[[Path], None], empty_database: Path, tmp_path: Path
) -> None:
    database = tmp_path / "opstrail.db"
    shutil.copy(empty_database, database)
    with opened(f"sqlite:///{database}") as engine:
        store = SqliteEventStore(engine)
        store.append(request("run-1"))
        lose(database)
        for name in ("run-2", "run-3"):
            with pytest.raises(DatabaseReplaced, match=str(database)):
                store.append(request(name))
        with pytest.raises(DatabaseReplaced), begin_immediate(engine) as other, other.begin():
            pass
    if lose is delete:
        assert not database.exists()
    else:
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
