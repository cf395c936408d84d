"""A run that ended without all answers is resumed through the command line."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from infrastructure.estate.sql_estate import SqlEstate
from tests.adapters.cli.command import Command

OVERVIEW = "Overview of Web App: state, related CIs, recent events, metrics."
WHY = ("--reason", "the metrics are back")
_SLOW = ("metric_summary", "metric_ranking", "metric_series")


def slow(read: Callable[..., Any]) -> Callable[..., Any]:
    def read_slowly(*args: object, **options: object) -> object:
        time.sleep(0.3)
        return read(*args, **options)

    return read_slowly


@pytest.fixture
def partial(opstrail: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Metrics took longer than a call may take; by now they are quick."""
    with monkeypatch.context() as context:
        for name in _SLOW:
            context.setattr(SqlEstate, name, slow(getattr(SqlEstate, name)))
        ended = opstrail("ask", OVERVIEW, "--timeout-ms", "100", "-o", "json")
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


def test_what_a_partial_run_lacks_is_asked_again_and_nothing_else(partial: Command) -> None:
    failed = partial("run", "show", "latest", "-o", "json").json["failed_call_count"]
    preview = partial("run", "resume", "latest", *WHY, "--preview", "-o", "json").json
    assert (preview["outside_calls"], len(answers(preview)["live"])) == (failed, failed)
    resumed = partial("run", "resume", "latest", *WHY, "-o", "json")
    assert (resumed.code, resumed.json["status"]) == (0, "success")
    assert [each["attempt"] for each in begun(partial)].count(2) == failed


def test_a_partial_run_that_got_its_answers_is_final_and_verifies(partial: Command) -> None:
    partial("run", "resume", "latest", *WHY)
    ended = partial("run", "resume", "latest", *WHY)
    assert (ended.code, "possible: nothing, it is final" in ended.err) == (2, True)
    assert partial("run", "verify", "latest").code == 0


def test_more_time_is_given_and_told(partial: Command) -> None:
    partial("run", "resume", "latest", *WHY, "--timeout-ms", "5000")
    times = [each["timeout_ms"] for each in begun(partial)]
    assert (times[0], times[-1]) == (100, 5000)
