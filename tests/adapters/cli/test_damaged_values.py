"""Values that no column should have: commands say in a line what is wrong, and show the rest.

SQLite keeps any value in any column, so a damaged file may hold text where a number should be.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from adapters.bootstrap import open_service
from domain.audit.chain import seal
from domain.errors import CorruptLog
from domain.large_results import history_of
from tests.adapters.cli.command import Command
from tests.bundles import Log
from tests.domain.desk import ASK
from tests.infrastructure.payloads.keeping import write_run

RUN = "run-1"
OF_A_RUN = (
    "UPDATE events SET data = substr(data, 1, 20) WHERE version = 3",
    "UPDATE events SET data = x'ff00fe' WHERE version = 3",
    "UPDATE events SET recorded_at = 'yesterday' WHERE version = 3",
    "UPDATE events SET recorded_at = x'ff' WHERE version = 3",
    "UPDATE events SET schema_version = 'one' WHERE version = 3",
    "UPDATE events SET content_hash = 'abc' WHERE version = 3",
    "UPDATE streams SET version = 'x'",
)
OF_THE_LOG = (
    "UPDATE logs SET position = 'x'",
    "UPDATE logs SET log_hash = 'x'",
    "UPDATE log_batches SET log_hash = 'x'",
    "UPDATE log_batches SET first_position = 'x'",
    "UPDATE log_batches SET committed_at = 'x'",
    "UPDATE run_summaries SET duration_ms = 'x'",
)


@pytest.fixture(scope="module")
def unguarded(filled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("values") / "recorded.db"
    shutil.copy(filled_database, path)
    with open_service(f"sqlite:///{path}") as opened:
        write_run(opened.store, RUN)
    with closing(sqlite3.connect(path)) as connection, connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
    return path


@pytest.fixture
def damaged(
    unguarded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> Command:
    database = tmp_path / "opstrail.db"
    shutil.copy(unguarded, database)
    with closing(sqlite3.connect(database)) as connection, connection:
        assert connection.execute(damage).rowcount
    return Command(database, capsys)


def said(command: Command, *words: str) -> tuple[int, str]:
    """Run a command that may fail, and return its exit code and all that it said."""
    ended = command(*words)
    told = ended.out + ended.err
    assert ended.code in (0, 1)
    assert not any(word in told for word in ("Traceback", "SELECT", "sqlalche.me"))
    assert len(ended.err.splitlines()) <= 2
    return ended.code, told


@pytest.mark.parametrize("damage", OF_A_RUN)
def test_events_of_a_damaged_run_are_shown_and_doubted(damaged: Command) -> None:
    code, told = said(damaged, "run", "events", RUN)
    assert (code, "run-requested" in told, "corrupt" in told) == (1, True, True)
    assert said(damaged, "run", "timeline", RUN)[0] == 1
    assert said(damaged, "log", "verify", "--no-projections")[0] == 1


@pytest.mark.parametrize("damage", OF_THE_LOG)
def test_a_damaged_log_is_told_in_a_line(damaged: Command, tmp_path: Path) -> None:
    assert said(damaged, "log", "verify", "--no-projections")[0] == 1
    said(damaged, "run", "list")
    said(damaged, "log", "export", str(tmp_path / "log.jsonl"))
    said(damaged, "run", "export", RUN, "--bundle", str(tmp_path / "run.zip"))


@pytest.mark.parametrize("damage", OF_THE_LOG[-2:-1])
def test_the_doctor_goes_on_where_a_batch_says_no_time(damaged: Command) -> None:
    assert said(damaged, "doctor")[0] == 1


def test_a_time_that_is_none_is_told_though_its_hash_fits() -> None:
    log = Log().record(RUN, ASK)
    (first,) = log.store.read("acme", RUN)
    sealed = seal(structs.replace(first.envelope, recorded_at="yesterday"))
    with pytest.raises(CorruptLog, match=r"version 1 .* recorded_at is no time: 'yesterday'"):
        history_of([structs.replace(first, envelope=sealed)], log.store.payloads)
