"""An answer tells in a line how new the data behind it are, where they have an age."""

import json
import re
from pathlib import Path

import pytest

from domain.json import as_map
from tests.adapters.cli.command import Command, Ended

pytestmark = pytest.mark.usefixtures("planned_by_hand")

MANY = ("How many configuration items are there?", "--anchor", "data")
BOTH = {
    "metric": {"metric_name": "cpu_usage"},
    "history": {
        "enabled": True,
        "scope": "all",
        "source": "work_history",
        "time_range": "all_time",
    },
}
CPU = ("Average cpu_usage of srv-01 over the last 24 hours", "--anchor", "data")


def lines(ended: Ended) -> list[str]:
    return [line for line in ended.lines if line.startswith("newest data")]


def test_items_without_a_known_change_have_no_age(opstrail: Command) -> None:
    assert lines(opstrail("ask", *MANY)) == []


def test_data_that_agree_are_not_named(opstrail: Command) -> None:
    assert lines(opstrail("ask", *CPU)) == ["newest data: 2025-12-31T11:00:00+00:00"]


def test_calls_that_do_not_agree_are_named(opstrail: Command, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(BOTH))
    (line,) = lines(opstrail("run", "start", "--plan", str(plan), "--anchor", "data"))
    told = r"newest data: 2025-12-31T11:00:00\+00:00 \(metric\), 20[-\dT:]+\+00:00 \(history\)"
    assert re.fullmatch(told, line)


def test_an_answer_of_the_cache_is_told_with_its_age(opstrail: Command, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    call = {"tool": "metric", "operation": "list", "params": {}}
    plan.write_text(json.dumps({"calls": [{**call, "call_id": each} for each in ("a", "b")]}))
    told = opstrail("run", "start", "--plan", str(plan))
    (line,) = [line for line in told.lines if "answered from the cache" in line]
    assert re.fullmatch(r"b: answered from the cache, .*ms old", line)


def test_the_json_tells_it_of_each_call(opstrail: Command) -> None:
    opstrail("ask", *CPU)
    told = as_map(opstrail("run", "response", "latest", "-o", "json").json["meta"])["newest_data"]
    assert isinstance(told, list)
    assert [(as_map(each)["call_id"], as_map(each)["kind"]) for each in told] == [
        ("metric", "metric points")
    ]
    assert [as_map(each)["is_old"] for each in told] == [False]


def test_a_verification_takes_it_from_the_record(opstrail: Command) -> None:
    opstrail("ask", *CPU)
    assert opstrail("run", "verify", "latest", "-o", "json").json["verdict"] == "same"
