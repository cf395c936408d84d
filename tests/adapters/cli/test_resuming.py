"""`opstrail run resume` and `opstrail run recover`."""

import sqlite3
from contextlib import closing

import pytest

from adapters.bootstrap import open_service
from domain.aggregate.envelope import Actor
from domain.run.commands import RequestRun
from domain.writer import Authorship
from tests.adapters.cli.command import Command

IMPACT = "What is affected if srv-01 fails?"
WHY = ("--reason", "to see")


@pytest.fixture
def asked(opstrail: Command) -> Command:
    """An item was looked up, and then the graph around it: two calls."""
    assert opstrail("ask", IMPACT).code == 0
    return opstrail


def newest(asked: Command) -> dict[str, object]:
    summary: dict[str, object] = asked("run", "show", "latest", "-o", "json").json
    return summary


def failed(asked: Command) -> str:
    """A run that failed, and would do so again."""
    asked("run", "fork", "latest", *WHY, "--result", "graph=error")
    return str(newest(asked)["run_id"])


def test_a_failed_run_can_be_resumed(asked: Command) -> None:
    run_id = failed(asked)
    assert asked("run", "resume", run_id, *WHY).code == 1
    stages = asked("run", "trace", run_id, "-o", "json").json["stages"]
    assert [(each["name"], each["attempt"]) for each in stages][-2:] == [
        ("execute", 1),
        ("execute", 2),
    ]


def test_the_timeline_of_a_resumed_run_shows_what_was_reused(asked: Command) -> None:
    run_id = failed(asked)
    asked("run", "resume", run_id, *WHY)
    assert "reused: with its recorded result" in asked("run", "timeline", run_id).out


def test_resuming_can_be_previewed(asked: Command) -> None:
    run_id = failed(asked)
    preview = asked("run", "resume", run_id, *WHY, "--preview", "-o", "json").json
    shown = {call["call_id"]: call["answer"] for call in preview["calls"]}
    assert shown == {"primary": "recorded", "graph": "patched"}


def test_a_run_that_ended_well_cannot_be_resumed(asked: Command) -> None:
    ended = asked("run", "resume", "latest", *WHY)
    assert (ended.code, "is completed: cannot resume" in ended.err) == (2, True)


@pytest.mark.parametrize("verb", ["fork", "rerun", "resume"])
def test_a_replay_needs_a_reason(asked: Command, verb: str) -> None:
    assert "--reason" in asked("run", verb, "latest").err
    ended = asked("run", verb, "latest", "--reason", " ")
    assert (ended.code, "it may not be empty" in ended.err) == (2, True)


@pytest.fixture
def abandoned(opstrail: Command) -> tuple[Command, str]:
    """A run that somebody requested days ago and nobody began."""
    with open_service(f"sqlite:///{opstrail.database}") as service:
        by = Authorship("acme", Actor("person", "ada"))
        run_id = service.runs.request(RequestRun(question=IMPACT), by).run_id
    return opstrail, run_id


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
