"""Bulk replays of processes that are killed, interrupted, or aborted by others."""

import asyncio
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from domain.aggregate.envelope import Actor
from domain.run.commands import RequestRun
from domain.run_filter.filter import EVERY_RUN
from domain.views.bulk_replay import BulkReplayView
from domain.writer import Authorship
from tests.acceptance.cli import COMMAND, ROOT, environment, start
from tests.estate_fixture import NOW, SMALL_ESTATE, TENANT

GATED = str(Path(__file__).with_name("gated_replays.py"))
RUN_COUNT = 5
WHY = ("--reason", "to see")
VERIFY = ("replay", "start", "--mode", "verify", "-q", "started > -1h", *WHY)
RERUN = ("replay", "start", "--mode", "rerun", "-q", "started > -1h", "--concurrency", "1", *WHY)


class Site:
    """A database with some runs, and commands on it."""

    def __init__(self, url: str, gate: Path) -> None:
        self._options, self._url, self._gate = ("--database", url, "--tenant", TENANT), url, gate
        with open_service(url) as opstrail:
            opstrail.estates.writer.load(TENANT, SMALL_ESTATE, mode="replace", at=NOW)
            by = Authorship(TENANT, Actor("person", "ada"))
            for _ in range(RUN_COUNT):
                asked = RequestRun(question="What is affected if srv-01 fails?")
                run_id = opstrail.runs.request(asked, by).run_id
                asyncio.run(opstrail.runs.carry_out(TENANT, run_id))

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*COMMAND, *self._options, *arguments],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    def at_the_gate(self, *arguments: str, lease_seconds: str = "30") -> "subprocess.Popen[str]":
        """Start a bulk replay, and return when its third run is done and not recorded."""
        command = (sys.executable, GATED, *self._options, *arguments)
        surroundings = {"OPEN_GATE": str(self._gate), "OPSTRAIL_LEASE_SECONDS": lease_seconds}
        process = start(*command, **surroundings)  # type: ignore[arg-type]  # none is `output`
        assert process.stderr is not None
        assert process.stderr.readline().startswith("started replay-")
        assert process.stderr.readline() == "at the gate\n"
        return process

    def open_gate(self, process: "subprocess.Popen[str]") -> str:
        """Let the process go on to its end, and return what it told."""
        self._gate.touch()
        return process.communicate(timeout=60)[1]

    def shown(self) -> BulkReplayView:
        with open_service(self._url) as opstrail:
            return opstrail.bulk_replays.newest(TENANT, limit=1)[0]

    def results(self) -> list[str]:
        """The runs that were replayed."""
        with open_service(self._url) as opstrail:
            replay_id = opstrail.bulk_replays.resolve(TENANT, "latest")
            return [each.run_id for each in opstrail.bulk_replays.results(TENANT, replay_id)]

    def parents(self) -> Counter[str | None]:
        """How many runs come from each run; None counts those that come from none."""
        with open_service(self._url) as opstrail:
            found = opstrail.reader.summaries(TENANT, EVERY_RUN, limit=100).summaries
        return Counter(summary.parent_run_id for summary in found)


@pytest.fixture
def sqlite_site(tmp_path: Path) -> Site:
    return Site(f"sqlite:///{tmp_path}/opstrail.db", tmp_path / "gate")


@pytest.fixture(params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    if request.param == "sqlite":
        found: Site = request.getfixturevalue("sqlite_site")
        return found
    return Site(request.getfixturevalue("postgres_url"), tmp_path / "gate")


def test_one_that_was_killed_goes_on_and_makes_nothing_twice(site: Site) -> None:
    process = site.at_the_gate(*RERUN, lease_seconds="1")
    process.kill()
    process.communicate(timeout=60)
    left = site.shown()
    assert (left.state, left.done_count) == ("started", 2)
    time.sleep(1)  # until its lease has run out
    assert site("replay", "continue", "latest").returncode == 0
    assert site.shown().state == "completed"
    assert (len(site.results()), len(set(site.results()))) == (RUN_COUNT, RUN_COUNT)
    parents = site.parents()
    assert parents.pop(None) == RUN_COUNT
    assert list(parents.values()) == [1] * RUN_COUNT


def test_one_is_aborted_by_another_process(site: Site) -> None:
    process = site.at_the_gate(*VERIFY)
    assert site("replay", "abort", "latest", "--reason", "enough").returncode == 0
    told = site.open_gate(process)
    assert (process.returncode, told.split()[-2:]) == (1, ["was", "aborted"])
    shown = site.shown()
    assert (shown.state, shown.done_count, shown.aborted_because) == ("aborted", 3, "enough")


def test_one_whose_process_lives_is_not_taken_from_it(sqlite_site: Site) -> None:
    site = sqlite_site
    process = site.at_the_gate(*VERIFY)
    refused = site("replay", "continue", "latest")
    assert (refused.returncode, "is being carried out by" in refused.stderr) == (2, True)
    site.open_gate(process)
    assert (process.returncode, site.shown().state) == (0, "completed")


def test_ctrl_c_stops_after_the_run_and_says_how_to_go_on(sqlite_site: Site) -> None:
    site = sqlite_site
    process = site.at_the_gate(*VERIFY)
    process.send_signal(signal.SIGINT)
    told = site.open_gate(process)
    replay_id = site.shown().replay_id
    assert process.returncode == 130
    pasted = f"opstrail {' '.join(site._options)} replay continue {replay_id}"
    assert told == f"opstrail: stopped; 3 of 5 runs are done; {pasted}\n"
    assert site("replay", "continue", replay_id).returncode == 0
    assert len(set(site.results())) == RUN_COUNT
