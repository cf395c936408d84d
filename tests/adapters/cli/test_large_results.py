"""What the command shows of large results: there, erased, damaged, left behind."""

import re
import sqlite3
from contextlib import closing

import pytest

from adapters.bootstrap import open_service
from tests.adapters.cli.command import Command
from tests.domain.large import record_erasures, rows
from tests.infrastructure.payloads.keeping import write_run


@pytest.fixture
def recorded(opstrail: Command) -> Command:
    """On a database with one run, whose call "a" had a large result."""
    with open_service(f"sqlite:///{opstrail.database}") as opened:
        write_run(opened.store, tenant=opstrail.tenant)
    return opstrail


def change(command: Command, *statements: str) -> None:
    with closing(sqlite3.connect(command.database)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def erased(recorded: Command) -> Command:
    with open_service(f"sqlite:///{recorded.database}") as opened:
        record_erasures(opened.store, tenant=recorded.tenant)
    change(recorded, "DELETE FROM payloads")
    return recorded


def test_a_large_result_is_in_the_trace(recorded: Command) -> None:
    steps = recorded("run", "trace", "latest", "-o", "json").json["execution_steps"]
    assert (steps[0]["data"], steps[0]["erased"]) == (rows(), None)


def test_events_show_the_name_of_a_large_result(recorded: Command) -> None:
    shown = recorded("run", "events", "latest", "--payloads").out
    assert '"payload": {' in shown
    assert '"preview": "{\\"rows\\":[{' in shown


@pytest.mark.parametrize("view", ["trace", "timeline", "response"])
def test_an_erased_result_is_told(view: str, erased: Command) -> None:
    ended = erased("run", view, "latest")
    assert ended.code == 0
    assert re.search(r"result erased \(\d+ bytes,\s+digest", ended.out)


@pytest.mark.parametrize("view", ["trace", "timeline", "response"])
def test_nothing_is_called_erased_that_is_there(view: str, recorded: Command) -> None:
    assert "erased (" not in recorded("run", view, "latest").out


def test_a_damaged_result_ends_with_1_and_its_name(recorded: Command) -> None:
    change(recorded, "DROP TRIGGER payloads_guard_1", "UPDATE payloads SET content = x'00'")
    ended = recorded("run", "trace", "latest")
    assert (ended.code, ended.out) == (1, "")
    assert re.search(r"payload [0-9a-f]{64} of tenant acme is corrupt: its bytes do", ended.err)


def test_a_verification_counts_large_results(recorded: Command) -> None:
    assert "Large results that events name: 1 there." in recorded("log", "verify").lines


def test_a_verification_counts_erased_results_and_is_sound(erased: Command) -> None:
    ended = erased("log", "verify")
    assert (ended.code, ended.lines[-1]) == (0, "Sound.")
    assert "Large results that events name: 0 there, 1 erased." in ended.lines


def test_a_verification_as_json_has_the_counts(erased: Command) -> None:
    report = erased("log", "verify", "-o", "json").json
    assert report["payloads"] == {
        "present_count": 0,
        "erased_count": 1,
        "problems": [],
        "missing_count": 0,
    }


def test_a_verification_of_one_run_counts_its_erased_results(erased: Command) -> None:
    report = erased("log", "verify", "--run", "latest", "-o", "json").json
    assert (report["is_sound"], report["erased_results"]) == (True, 1)


def test_a_verification_of_one_run_finds_a_damaged_result(recorded: Command) -> None:
    change(recorded, "DROP TRIGGER payloads_guard_1", "UPDATE payloads SET content = x'00'")
    ended = recorded("log", "verify", "--run", "latest")
    assert ended.code == 1
    assert "its bytes do not fit its digest" in ended.err


LEFT = (
    "INSERT INTO payloads (tenant_id, digest, size, stored_at, content)"
    " VALUES ('acme', x'00', 9, '2020-01-01 00:00:00', x'0102')"
)


def test_a_sweep_deletes_what_no_event_names(recorded: Command) -> None:
    change(recorded, LEFT)
    assert recorded("db", "sweep").out == "Deleted 1 payload, 2 bytes.\n"
    assert recorded("db", "sweep").out == "Deleted 0 payloads, 0 bytes.\n"


def test_a_dry_sweep_deletes_nothing(recorded: Command) -> None:
    change(recorded, LEFT)
    for _ in range(2):
        ended = recorded("db", "sweep", "--dry-run")
        assert ended.out == "Would delete 1 payload, 2 bytes.\n"


def test_a_sweep_as_json_is_one_object(recorded: Command) -> None:
    change(recorded, LEFT)
    swept = recorded("db", "sweep", "--dry-run", "-o", "json").json
    assert swept == {"payload_count": 1, "byte_count": 2, "is_dry_run": True}


def test_a_sweep_creates_no_database(fresh: Command) -> None:
    assert fresh("db", "sweep").code == 4
    assert not fresh.database.exists()
