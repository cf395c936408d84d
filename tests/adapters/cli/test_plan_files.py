"""`opstrail run start`."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command, Ended

Start = Callable[..., Ended]
COUNT: dict[str, object] = {"intent": "AGGREGATE", "aggregate": {"group_by": ["ci_type"]}}


@pytest.fixture
def start(opstrail: Command, tmp_path: Path) -> Start:
    def run(plan: object, *options: str) -> Ended:
        path = tmp_path / "plan.json"
        path.write_text(plan if isinstance(plan, str) else json.dumps(plan))
        return opstrail("run", "start", "--plan", str(path), *options)

    return run


def test_a_plan_runs(start: Start) -> None:
    ended = start(COUNT)
    assert ended.code == 0
    assert ended.lines[0].startswith("10 configuration items")


def test_the_output_of_a_planner_runs(opstrail: Command, start: Start) -> None:
    planned = opstrail("ask", "How many configuration items are there?", "--plan-only").json
    assert start(planned).lines[0] == "10 configuration items."


def test_a_plan_may_come_from_standard_input(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(COUNT)))
    assert opstrail("run", "start", "--plan", "-").code == 0


def test_a_plan_has_the_name_of_its_file_as_its_question(opstrail: Command, start: Start) -> None:
    start(COUNT)
    summary = opstrail("run", "show", "latest", "-o", "json").json
    assert summary["question"] == "The plan in plan.json"


def test_a_plan_may_come_with_its_question(opstrail: Command, start: Start) -> None:
    start(COUNT, "--question", "Which types are there?")
    summary = opstrail("run", "show", "latest", "-o", "json").json
    assert summary["question"] == "Which types are there?"


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "holds no JSON object"),
        ({"view": "ALL"}, "opstrail: the plan: view: input should be 'SUMMARY', 'COMPOSITION'"),
    ],
)
def test_a_bad_plan_file_is_refused_before_there_is_a_run(
    opstrail: Command, start: Start, plan: object, said: str
) -> None:
    ended = start(plan)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert opstrail("run", "list", "-o", "ids").out == ""


def test_a_plan_file_that_does_not_exist_is_named(opstrail: Command) -> None:
    ended = opstrail("run", "start", "--plan", "nowhere.json")
    assert ended.code == 2
    assert "nowhere.json cannot be read: No such file or directory" in ended.err


def test_a_cycle_of_dependencies_is_refused_in_validation(start: Start) -> None:
    cycle = [
        {"tool_id": "primary", "depends_on": ["graph"]},
        {"tool_id": "graph", "depends_on": ["primary"]},
    ]
    plan = {
        "intent": "EXPAND",
        "primary": {"keywords": ["srv-01"]},
        "graph": {"view": "IMPACT"},
        "tool_dependencies": cycle,
    }
    ended = start(plan, "-o", "json")
    assert (ended.code, ended.json["error"]["code"]) == (2, "PLAN_INVALID")
    assert "cycle" in ended.json["error"]["message"]
