"""Runs that ask a Prometheus, and search documents: what is recorded of it, and verified."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.cli.command import Command
from tests.adapters.tools.prometheus_servers import RECORDED, recorded


def ran(opstrail: Command, folder: Path, **call: object) -> tuple[int, Any]:
    """Run a plan of one call; return how it ended, and the data of the event of its end."""
    plan = folder / "plan.json"
    plan.write_text(json.dumps({"calls": [{"call_id": "asked", **call}]}))
    ended = opstrail("run", "start", "--plan", str(plan))
    events = opstrail("run", "events", "latest", "-o", "json").json
    ends = {"tool-call-succeeded", "tool-call-failed"}
    (end,) = [each for each in events if each["type"] in ends]
    return ended.code, json.loads(end["data"])


@pytest.fixture
def prometheus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a generator
    sources = tmp_path / "sources.toml"
    monkeypatch.setenv("OPSTRAIL_SOURCES_FILE", str(sources))
    with recorded(RECORDED) as url:
        lines = ["[sources.prom]", 'kind = "prometheus"', f'url = "{url}"', "allow_private = true"]
        sources.write_text("\n".join(lines))
        yield url


@pytest.mark.usefixtures("prometheus")
def test_a_run_asks_a_prometheus_and_is_verified_without_it(
    opstrail: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = {"source": "prom", "promql": "up", "time_range": "last_30d", "step_seconds": 5}
    call = {"tool": "prometheus", "operation": "range", "params": params}
    code, end = ran(opstrail, tmp_path, **call)
    assert (code, end["row_count"], end["data"]["step_seconds"]) == (0, 2, 236)
    assert "at most 11,000 points" in end["warnings"][0]
    monkeypatch.delenv("OPSTRAIL_SOURCES_FILE")
    assert opstrail("run", "verify", "latest").out.startswith("same")


@pytest.mark.usefixtures("prometheus")
def test_what_a_prometheus_refuses_fails_the_call_of_a_run(
    opstrail: Command, tmp_path: Path
) -> None:
    params = {"source": "prom", "promql": "up("}
    call = {"tool": "prometheus", "operation": "instant", "params": params}
    code, end = ran(opstrail, tmp_path, **call)
    assert (code, end["error"]["code"]) == (2, "INVALID_PARAMS")
    assert opstrail("run", "verify", "latest").out.startswith("same")


def test_a_run_searches_documents_and_records_how_relevant_they_are(
    opstrail: Command, tmp_path: Path
) -> None:
    call = {"tool": "document", "operation": "search", "params": {"query": '"shop desk" emerg'}}
    code, end = ran(opstrail, tmp_path, **call)
    (row,) = end["data"]["rows"]
    assert code == 0
    assert 0 < row["relevance"] < 1
    assert "shop desk" in row["snippet"]
    assert opstrail("run", "verify", "latest").out.startswith("same")
