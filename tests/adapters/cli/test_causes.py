"""All causes by which runs diverge, in detail, and what to leave out, in every command."""

import re
from typing import Any

import pytest

from domain.stages import call_facts
from tests.adapters.cli.command import Command

IMPACT = "What is affected if srv-01 fails?"
VERIFY = ("replay", "start", "--mode", "verify", "-q", "started > -1h", "--reason", "to see")
Patch = pytest.MonkeyPatch


@pytest.fixture
def asked(opstrail: Command) -> Command:
    """An item was looked up, and then the graph around it; the run is a golden one."""
    assert opstrail("ask", IMPACT).code == 0
    assert opstrail("golden", "pin", "latest", "--name", "impact").code == 0
    return opstrail


@pytest.fixture
def traced(asked: Command, monkeypatch: Patch) -> Command:
    """Every call has a parameter more than it had."""
    made = call_facts.call_params

    def params(*given: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on as they came
        return {**made(*given), "trace": True}

    monkeypatch.setattr("domain.stages.call_making.call_params", params)
    return asked


@pytest.fixture
def changed(asked: Command, monkeypatch: Patch) -> Command:
    """Answers are worded otherwise, and nothing is proposed to do next."""
    answer = "Nobody knows what is affected. " * 5
    monkeypatch.setattr("domain.response.compose.composition._answer", lambda *_: answer)
    monkeypatch.setattr("domain.response.compose.composition.next_actions", lambda *_, **__: [])
    return asked


def test_verifying_shows_every_cause_and_how_much_follows(changed: Command) -> None:
    wording, actions, *_ = changed("run", "verify", "latest").lines
    assert wording.startswith("diverged (data) at version 17: stage compose: answer ")
    assert wording.endswith("; and 1 event that follows from it")
    assert actions.startswith("diverged (data) at version 20: the answer: next_actions ")


def test_details_show_every_field_and_every_event_that_follows(changed: Command) -> None:
    short, whole = (changed("run", "verify", "latest", *more) for more in ((), ("--details",)))
    assert short.lines[0] == whole.lines[0]
    assert "    +Nobody knows what is affected. Nobody knows what is affected. Nobody" in whole.out
    assert "  follows at version 19: stage present: summary " in whole.out
    assert "follows at" not in short.out


def test_bulk_replays_tell_every_cause_of_a_run(changed: Command) -> None:
    assert changed(*VERIFY, "-o", "json").json["counts"] == {"answer": 1}
    (result,) = changed("replay", "results", "latest", "-o", "json").json
    assert result["sentence"].startswith("stage compose: answer ")
    (other,) = result["others"]
    assert other.startswith("the answer: next_actions ")
    assert "; also: the answer: next_actions " in changed("replay", "results", "latest").out


def test_golden_checks_show_every_cause_with_the_reasons(changed: Command) -> None:
    ended = changed("golden", "check")
    assert ended.lines[0].startswith("FAIL")
    assert "FAIL answer: " in ended.out
    assert "diverged (data) at version 17: stage compose: answer " in ended.out
    assert "diverged (data) at version 20: the answer: next_actions " in ended.out
    assert "follows at version 19: " in changed("golden", "check", "--details").out


IGNORING = (
    ("run", "verify", "latest"),
    ("run", "verify", "--all"),
    ("golden", "check"),
)


@pytest.mark.parametrize("command", IGNORING, ids=" ".join)
def test_what_is_ignored_makes_no_difference(traced: Command, command: tuple[str, ...]) -> None:
    assert traced(*command).code == 1
    assert traced(*command, "--ignore", "ci:/trace").code == 1
    assert traced(*command, "--ignore", "/trace").code == 0


def test_what_a_bulk_replay_ignores_is_on_record(traced: Command) -> None:
    shown = traced(*VERIFY, "--ignore", "/trace", "-o", "json").json
    assert (shown["counts"], shown["started"]["ignore"]) == ({"same": 1}, ["/trace"])
    assert traced("replay", "show", "latest", "-o", "json").json["started"]["ignore"] == ["/trace"]


@pytest.mark.parametrize("command", [*IGNORING, VERIFY], ids=" ".join)
def test_what_is_no_pattern_is_refused(asked: Command, command: tuple[str, ...]) -> None:
    ended = asked(*command, "--ignore", "rows")
    assert ended.code == 2
    assert "'rows' is no pattern of what to ignore" in ended.err


def test_a_patch_of_a_fork_is_told_from_its_consequences(opstrail: Command) -> None:
    parent = str(opstrail("ask", "What is affected if srv-01 fails?", "-o", "json").json["run_id"])
    opstrail("run", "fork", parent, "--patch", "graph.depth=1", "--reason", "nearer only")
    ended = opstrail("run", "compare", parent, "latest")
    assert "changed by you: the plan: graph.depth " in ended.out
    assert re.search(r"; and \d+ events that follow from it$", ended.out, re.MULTILINE)
