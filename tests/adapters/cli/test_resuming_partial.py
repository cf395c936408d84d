"""A run that ended without all answers is resumed through the command line."""

import json
import time
from typing import Any

import pytest

from infrastructure.estate.sql_estate import SqlEstate
from tests.adapters.cli.command import Command

pytestmark = pytest.mark.usefixtures("planned_by_hand")

OVERVIEW = "Overview of Web App: state, related CIs, recent events, metrics."
WHY = ("--reason", "the metrics are back")
ANSWERED = {"succeeded", "reused"}
METRICS = ("metric_summary", "metric_ranking", "metric_series")


@pytest.fixture
def partial(opstrail: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Metrics could not be read; by now they can."""

    def fail(*_: object, **__: object) -> object:
        message = "the metrics are down"
        raise OSError(message)

    with monkeypatch.context() as context:
        for name in METRICS:
            context.setattr(SqlEstate, name, fail)
        ended = opstrail("ask", OVERVIEW, "-o", "json")
        assert (ended.code, ended.json["status"]) == (0, "partial")
    return opstrail


def answers(ended: Any) -> dict[str, list[str]]:  # noqa: ANN401 - JSON
    found: dict[str, list[str]] = {}
    for call in ended["calls"]:
        found.setdefault(call["answer"], []).append(call["call_id"])
    return found


def begun(command: Command) -> list[Any]:
    """The data of every call that began."""
    lines = map(json.loads, command("run", "events", "latest", "-o", "jsonl").lines)
    return [json.loads(each["data"]) for each in lines if each["type"] == "tool-call-started"]


def lacking(command: Command) -> set[str]:
    """The calls of the newest run that have no answer."""
    state = command("run", "state", "latest", "-o", "json").json
    return {name for name, tries in state["calls"].items() if tries["status"] not in ANSWERED}


def test_what_a_partial_run_lacks_is_asked_again_and_nothing_else(partial: Command) -> None:
    lacks = lacking(partial)
    preview = partial("run", "resume", "latest", *WHY, "--preview", "-o", "json").json
    assert (set(answers(preview)["live"]), preview["outside_calls"]) == (lacks, len(lacks))
    before = len(begun(partial))
    resumed = partial("run", "resume", "latest", *WHY, "-o", "json")
    assert (resumed.code, resumed.json["status"]) == (0, "success")
    assert {each["call_id"] for each in begun(partial)[before:]} == lacks


def test_a_partial_run_that_got_its_answers_is_final_and_verifies(partial: Command) -> None:
    partial("run", "resume", "latest", *WHY)
    ended = partial("run", "resume", "latest", *WHY)
    assert (ended.code, "possible: nothing, it is final" in ended.err) == (2, True)
    assert partial("run", "verify", "latest").code == 0


def test_a_run_whose_calls_took_too_long_is_given_more_time(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as context:
        for name in METRICS:
            context.setattr(SqlEstate, name, lambda *_, **__: time.sleep(1))
        opstrail("ask", OVERVIEW, "--timeout-ms", "500")
    assert lacking(opstrail)
    opstrail("run", "resume", "latest", *WHY, "--timeout-ms", "20000")
    times = [each["timeout_ms"] for each in begun(opstrail)]
    assert (times[0], times[-1], lacking(opstrail)) == (500, 20000, set())


def test_a_fork_can_ask_again_only_what_failed(partial: Command) -> None:
    lacks, asked = lacking(partial), ("run", "fork", "latest", *WHY, "--retry-failed")
    preview = partial(*asked, "--preview", "-o", "json").json
    assert set(answers(preview)["live"]) == lacks
    assert partial(*asked, "-o", "json").json["status"] == "success"


def test_a_fork_from_a_call_and_a_rerun_take_changes(partial: Command) -> None:
    asked = ("--timeout-ms", "4321", "--result", "primary=empty")
    call = begun(partial)[0]["call_id"]
    forked = partial("run", "fork", "latest", *WHY, "--from", call, *asked[:2], "-o", "json")
    assert (forked.code, {each["timeout_ms"] for each in begun(partial)}) == (0, {4321})
    again = partial("run", "rerun", "latest", *WHY, *asked[:2], "-o", "json")
    assert (again.code, {each["timeout_ms"] for each in begun(partial)}) == (0, {4321})


def test_what_a_resumption_changed_is_shown(partial: Command) -> None:
    call = begun(partial)[0]["call_id"]
    partial("run", "resume", "latest", *WHY, "--timeout-ms", "5000", "--result", f"{call}=empty")
    told = f"result of {call}=empty, timeout_ms=5000"
    assert told in partial("run", "show", "latest").out
    assert told in partial("run", "lineage", "latest").out
    assert told in partial("run", "timeline", "latest").out


def test_a_receipt_names_the_version_that_it_speaks_of(partial: Command) -> None:
    before = partial("run", "show", "latest", "-o", "json").json["version"]
    resumed = partial("run", "resume", "latest", *WHY)
    after = partial("run", "show", "latest", "-o", "json").json["version"]
    assert (after > before, f" at version {after}: success" in resumed.lines[-1]) == (True, True)


def test_with_nothing_left_to_ask_resuming_is_refused(opstrail: Command) -> None:
    assert opstrail("ask", "How many servers are there?").code == 0
    ended = opstrail("run", "resume", "latest", *WHY)
    assert (ended.code, "cannot resume; possible: nothing, it is final" in ended.err) == (2, True)


def test_a_plan_that_is_yet_to_be_made_has_calls_that_nobody_knows(opstrail: Command) -> None:
    assert opstrail("ask", "Sing me a song of the sea.").code == 2
    asked = ("run", "resume", "latest", *WHY, "--preview")
    preview = opstrail(*asked, "-o", "json").json
    assert (preview["outside_calls"], preview["calls"]) == (None, [])
    assert preview["planner"].startswith("reader ")
    assert opstrail(*asked).lines == [
        f"Planner {preview['planner']} will be asked for a plan. "
        "Its calls are not known beforehand.",
        "Nothing was called or recorded.",
    ]


def test_a_changed_time_for_calls_is_no_drift_of_what_goes_on_from_the_run(
    partial: Command,
) -> None:
    run_id = str(partial("run", "show", "latest", "-o", "json").json["run_id"])
    partial("run", "resume", run_id, *WHY, "--timeout-ms", "60000")
    partial("run", "rerun", run_id, *WHY)
    compared = partial("run", "compare", run_id, "latest")
    assert (compared.code, "call_timeout_ms" in compared.out) == (0, False)
    partial("golden", "pin", run_id, "--name", "gg")
    assert "timeout_ms" not in partial("golden", "check", "gg", "--mode", "rerun").out
    for mode in ("rerun", "fork"):
        bulk = ("replay", "start", "--mode", mode, "-q", f"id = {run_id}", *WHY)
        assert partial(*bulk, "-o", "json").json["counts"] == {"same": 1}


def test_a_time_for_calls_that_was_asked_for_is_changed_by_you(opstrail: Command) -> None:
    run_id = str(opstrail("ask", OVERVIEW, "-o", "json").json["run_id"])
    asked = ("replay", "start", "--mode", "rerun", "-q", f"id = {run_id}", *WHY)
    shown = opstrail(*asked, "--timeout-ms", "50000", "-o", "json").json
    assert shown["counts"] == {"same": 1}
    compared = opstrail("run", "compare", run_id, "latest")
    told = "changed by you: the request: options.call_timeout_ms 30000 -> 50000\n"
    assert (compared.code, told in compared.out) == (1, True)
