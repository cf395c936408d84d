"""`opstrail run start`."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.adapters.cli.command import Command, Ended

pytestmark = pytest.mark.usefixtures("planned_by_hand")

Start = Callable[..., Ended]
REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
EXAMPLE = REFERENCE / "plan-example.json"
SCHEMA = json.loads((REFERENCE / "schemas" / "plan.json").read_text(encoding="utf-8"))
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
    assert start(planned).lines[0] == (
        "Read the question 'How many configuration items are there?' as 'count configuration"
        " items'. 10 configuration items."
    )


def test_the_documented_example_fits_the_schema_and_runs(fresh: Command) -> None:
    assert _faults(json.loads(EXAMPLE.read_text(encoding="utf-8"))) == []
    fresh("estate", "demo", "--days", "2")
    ended = fresh("run", "start", "--plan", str(EXAMPLE), "-o", "json")
    assert (ended.code, ended.json["status"]) == (0, "success")
    calls = fresh("run", "trace", "latest", "-o", "json").json["execution_steps"]
    assert [call["call_id"] for call in calls] == ["primary", "graph", "metric", "history"]


def test_what_a_planner_puts_out_fits_the_documented_schema(opstrail: Command) -> None:
    for question in ("What is affected if srv-01 fails?", "hello", "Delete srv-01"):
        planned = opstrail("ask", question, "--plan-only").json
        assert _faults(planned) == []


def test_what_the_documented_schema_does_not_know_is_refused(start: Start) -> None:
    plan = {**COUNT, "agregate": {}}
    assert _faults(plan) != []
    assert start(plan).code == 2


def test_every_field_of_a_plan_has_a_meaning() -> None:
    fields = [
        (model, name, field.get("description"))
        for model, schema in SCHEMA["$defs"].items()
        for name, field in schema.get("properties", {}).items()
    ]
    assert len(fields) > 100
    assert [each for each in fields if not each[2]] == []


def test_a_plan_may_come_from_standard_input(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(COUNT).encode())))
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
        ("[]", "is no JSON object"),
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


def _faults(plan: object) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(plan)]
