"""A rule is tried on the past: the run finds the incident that was planted, and verifies."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap import open_service
from adapters.cli.app import main
from tests.acceptance.demo import DEMO
from tests.acceptance.questions.tables import Tables, reading
from tests.estate_fixture import NOW, SMALL_ESTATE

HOT: Any = {
    "rule_id": "hot",
    "trigger_type": "metric",
    "trigger_spec": {
        "metric_name": "cpu_usage",
        "agg": "max",
        "window": {"size_seconds": 3600},
        "op": ">",
        "threshold": 90,
    },
}


@pytest.fixture
def tables(demo_database: Path) -> Iterator[Tables]:
    with reading(demo_database) as tables:
        yield tables


class Face:
    """The command line on one database."""

    def __init__(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._url, self._capsys = url, capsys

    def __call__(self, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401 - its JSON
        self._capsys.readouterr()
        assert main(["--database", self._url, "--tenant", DEMO, *arguments]) == code
        printed = self._capsys.readouterr().out
        return json.loads(printed) if "json" in arguments else printed

    def calls(self) -> list[tuple[str, Any]]:
        """Return type and data of the events about the calls of the newest run."""
        events = self("run", "events", "latest", "-o", "json")
        told = [(event["type"], json.loads(event["data"])) for event in events]
        return [event for event in told if event[0].startswith("tool-call")]


@pytest.fixture
def face(demo_database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Face:
    return Face(f"sqlite:///{shutil.copy(demo_database, tmp_path / 'copy.db')}", capsys)


@pytest.fixture
def rule_file(tmp_path: Path) -> str:
    path = tmp_path / "hot.json"
    path.write_text(json.dumps(HOT))
    return str(path)


def windows_of(answer: Any) -> list[list[Any]]:  # noqa: ANN401 - JSON of an answer
    (table,) = [block for block in answer["blocks"] if block.get("title") == "Windows"]
    return [row[:4] for row in table["rows"]]


def test_the_windows_are_those_that_sql_finds(face: Face, rule_file: str, tables: Tables) -> None:
    answer = face("rule", "test", rule_file, "--last", "1d", "--anchor", "data", "-o", "json")
    hour = "p.measured_at / 3600000000"
    expected = tables.rows(
        f"select strftime('%Y-%m-%dT%H:%M:%S+00:00', {hour} * 3600, 'unixepoch') as start,"  # noqa: S608 - ours
        f" strftime('%Y-%m-%dT%H:%M:%S+00:00', ({hour} + 1) * 3600, 'unixepoch'), ci_code,"
        " max(value) from points p where metric_name = 'cpu_usage' and hours_ago < 24"
        f" group by ci_code, {hour} having max(value) > 90 order by 1, 3"
    )
    assert {row[2] for row in expected} >= {"srv-erp-01", "app-erp-order-01-1"}  # as planted
    assert sorted(windows_of(answer)) == sorted(expected)


def test_the_run_is_one_call_and_verifies_without_asking_again(face: Face, rule_file: str) -> None:
    face("rule", "test", rule_file, "--anchor", "data", "--item", "srv-erp-01")
    called = [(kind, data.get("operation")) for kind, data in face.calls()]
    assert called == [("tool-call-started", "evaluate"), ("tool-call-succeeded", None)]
    face("estate", "remove", "srv-erp-01", "--reason", "gone")
    assert face("run", "verify", "latest").startswith("same: ")


def test_postgresql_finds_the_same(
    postgres_url: str, tmp_path: Path, rule_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("rule", "test", rule_file, "--last", "1d", "--anchor", "data", "-o", "json")
    found = []
    for url in (f"sqlite:///{tmp_path / 'small.db'}", postgres_url):
        with open_service(url) as opstrail:
            opstrail.estates.writer.load(DEMO, SMALL_ESTATE, mode="replace", at=NOW)
        face = Face(url, capsys)
        found.append(windows_of(face(*asked)))
        assert face("run", "verify", "latest").startswith("same: ")
    # srv-02 had 70 and one more for each hour that has gone by.
    assert [row[2:] for row in found[0]] == [["srv-02", 70 + hour] for hour in range(24, 20, -1)]
    assert found[1] == found[0]


def test_a_plan_evaluates_a_rule_for_its_item(face: Face, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    spec = {"rule_id": "rule-high-cpu", "mode": "evaluate", "time_range": "last_24h"}
    plan.write_text(json.dumps({"primary": {"keywords": ["srv-erp-01"]}, "cep": spec}))
    answer = face("run", "start", "--plan", str(plan), "--anchor", "data", "-o", "json")
    assert "Rule High CPU would have fired in 1 of 2 windows" in answer["answer"]
    started = [data for kind, data in face.calls() if kind == "tool-call-started"]
    assert started[-1]["params"]["time_range"] == "last_24h"
    assert len(started[-1]["params"]["items"]) == 1
