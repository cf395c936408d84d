"""`opstrail run step`: commands from standard input lead through the events of a run."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command, Ended

pytestmark = pytest.mark.usefixtures("planned_by_hand")

IMPACT = "What is affected if srv-01 fails?"
TWO_SEARCHES = {
    "kind": "plan",
    "plan": {
        "intent": "SEARCH",
        "enable_multistep": True,
        "steps": [
            {
                "step_id": name,
                "name": name,
                "intent": "SEARCH",
                "primary": {"keywords": [name], "tool_type": "ci_search"},
            }
            for name in ("srv-01", "srv-02")
        ],
    },
}


class Steps:
    """`opstrail run step latest`, fed with commands."""

    def __init__(self, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        self.command, self._monkeypatch = command, monkeypatch

    def __call__(self, *commands: str) -> Ended:
        text = "".join(f"{command}\n" for command in commands)
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        return self.command("run", "step", "latest")

    def versions(self, *commands: str) -> list[int]:
        """Return the versions that were shown one after the other."""
        shown = re.findall(r"^event (\d+) of \d+$", self(*commands).out, re.MULTILINE)
        return [int(version) for version in shown]

    def where(self, event_type: str) -> list[int]:
        events = self.command("run", "events", "latest", "-o", "json").json
        return [event["version"] for event in events if event["type"] == event_type]


@pytest.fixture
def steps(opstrail: Command, monkeypatch: pytest.MonkeyPatch) -> Steps:
    opstrail("ask", IMPACT)
    return Steps(opstrail, monkeypatch)


def test_it_begins_at_the_first_event(steps: Steps) -> None:
    ended = steps()
    assert ended.code == 0
    place, head, sentence, *changes = ended.lines
    assert place.startswith("event 1 of ")
    assert head.split()[:2] == ["1", "run-requested"]
    assert sentence == f"      somebody asks: {IMPACT}"
    assert changes[0] == "      state: new -> requested"


def test_an_event_says_how_long_after_the_one_before_it_came(steps: Steps) -> None:
    assert re.search(r"^   2  stage-started  \S+Z  \+\S+ m?s$", steps("n").out, re.MULTILINE)


@pytest.mark.parametrize(
    ("commands", "versions"),
    [
        (["n", "n"], [1, 2, 3]),
        (["", ""], [1, 2, 3]),
        (["n", "n", "p"], [1, 2, 3, 2]),
        (["g 5"], [1, 5]),
        (["  g   5  "], [1, 5]),
        (["g 5", "q", "n"], [1, 5]),
        (["n", "d", "s", "?", "n"], [1, 2, 3]),
    ],
)
def test_commands_lead_from_event_to_event(
    steps: Steps, commands: list[str], versions: list[int]
) -> None:
    assert steps.versions(*commands) == versions


def test_f_jumps_to_the_first_failure(opstrail: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    opstrail("ask", "What is affected if srv-99 fails?")
    steps = Steps(opstrail, monkeypatch)
    failures = [*steps.where("tool-call-failed"), *steps.where("stage-failed")]
    assert steps.versions("f") == [1, min(failures)]


def test_t_goes_to_the_next_call_of_the_same_tool_and_back(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(TWO_SEARCHES), encoding="utf-8")
    opstrail("run", "start", "--plan", str(plan))
    steps = Steps(opstrail, monkeypatch)
    first, second = steps.where("tool-call-started")[:2]
    assert steps.versions(f"g {first}", "t", "T") == [1, first, second, first]


def test_d_shows_the_data_of_the_event(steps: Steps) -> None:
    assert f'        "question": "{IMPACT}",' in steps("d").lines


def test_s_shows_the_state_after_the_event(steps: Steps) -> None:
    assert ["state", "route_plan"] in [line.split() for line in steps("n", "s").lines]


def test_a_question_mark_lists_the_commands(steps: Steps) -> None:
    listed = [line.split()[0] for line in steps("?").lines[-10:]]
    assert listed == ["n", "p", "f", "t", "T", "g", "d", "s", "?", "q"]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("p", "the run has versions 1 to "),
        ("g 0", "the run has versions 1 to "),
        ("g 999", ", not 999"),
        ("g", "g needs a version, as in g 12, not ''"),
        ("g x", "g needs a version, as in g 12, not 'x'"),
        ("g " + "9" * 5000, "g needs a version, as in g 12"),
        ("f", "nothing failed in this run"),
        ("t", "event 1 is of no tool call"),
        ("T", "event 1 is of no tool call"),
        ("next", "no command 'next'; possible: n, p, f, t, T, g N, d, s, ?, q"),
    ],
)
def test_what_cannot_be_obeyed_is_told_and_nothing_moves(
    steps: Steps, command: str, told: str
) -> None:
    ended = steps(command)
    assert ended.code == 0
    assert told in ended.err
    assert steps.versions(command) == [1]


def test_after_a_refusal_it_goes_on(steps: Steps) -> None:
    assert steps.versions("next", "n") == [1, 2]


def test_the_last_event_has_no_next_one(steps: Steps) -> None:
    (last,) = steps.where("run-completed")
    assert f"the run has versions 1 to {last}, not {last + 1}" in steps(f"g {last}", "n").err


def test_control_characters_of_a_command_do_not_reach_the_screen(steps: Steps) -> None:
    assert "\x1b" not in steps("\x1b[31m").err


def test_a_command_that_is_not_utf_8_ends_with_2(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\n"), encoding="utf-8"))
    ended = steps.command("run", "step", "latest")
    assert ended.code == 2
    assert "a command is not UTF-8" in ended.err


def test_a_run_that_does_not_exist_ends_with_4(opstrail: Command) -> None:
    ended = opstrail("run", "step", "nope")
    assert (ended.code, ended.out) == (4, "")
    assert ended.err.startswith("opstrail: no run nope in this tenant; ")


def test_a_stage_of_a_run_is_run_alone(opstrail: Command) -> None:
    answer = opstrail("ask", IMPACT, "-o", "json").json["answer"]
    ended = opstrail("run", "stage", "latest", "present")
    assert (ended.code, ended.out.startswith("present: ok\n"), answer in ended.out) == (
        0,
        True,
        True,
    )


def test_a_stage_is_run_on_a_file(opstrail: Command, tmp_path: Path) -> None:
    opstrail("ask", IMPACT)
    file = tmp_path / "stage.json"
    file.write_text(json.dumps({"prev_output": {"answer": "Nine."}}))
    stage = opstrail("run", "stage", "latest", "present", "--input", str(file), "-o", "json").json
    assert stage["result"]["summary"] == "Nine."


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("{}", "cook", "'route_plan', 'validate', 'execute', 'compose' or 'present'"),
        ('{"plan": {}}', "present", "plan: extra inputs are not permitted"),
        ('{"prev_output": 3}', "present", "prev_output: input should be"),
        ('{"colour": 3}', "present", "(or test_plan), prev_output, question, asset_overrides"),
        ('{"stage": "compose"}', "present", "stage: extra inputs are not permitted"),
        ('{"question": "Why?"}', "route_plan", "another question is planned by route_plan alone"),
        ("[]", "present", "is no JSON object"),
        ('{"plan_output": {"depth": 1}}', "validate", "depth: extra inputs are not permitted"),
    ],
)
def test_what_no_stage_can_be_run_on_is_refused_by_name(
    opstrail: Command, tmp_path: Path, content: str, name: str, said: str
) -> None:
    opstrail("ask", IMPACT)
    file = tmp_path / "stage.json"
    file.write_text(content)
    ended = opstrail("run", "stage", "latest", name, "--input", str(file))
    assert ended.code != 0
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_a_stage_that_ends_in_error_fails(opstrail: Command, tmp_path: Path) -> None:
    opstrail("ask", IMPACT)
    file = tmp_path / "stage.json"
    file.write_text('{"test_plan": {}}')
    ended = opstrail("run", "stage", "latest", "validate", "--input", str(file))
    assert (ended.code, ended.out.splitlines()[0]) == (1, "validate: error")
