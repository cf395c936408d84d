"""A database of an older version opens, and its record goes wherever a record can go."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.database.migrate import HEAD, ensure_current, revision_of
from tests.acceptance.older_database.recorded import PROJECTIONS, TENANTS, run_ids
from tests.adapters.cli.command import Command
from tests.contracts.databases import opened

RECORD = ("logs", "log_batches", "events", "streams", "idempotency_keys", "payloads")


def rows(engine: sa.Engine) -> dict[str, list[object]]:
    """Return the rows of the tables that are the record."""
    with engine.connect() as connection:
        return {
            table: [*map(tuple, connection.exec_driver_sql(f"SELECT * FROM {table}"))]  # noqa: S608 - ours
            for table in RECORD
        }


def test_opening_it_migrates_it_and_changes_no_event(as_it_was: Path, tmp_path: Path) -> None:
    with opened(Path(shutil.copy(as_it_was, tmp_path))) as engine:
        before = rows(engine)
        with engine.connect() as connection:
            assert revision_of(connection) == "0006"
        ensure_current(engine)
        with engine.connect() as connection:
            assert revision_of(connection) == HEAD
        assert rows(engine) == before


def log_hash(opstrail: Command) -> object:
    """Return how far the log is sound, with its hash; all of it must be."""
    report = opstrail("log", "verify", "-o", "json").json
    assert (report["is_sound"], report["problems"]) == (True, [])
    return report["verified_to"]


def test_it_is_sound(opstrail: Command) -> None:
    assert opstrail("db", "check", "-o", "json").json["problems"] == []
    assert log_hash(opstrail)


def test_its_log_in_another_database_has_the_same_hash_and_runs(
    opstrail: Command, elsewhere: Command, tmp_path: Path
) -> None:
    file = str(tmp_path / "log.jsonl.zst")
    assert opstrail("log", "export", file, "--zstd").code == 0
    assert elsewhere("log", "import", file).code == 0
    assert log_hash(elsewhere) == log_hash(opstrail)
    assert elsewhere("db", "check", "-o", "json").json["problems"] == []
    runs = ("run", "list", "--limit", "100", "-o", "json")
    assert elsewhere(*runs).json == opstrail(*runs).json


@pytest.mark.parametrize("name", PROJECTIONS)
def test_a_rebuilt_projection_is_the_one_that_is_there(opstrail: Command, name: str) -> None:
    report = opstrail("projection", "rebuild", name, "-o", "json").json
    assert report["equivalence"]["differences"] == []
    assert report["equivalence"]["equal_count"] > 0
    assert (report["rebuilt_parked_count"], report["is_swapped"]) == (0, True)


def test_the_rebuilt_run_list_is_the_one_that_is_there(opstrail: Command) -> None:
    report = opstrail("projection", "rebuild-run-list", "-o", "json").json
    assert report["run_count"] == sum(len(run_ids(tenant)) for tenant in TENANTS)
    assert (report["changed_count"], report["repaired"]) == (0, [])


def test_its_runs_travel_in_a_bundle(
    opstrail: Command, elsewhere: Command, tmp_path: Path
) -> None:
    file, runs = str(tmp_path / "runs.zip"), run_ids("acme")
    assert opstrail("run", "export", *runs, "--bundle", file).code == 0
    assert opstrail("run", "verify-bundle", file).code == 0
    imported = elsewhere("run", "import", file, "-o", "json").json
    assert [run["run_id"] for run in imported] == runs
    for run in runs:
        asked = ("run", "trace", run, "-o", "json")
        assert elsewhere(*asked).json == opstrail(*asked).json
