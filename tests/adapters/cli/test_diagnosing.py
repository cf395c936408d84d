"""`opstrail run diagnose`."""

import json
from pathlib import Path

import pytest

from domain.replay.diagnosis.diagnose import RULES
from tests.adapters.cli.command import Command

pytestmark = pytest.mark.usefixtures("planned_by_hand")

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "diagnose.md"


@pytest.fixture(autouse=True)
def no_run_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a busy machine would be a reason, too."""
    monkeypatch.setattr("domain.replay.diagnosis.time_taken.SLOW_MS", 3_600_000)


def test_a_run_with_which_nothing_is_wrong_says_so(opstrail: Command) -> None:
    opstrail("ask", "How many configuration items are there?")
    ended = opstrail("run", "diagnose", "latest")
    assert ended.code == 0
    assert ended.lines[0].endswith(": success. How many configuration items are there?")
    assert ended.lines[1:] == ["Nothing found wrong."]


def test_a_failed_run_names_the_reason_its_events_and_the_next_step(opstrail: Command) -> None:
    response = opstrail("ask", "What is affected if srv-99 fails?", "-o", "json").json
    run_id = response["run_id"]
    lines = opstrail("run", "diagnose", "latest").lines
    assert lines[0].startswith(f"{run_id}: DATA_NOT_FOUND. ")
    assert "certain   call-failed" in lines
    fork = f"opstrail run fork {run_id[-8:]} --action 1 --reason 'srv-02 (primary)'"
    assert f"  next: {fork}" in lines
    assert any(line.startswith("  events: ") for line in lines)


def test_a_refused_question_names_its_policy(opstrail: Command) -> None:
    opstrail("ask", "Delete srv-01")
    (hypothesis,) = opstrail("run", "diagnose", "latest", "-o", "json").json["hypotheses"]
    assert (hypothesis["rule"], hypothesis["confidence"]) == ("rejected", "certain")


@pytest.fixture
def about_a_server(opstrail: Command) -> Command:
    """A question about a server that was worked on, and had a grave alarm, within the day."""
    opstrail("ask", "What state is srv-01 in?", "--anchor", "data")
    return opstrail


def test_what_happened_to_the_item_before_is_told(about_a_server: Command) -> None:
    found = about_a_server("run", "diagnose", "latest", "-o", "json").json
    assert (found["verdict"], found["hypotheses"]) == ("nothing found wrong", [])
    (change,) = (each for each in found["notes"] if each["rule"] == "changed-estate")
    assert change["sentence"].startswith(
        "In the 24 hours before, srv-01 had deployment 'deployment on srv-01' at "
    )
    assert "reboot 'Restart' at" in change["sentence"]
    assert change["evidence"]


def test_what_is_no_reason_is_told_below(about_a_server: Command) -> None:
    lines = about_a_server("run", "diagnose", "latest").lines
    assert lines[1:4] == [
        "Nothing found wrong.",
        "",
        "Worth knowing, and no reason for how the run went:",
    ]
    assert {"changed-estate", "old-data"} <= set(lines)


def test_a_run_that_went_otherwise_than_the_last_good_one_is_told(
    opstrail: Command, tmp_path: Path
) -> None:
    row = {"ci_code": "srv-03", "ci_name": "Third", "ci_type": "HW", "ci_subtype": "server"}
    (tmp_path / "cis.json").write_text(json.dumps([row]), encoding="utf-8")
    good = opstrail("ask", "List servers.", "-o", "json").json["run_id"]
    assert opstrail("estate", "import", str(tmp_path / "cis.json")).code == 0
    now = opstrail("ask", "List servers.", "-o", "json").json["run_id"]
    found = opstrail("run", "diagnose", "latest", "-o", "json").json["hypotheses"]
    (other,) = (each for each in found if each["rule"] == "differs-from-last-good")
    assert other["sentence"].startswith(f"The last good run of this question, {good}, ")
    assert "with srv-03" in other["sentence"]
    assert other["next_step"] == f"opstrail run compare {good} {now}"


def test_an_unknown_run_is_not_found(opstrail: Command) -> None:
    ended = opstrail("run", "diagnose", "run-none")
    assert ended.code == 4
    assert ended.err.startswith("opstrail: no run run-none in this tenant; it has none yet")


def test_every_rule_is_on_its_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [rule.name for rule in RULES if f"| `{rule.name}` |" not in page] == []
