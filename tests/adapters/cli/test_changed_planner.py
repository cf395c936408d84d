"""A planner that plans otherwise than recorded, as `run verify` and `golden check` tell it."""

from pathlib import Path

import pytest

from tests.adapters.cli.command import Command

TOP = "Top 5 servers by cpu usage"
CHANGED = "the planner makes another plan: calls[0].params.want.by.of.time"
ALL = ("replay", "start", "--mode", "verify", "-q", "started > -1h", "--reason", "to see")


@pytest.fixture
def asked(opstrail: Command) -> Command:
    """A question was planned, and one came with its plan."""
    assert opstrail("ask", TOP).code == 0
    assert opstrail("golden", "pin", "latest", "--name", "top").code == 0
    return opstrail


@pytest.fixture
def given(asked: Command, tmp_path: Path) -> Command:
    plan = tmp_path / "plan.json"
    plan.write_text('{"list": {"enabled": true}}', encoding="utf-8")
    assert asked("run", "start", "--plan", str(plan)).code == 0
    return asked


@pytest.fixture
def changed(asked: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The planner looks at another time since then."""
    monkeypatch.setattr("adapters.planners.reader.choosing._RECENT", "last_7d")
    return asked


def test_a_changed_plan_is_told_with_what_changed(changed: Command) -> None:
    ended = changed("run", "verify", "latest")
    assert (ended.code, ended.lines[0].partition(": the")[0]) == (
        1,
        "diverged (plan) at version 3",
    )
    assert f'{CHANGED} "last_24h" -> "last_7d"' in ended.lines[0]
    assert "  planning: driven" in ended.lines


def test_as_json_both_plans_are_there(changed: Command) -> None:
    verdict = changed("run", "verify", "latest", "-o", "json").json
    (found,) = verdict["divergences"]
    plans = [found[side]["data"]["plan_output"]["plan"] for side in ("expected", "actual")]
    wants = [plan["query"]["asks"][0]["want"] for plan in plans]
    assert [want["by"]["of"]["time"] for want in wants] == ["last_24h", "last_7d"]
    assert (found["kind"], verdict["planning"], verdict["has_same_answer"]) == (
        "plan",
        "driven",
        True,
    )


def test_a_golden_check_fails_by_the_planner(changed: Command) -> None:
    ended = changed("golden", "check")
    assert ended.code == 1
    assert f"      FAIL planner: {CHANGED}" in ended.out


@pytest.mark.usefixtures("changed")
def test_bulk_verification_counts_plans_apart(given: Command) -> None:
    ended = given(*ALL)
    assert ended.lines[0] == "1 same, 1 plan drifts, 1 plan not driven"
    shown = given("replay", "show", "latest", "-o", "json").json
    assert (shown["counts"], shown["not_driven_count"]) == ({"plan": 1, "same": 1}, 1)


def test_a_given_plan_is_not_driven_and_no_divergence(given: Command) -> None:
    ended = given("run", "verify", "latest")
    assert ended.code == 0
    assert ended.lines[1] == "  planning: not driven: the plan came with the request"
    verdict = given("run", "verify", "latest", "-o", "json").json
    assert (verdict["planning"], verdict["why_not_driven"]) == (
        "not driven",
        "the plan came with the request",
    )


def test_a_golden_check_warns_of_a_plan_that_is_not_driven(given: Command) -> None:
    assert given("golden", "pin", "latest", "--name", "given").code == 0
    ended = given("golden", "check")
    assert ended.code == 0
    warning = "WARN not-driven: the plan was not driven: the plan came with the request"
    assert f"      {warning}" in ended.lines
    assert given("golden", "check", "--strict").code == 1


def test_every_run_is_listed_with_why_its_plan_is_not_driven(given: Command) -> None:
    ended = given("run", "verify", "--all")
    assert ended.code == 0
    assert "plan not driven: the plan came with the request" in ended.out
    assert ended.lines[-1].startswith("2 same, 1 plan not driven (opstrail replay results")


def test_a_question_that_was_not_understood_is_asked_again_too(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opstrail("ask", "How many gizmos are there?").code == 2
    assert opstrail("run", "verify", "latest").lines[1] == "  planning: driven"
    monkeypatch.setattr("adapters.planners.reader.examples._MOST", 2)
    monkeypatch.setattr("adapters.planners.reader.nearest.MOST", 1)
    ended = opstrail("run", "verify", "latest")
    assert ended.code == 1
    assert ended.lines[0].startswith("diverged (plan)")


def test_a_bundle_is_enough(asked: Command, tmp_path: Path) -> None:
    bundle = str(tmp_path / "run.zip")
    assert asked("run", "export", "latest", "--bundle", bundle).code == 0
    assert "  planning: driven" in asked("run", "verify", "--bundle", bundle).lines
