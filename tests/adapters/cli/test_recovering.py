"""`opstrail run recover`, and what other commands say of lost runs."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from domain.aggregate.envelope import Actor
from domain.run.commands import RequestRun
from domain.writer import Authorship
from tests.adapters.cli.command import Command

IMPACT = "What is affected if srv-01 fails?"
BY = Authorship("acme", Actor("person", "ada"))


def requested(opstrail: Command) -> str:
    with open_service(f"sqlite:///{opstrail.database}") as service:
        return service.runs.request(RequestRun(question=IMPACT), BY).run_id


@pytest.fixture
def abandoned(opstrail: Command) -> tuple[Command, str]:
    """A run that somebody requested days ago and nobody began."""
    return opstrail, requested(opstrail)


def outlive(opstrail: Command) -> None:
    """Let all leases have run out."""
    with closing(sqlite3.connect(opstrail.database)) as connection, connection:
        connection.execute("UPDATE run_leases SET expires_at = '2026-01-01 00:00:00.000'")


def test_a_lost_run_is_named_by_the_next_question_and_left_alone(
    abandoned: tuple[Command, str],
) -> None:
    opstrail, run_id = abandoned
    assert "have lost" not in opstrail("ask", IMPACT).err
    outlive(opstrail)
    ended = opstrail("ask", IMPACT)
    assert f"1 run of this tenant waits or has lost its worker: {run_id};" in ended.err
    assert ended.code == 0
    assert opstrail("run", "show", run_id, "-o", "json").json["state"] == "requested"


def test_lost_runs_can_be_listed_and_recovered(abandoned: tuple[Command, str]) -> None:
    opstrail, run_id = abandoned
    outlive(opstrail)
    assert opstrail("run", "recover", "--preview", "-o", "ids").lines == [run_id]
    (lost,) = opstrail("run", "recover", "--dry-run", "-o", "json").json
    assert (lost["tries"], lost["goes_out"], lost["outcome"]) == (0, None, "")
    recovered = opstrail("run", "recover", "-o", "json").json
    assert [(each["run"], each["outcome"]) for each in recovered] == [(run_id, "success")]
    assert opstrail("run", "recover", "-o", "ids").lines == []


def test_a_run_that_was_just_requested_is_not_taken_from_who_did(
    abandoned: tuple[Command, str],
) -> None:
    opstrail, _ = abandoned
    assert opstrail("run", "recover", "-o", "ids").lines == []


def state(opstrail: Command, run_id: str) -> object:
    return opstrail("run", "show", run_id, "-o", "json").json["state"]


def damage(opstrail: Command, run_id: str) -> None:
    """Let an event of the run be none that anybody can read."""
    with closing(sqlite3.connect(opstrail.database)) as connection, connection:
        connection.execute("DROP TRIGGER events_guard_1")
        connection.execute("UPDATE events SET data = '{' WHERE stream_id = ?", [run_id])


def test_an_unreadable_run_hinders_no_question_and_no_recovery(
    abandoned: tuple[Command, str],
) -> None:
    opstrail, damaged = abandoned
    other = requested(opstrail)
    damage(opstrail, damaged)
    outlive(opstrail)
    assert opstrail("ask", IMPACT).code == 0
    ended = opstrail("run", "recover")
    assert (ended.code, f"{damaged} is not recovered: " in ended.err) == (1, True)
    assert state(opstrail, other) == "completed"


def by_bundle(opstrail: Command, fresh: Command, file: Path) -> None:
    assert opstrail("run", "export", "latest", "--bundle", str(file)).code == 0
    assert fresh("run", "import", str(file)).code == 0


def by_log(opstrail: Command, fresh: Command, file: Path) -> None:
    assert opstrail("log", "export", str(file)).code == 0
    assert fresh("log", "import", str(file)).code == 0


@pytest.mark.parametrize("bring", [by_bundle, by_log])
def test_an_imported_run_goes_on_only_when_it_is_named(
    abandoned: tuple[Command, str],
    fresh: Command,
    tmp_path: Path,
    bring: Callable[[Command, Command, Path], None],
) -> None:
    opstrail, run_id = abandoned
    bring(opstrail, fresh, tmp_path / "handed-over")
    assert "have lost" not in fresh("ask", IMPACT).err
    (left,) = fresh("run", "recover", "-o", "json").json
    assert (left["run"], left["outcome"]) == (run_id, "imported, not recovered")
    assert state(fresh, run_id) == "requested"
    named = fresh("run", "recover", run_id)
    assert (named.code, "it was imported" in named.err) == (0, True)
    assert state(fresh, run_id) != "requested"


def test_a_run_that_is_carried_out_is_not_taken_even_by_name(
    abandoned: tuple[Command, str],
) -> None:
    opstrail, run_id = abandoned
    (left,) = opstrail("run", "recover", run_id, "-o", "json").json
    assert left["outcome"].endswith("carries it out")
    assert state(opstrail, run_id) == "requested"


def test_a_run_that_is_not_there_is_4(opstrail: Command) -> None:
    assert opstrail("run", "recover", "run-nowhere").code == 4


@pytest.mark.parametrize("seconds", ["0.1", "4000", "soon"])
def test_a_lease_of_a_wrong_length_is_a_usage_error(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    monkeypatch.setenv("OPSTRAIL_LEASE_SECONDS", seconds)
    ended = opstrail("ask", IMPACT)
    assert (ended.code, "OPSTRAIL_LEASE_SECONDS" in ended.err) == (2, True)
