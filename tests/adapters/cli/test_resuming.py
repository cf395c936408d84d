"""`opstrail run resume`."""

import pytest

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
