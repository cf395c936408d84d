"""`opstrail run fork` and `opstrail run rerun`."""

import json
from pathlib import Path

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


def answers(asked: Command, *fork: str) -> dict[str, str]:
    """The answers that a preview of a fork foresees, by call."""
    preview = asked("run", "fork", "latest", *WHY, *fork, "--preview", "-o", "json").json
    return {call["call_id"]: call["answer"] for call in preview["calls"]}


def test_a_fork_of_a_whole_run_has_its_answer_and_calls_nothing(asked: Command) -> None:
    before = asked("run", "response", "latest").lines[0]
    assert set(answers(asked).values()) == {"recorded"}
    assert asked("run", "fork", "latest", *WHY).lines[0] == before


def test_a_fork_says_where_it_comes_from(asked: Command) -> None:
    parent = newest(asked)["run_id"]
    asked("run", "fork", "latest", "--at", "12", *WHY)
    origin = asked("run", "trace", "latest", "-o", "json").json["origin"]
    assert (origin["kind"], origin["parent_run_id"], origin["parent_version"]) == (
        "fork",
        parent,
        12,
    )
    assert origin["reason"] == "to see"


def test_a_plan_can_be_patched_by_path(asked: Command) -> None:
    assert answers(asked, "--patch", "graph.depth=1")["graph"] == "live"


def test_a_plan_can_be_patched_by_a_file(asked: Command, tmp_path: Path) -> None:
    file = tmp_path / "patch.json"
    content = {
        "graph": {"depth": 1},
        "params": {"primary": {"text": "srv-02"}},
        "assets": {"present:prompt": "p2"},
    }
    file.write_text(json.dumps(content))
    asked("run", "fork", "latest", *WHY, "--patch", str(file))
    patches = asked("run", "trace", "latest", "-o", "json").json["origin"]["patches"]
    assert {name: patches[name] for name in ("plan", "params", "assets")} == {
        "plan": {"graph": {"depth": 1}},
        "params": {"primary": {"text": "srv-02"}},
        "assets": {"present:prompt": "p2"},
    }


def test_a_parameter_can_be_patched(asked: Command) -> None:
    assert answers(asked, "--patch", "params.primary.text=srv-02")["primary"] == "live"


@pytest.mark.parametrize("result", ["empty", "error", "error:TOOL_TIMEOUT"])
def test_a_result_can_be_replaced(asked: Command, result: str) -> None:
    assert answers(asked, "--result", f"graph={result}")["graph"] == "patched"


def test_a_result_can_be_replaced_by_a_file(asked: Command, tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    file.write_text('{"rows": [], "total": 0}')
    asked("run", "fork", "latest", *WHY, "--result", f"primary={file}")
    steps = asked("run", "trace", "latest", "-o", "json").json["execution_steps"]
    assert (steps[0]["data"], steps[0]["answered_by"]) == ({"rows": [], "total": 0}, "patch")


def test_a_blocked_fork_is_denied_what_is_not_on_the_record(asked: Command) -> None:
    ended = asked("run", "fork", "latest", *WHY, "--patch", "graph.depth=1", "--blocked")
    assert (ended.code, "live calls are blocked" in ended.out) == (3, True)


def test_next_actions_are_numbered_and_can_be_taken(asked: Command) -> None:
    shown = asked("run", "response", "latest").out
    assert "  1. What srv-01 needs (graph.view=DEPENDENCY)" in shown
    asked("run", "fork", "latest", *WHY, "--action", "1")
    trace = asked("run", "trace", "latest", "-o", "json").json
    assert trace["plan_raw"]["plan"]["graph"]["view"] == "DEPENDENCY"


def test_a_preview_says_what_would_go_out_and_does_nothing(asked: Command) -> None:
    runs = asked("run", "list", "-o", "ids").lines
    ended = asked("run", "rerun", "latest", *WHY, "--preview")
    assert ended.lines[-2:] == [
        "2 outside calls at most: 1 of them only if others answer so.",
        "Nothing was called or recorded.",
    ]
    assert asked("run", "list", "-o", "ids").lines == runs


def test_a_rerun_says_how_it_differs(asked: Command) -> None:
    parent = newest(asked)["run_id"]
    ended = asked("run", "rerun", "latest", *WHY)
    assert (ended.code, ended.lines[0]) == (0, asked("run", "response", str(parent)).lines[0])
    assert f"(opstrail run compare {parent} {newest(asked)['run_id']})" in ended.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--patch", "moon.json"), "moon.json cannot be read: No such file or directory"),
        (("--patch", "graph.colour=red"), "graph.colour"),
        (("--patch", "params.text=x"), "write params.CALL.NAME=VALUE"),
        (("--result", "graph"), "write CALL=FILE, CALL=empty or CALL=error[:CODE]"),
        (("--result", "moon=empty"), "there is no call 'moon' on record; calls: graph, primary"),
        (("--result", "graph=error:OOPS"), "'OOPS' is no error code of a tool; allowed: POLICY"),
        (("--action", "99"), "next action 99 cannot be taken; those that can: 1"),
    ],
)
def test_a_change_that_does_not_fit_is_a_wrong_argument(
    asked: Command, arguments: tuple[str, ...], message: str
) -> None:
    ended = asked("run", "fork", "latest", *WHY, *arguments)
    said = " ".join(ended.err.replace("│", " ").split())
    assert (ended.code, message in said) == (2, True), said


def test_a_version_that_is_not_there_is_not_found(asked: Command) -> None:
    assert asked("run", "fork", "latest", *WHY, "--at", "999").code == 4
