"""`opstrail run resume` and `opstrail run recover`."""

from datetime import timedelta

import pytest

from adapters.bootstrap import open_service
from domain.aggregate.envelope import Actor
from domain.run.commands import RequestRun
from domain.writer import Authorship
from infrastructure.clock import SystemClock
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


def age(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an hour pass."""

    now = SystemClock().now() + timedelta(hours=1)
    monkeypatch.setattr(SystemClock, "now", lambda _: now)


def test_a_lost_run_is_recovered_before_the_next_question(
    abandoned: tuple[Command, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opstrail, run_id = abandoned
    age(monkeypatch)
    ended = opstrail("ask", IMPACT)
    assert f"recovered {run_id}: no worker ever began it\n" in ended.err
    assert opstrail("run", "show", run_id, "-o", "json").json["state"] == "completed"


def test_lost_runs_can_be_listed_and_recovered(
    abandoned: tuple[Command, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opstrail, run_id = abandoned
    age(monkeypatch)
    assert opstrail("run", "recover", "--preview", "-o", "ids").lines == [run_id]
    recovered = opstrail("run", "recover", "-o", "json").json
    assert [each["run"] for each in recovered] == [run_id]
    assert opstrail("run", "recover", "-o", "ids").lines == []


def test_a_run_that_was_just_requested_is_not_taken_from_who_did(
    abandoned: tuple[Command, str],
) -> None:
    opstrail, _ = abandoned
    assert opstrail("run", "recover", "-o", "ids").lines == []
