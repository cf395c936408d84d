"""`opstrail run verify` and `opstrail run ablate`."""

from pathlib import Path

import pytest

from adapters.tools.operation import EstateTool
from infrastructure.engine_version import engine_version
from infrastructure.estate.sql_estate import SqlEstate
from tests.adapters.cli.command import Command

pytestmark = pytest.mark.usefixtures("planned_by_hand")

ROOT = Path(__file__).parents[3]
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


def test_a_run_verifies(asked: Command) -> None:
    ended = asked("run", "verify", "latest")
    assert (ended.code, ended.lines) == (
        0,
        [
            f"same: {newest(asked)['run_id']}, 21 events",
            "  planning: driven",
            f"  recorded by {engine_version()}, verified by {engine_version()}",
        ],
    )


def test_a_verdict_as_json_says_what_was_compared(asked: Command) -> None:
    verdict = asked("run", "verify", "latest", "-o", "json").json
    assert (verdict["verdict"], verdict["version"], verdict["divergence"]) == ("same", 21, None)


def test_verifying_makes_no_tool_and_opens_no_estate(
    asked: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(EstateTool, "__init__", refuse)
    monkeypatch.setattr(SqlEstate, "__init__", refuse)
    assert asked("run", "verify", "latest").code == 0


def test_a_run_that_the_engine_decides_otherwise_ends_with_1_and_shows_both_values(
    asked: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.stages.call_making.call_label", lambda *_: "other")
    ended = asked("run", "verify", "latest")
    assert ended.code == 1
    assert ended.lines[0].startswith(
        "diverged (path) at version 11: call primary (ci.resolve) asks otherwise: label "
    )
    assert ended.lines[0].endswith(' -> "other"; and 9 events that follow from it')
    assert "missing: call primary: ci.resolve is not on the record" in ended.out


def test_a_divergence_as_json_has_expected_and_actual(
    asked: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.stages.call_making.call_label", lambda *_: "other")
    divergence = asked("run", "verify", "latest", "-o", "json").json["divergence"]
    assert (divergence["kind"], divergence["pointers"]) == ("path", ["/label"])
    assert divergence["actual"]["data"]["label"] == "other"


def test_ablation_lists_each_result_and_what_comes_of_it(asked: Command) -> None:
    found = asked("run", "ablate", "latest", "-o", "json").json
    assert {(each["call_id"], each["replacement"]) for each in found["results"]} == {
        ("primary", "empty"),
        ("primary", "error"),
        ("graph", "empty"),
        ("graph", "error"),
    }
    assert (found["hangs_on"], found["any_error_fails"]) == (["graph", "primary"], True)
    head, first, *rest = asked("run", "ablate", "latest").lines
    assert head == "The answer hangs on graph, primary."
    assert first.startswith("  with an empty result of graph (graph.expand): ")
    assert " -> " in first
    told = "An error of any of its calls fails the run: that tells nothing of a single one."
    assert (rest[1], rest[3].split()) == (told, ["call", "replaced", "by", "effect"])


def test_what_any_error_does_is_said_once_and_what_only_one_does_is_listed(
    opstrail: Command,
) -> None:
    assert opstrail("ask", "Overview of srv-01").code == 0
    errors = [line for line in opstrail("run", "ablate", "latest").lines if " error" in line]
    listed, told, *table = errors
    lost = "cpu_usage:aggregate, memory_usage:aggregate"
    assert listed.startswith(f"  with an error of around:graph (graph.expand): {lost} not made; ")
    assert told.startswith("With an error the run fails (item:primary), or the answer only lacks ")
    assert all(f"{each}:history" in told for each in ("events", "changes"))
    assert len(table) == 6


def test_two_healthy_runs_of_a_question_are_no_finding(opstrail: Command) -> None:
    for _ in range(2):
        assert opstrail("ask", "Overview of srv-01").code == 0
    found = opstrail("run", "ablate", "latest", "-o", "json").json
    stale = [each["effect"] for each in found["results"] if each["replacement"] == "stale"]
    assert stale == ["same"] * 6


def test_every_field_of_the_json_is_on_its_page(asked: Command) -> None:
    page = (ROOT / "docs" / "reference" / "replays.md").read_text(encoding="utf-8")
    verdict = asked("run", "verify", "latest", "-o", "json").json
    preview = asked("run", "rerun", "latest", "--reason", "to see", "--preview", "-o", "json").json
    ablation = asked("run", "ablate", "latest", "-o", "json").json
    ablated = ablation["results"][0]
    names = {*verdict, *preview, *preview["calls"][0], *ablation, *ablated}
    assert {name for name in names if f"`{name}`" not in page.replace("[].", "`, `")} == set()


def test_a_tolerance_that_is_not_allowed_is_refused(
    asked: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_VERIFY_TOLERANCE", "2")
    ended = asked("run", "verify", "latest")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "opstrail: OPSTRAIL_VERIFY_TOLERANCE: input should be less than or equal to 0.001,"
        " got '2'\n"
    )
