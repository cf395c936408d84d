"""What changed, and why: asked by plans on the demo estate, whose incidents are known."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from adapters.cli.app import main
from adapters.estates.demo.incidents import DemoIncident, IncidentKind, demo_incidents
from tests.acceptance.demo import ANCHOR, DEMO

BY_KIND = {each.kind: each for each in reversed(demo_incidents(anchor=ANCHOR, days=31))}


class Face:
    """The command line on a copy of the demo estate."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder, self._capsys = folder, capsys

    def __call__(self, *arguments: str) -> Any:  # noqa: ANN401 - its JSON
        self._capsys.readouterr()
        url = f"sqlite:///{self._folder / 'copy.db'}"
        assert main(["--database", url, "--tenant", DEMO, *arguments]) == 0
        return json.loads(self._capsys.readouterr().out)

    def ask(self, operation: str, **params: object) -> Any:  # noqa: ANN401 - its JSON
        """Return the response of a run that makes this call of the tool."""
        call = {"call_id": "c", "tool": "causes", "operation": operation, "params": params}
        plan = self._folder / "plan.json"
        plan.write_text(json.dumps({"calls": [call]}))
        return self("run", "start", "--plan", str(plan), "--anchor", "data", "-o", "json")


@pytest.fixture
def face(demo_database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Face:
    shutil.copy(demo_database, tmp_path / "copy.db")
    return Face(tmp_path, capsys)


def around(incident: DemoIncident) -> str:
    return f"{incident.started_at:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (IncidentKind.BAD_DEPLOYMENT, "release 3.2.0"),
        (IncidentKind.FAILED_CHANGE, "to version 15.0"),
        (IncidentKind.REBOOT, "Reboot of"),
    ],
)
def test_an_answer_names_the_cause_and_the_change_and_the_run_verifies_as_the_same(
    face: Face, kind: IncidentKind, words: str
) -> None:
    incident = BY_KIND[kind]
    response = face.ask("why", items=[incident.ci_code], time_range=around(incident))
    sentence = response["answer"].partition(" is ")[2].partition(" is ")[2]
    assert sentence.startswith(incident.ci_code)
    assert words in sentence
    assert face("run", "verify", "latest", "-o", "json")["verdict"] == "same"


def test_the_hour_of_an_incident_shows_what_was_changed(face: Face) -> None:
    incident = BY_KIND[IncidentKind.FAILED_CHANGE]
    system = f"sys-{incident.ci_code.split('-')[1]}"
    hour = f"{incident.started_at:%Y-%m-%dT%H:00Z}..{incident.ended_at:%Y-%m-%dT%H:59Z}"
    (table,) = [
        block
        for block in face.ask("changes", items=[system], time_range=hour)["blocks"]
        if block["type"] == "table"
    ]
    assert [incident.ci_code, 1, "deployment", "Version 15.0 deployed"] in [
        row[1:5] for row in table["rows"]
    ]


def test_an_import_is_a_change_of_what_it_changed(face: Face, tmp_path: Path) -> None:
    (tmp_path / "cis.csv").write_text("ci_code,status\nsrv-erp-01,maintenance\n")
    face("estate", "import", str(tmp_path / "cis.csv"), "-o", "json")
    call = ["tool", "call", "causes.changes", "-o", "json", "--params"]
    found = face(*call, json.dumps({"items": ["srv-erp-01"], "time_range": "last_1h", "depth": 1}))
    (row,) = found["data"]["rows"]
    assert (row["kind"], row["what"]) == ("item changed", "status: monitoring -> maintenance")
    assert row["record"] == found["references"][0]["id"]
