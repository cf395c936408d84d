"""Workers that hang, stop, die of their runs and compete: processes on both databases."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from domain.run.call_events import ToolCallStarted
from domain.run.events import HistoryEntry, RunCompleted, RunFailed, RunRecovered
from domain.run_filter.filter import EVERY_RUN
from tests.contracts.databases import copied
from tests.infrastructure.recovery.reference_run import opened_store, service_on

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Scenes:
    """What came of each scene, and its runs."""

    report: dict[str, Any]
    runs: dict[str, list[list[HistoryEntry]]]


@pytest.fixture(params=["sqlite", "postgres"], scope="module")
def scenes(
    request: pytest.FixtureRequest,
    empty_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scenes]:
    folder = tmp_path_factory.mktemp(f"bad-{request.param}")
    if request.param == "sqlite":
        with copied(empty_database, folder):
            yield played(f"sqlite:///{folder / 'opstrail.db'}", folder)
        return
    server = request.getfixturevalue("postgres_server")
    server.execute("CREATE DATABASE {} TEMPLATE {}", "bad_workers", "opstrail_template")
    yield played(server.url("bad_workers"), folder)
    server.execute("DROP DATABASE {} WITH (FORCE)", "bad_workers")


def played(url: str, folder: Path) -> Scenes:
    command = [sys.executable, "-m", "tests.infrastructure.recovery.bad_workers", url, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads((folder / "report.json").read_text())
    with opened_store(url) as opened:
        service = service_on(opened.store, opened.leases, folder / "called")
        runs = {
            tenant_id: [
                service.history(tenant_id, run.run_id)
                for run in opened.views.summaries(tenant_id, EVERY_RUN, limit=9).summaries
            ]
            for tenant_id in report
        }
    return Scenes(report, runs)


def events_of(history: list[HistoryEntry], kind: type) -> list[Any]:
    return [entry.event for entry in history if isinstance(entry.event, kind)]


def test_a_run_that_its_workers_die_of_is_given_up_after_three_recoveries(scenes: Scenes) -> None:
    (history,) = scenes.runs["poison"]
    (failed,) = events_of(history, RunFailed)
    assert (failed.error.code, failed.error.details["tries"]) == ("RECOVERY_LIMIT", 3)
    assert len(events_of(history, RunRecovered)) == 4  # the last one gives it up
    told = scenes.report["poison"]
    assert (len(told), "is given up after 3 tries" in told[-1]) == (4, True)


def test_a_worker_that_stood_still_past_its_lease_has_its_append_refused(scenes: Scenes) -> None:
    outcome, said = scenes.report["zombie"]
    (history,) = scenes.runs["zombie"]
    (taken,) = [entry for entry in history if isinstance(entry.event, RunRecovered)]
    new_worker = taken.envelope.actor.id
    assert outcome == "success"
    assert f"was taken over by service {new_worker}; this worker has stopped" in said
    after = history[history.index(taken) :]
    assert {entry.envelope.actor.id for entry in after} == {new_worker}


def test_the_call_of_a_worker_that_stood_still_is_told_as_made_again(scenes: Scenes) -> None:
    (history,) = scenes.runs["zombie"]
    (recovered,) = events_of(history, RunRecovered)
    in_flight = recovered.calls_in_flight
    again = [each.call_id for each in events_of(history, ToolCallStarted) if each.attempt > 1]
    assert (in_flight != [], sorted(again)) == (True, sorted(in_flight))


def test_a_worker_of_another_pid_namespace_and_with_a_wrong_clock_keeps_its_run(
    scenes: Scenes,
) -> None:
    (history,) = scenes.runs["other_namespace"]
    assert scenes.report["other_namespace"] == []
    assert events_of(history, RunRecovered) == []
    assert isinstance(history[-1].event, RunCompleted)


def test_of_two_recoverers_each_run_is_taken_by_one(scenes: Scenes) -> None:
    histories = scenes.runs["two_recoverers"]
    assert [len(events_of(each, RunRecovered)) for each in histories] == [1, 1, 1, 1]
    assert all(isinstance(each[-1].event, RunCompleted) for each in histories)
    workers = [{entry.envelope.actor.id for entry in each[-3:]} for each in histories]
    assert [len(each) for each in workers] == [1, 1, 1, 1]
