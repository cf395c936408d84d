"""A command is interrupted, terminated or killed at some moment, and its runs are in order."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from domain.run.lifecycle import ENDED_STATES
from domain.run_filter.filter import EVERY_RUN
from tests.acceptance.cli import ROOT, environment, opstrail

SLOW = str(Path(__file__).with_name("slow_steps.py"))
QUESTION = "How many configuration items are there?"
COMMANDS = {
    "ask": ("ask", QUESTION),
    "run start": ("run", "start", "--plan", "{plan}"),
    "replay start": (
        "replay",
        "start",
        "--mode",
        "rerun",
        "-q",
        "started > -1h",
        "--reason",
        "test",
    ),
}
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGKILL)
SEED, FEW, MANY = 11, 8, 40
TENANT = "default"
LEASE_SECONDS = 0.5


@dataclass(frozen=True)
class Site:
    """A database with two runs, a plan, and how long each command takes here."""

    template: Path
    plan: Path
    seconds: dict[str, float]

    def process(self, database: Path, name: str) -> "subprocess.Popen[str]":
        words = [word.format(plan=self.plan) for word in COMMANDS[name]]
        return subprocess.Popen(
            [sys.executable, SLOW, "--database", str(database), *words],
            cwd=ROOT,
            env=environment(OPSTRAIL_LEASE_SECONDS=str(LEASE_SECONDS)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # a process group of its own
        )


@dataclass(frozen=True)
class Ended:
    """What became of a command and of its runs."""

    name: str
    number: signal.Signals
    after: float
    code: int
    err: str
    unfinished_count: int
    is_sound: bool


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("anywhere")
    template, plan = folder / "template.db", folder / "plan.json"
    for _ in range(2):
        opstrail(template, "ask", QUESTION)
    planned = opstrail(template, "ask", QUESTION, "--plan-only")
    plan.write_text(planned.stdout, encoding="utf-8")
    site = Site(template, plan, {})
    for name in COMMANDS:
        database = Path(shutil.copy(template, folder / "measured.db"))
        begun = time.monotonic()
        process = site.process(database, name)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        site.seconds[name] = time.monotonic() - begun
    return site


def ended(site: Site, folder: Path, count: int) -> Iterator[Ended]:
    """Yield what becomes of this many commands, each ended at a random moment."""
    chosen = random.Random(SEED)
    for turn in range(count):
        name = [*COMMANDS][turn % len(COMMANDS)]
        number, after = SIGNALS[turn % len(SIGNALS)], chosen.uniform(0, site.seconds[name])
        database = Path(shutil.copy(site.template, folder / f"{turn}.db"))
        process = site.process(database, name)
        time.sleep(after)
        os.killpg(process.pid, number)
        _, err = process.communicate(timeout=60)
        yield Ended(name, number, after, process.returncode, err, *found_in(database))


def found_in(database: Path) -> tuple[int, bool]:
    """Return how many runs have not ended, and whether all is sound and those are recoverable."""
    with open_service(f"sqlite:///{database}") as opstrail:
        summaries = opstrail.reader.summaries(TENANT, EVERY_RUN, limit=9).summaries
        unfinished = {each.run_id for each in summaries if each.state not in ENDED_STATES}
        for each in summaries:
            opstrail.reader.history(TENANT, each.run_id)
        verified = opstrail.log.verify(0, on_progress=lambda _: None)
        time.sleep(LEASE_SECONDS if unfinished else 0)
        lost = {each.run for each in asyncio.run(opstrail.recovery.lost(TENANT))}
        return len(unfinished), verified.is_sound and lost == unfinished


def wrong(each: Ended) -> bool:
    """Return whether something is not as it must be after that."""
    if not each.is_sound or "Traceback" in each.err:
        return True
    if each.number is signal.SIGKILL:
        return each.code not in {0, -signal.SIGKILL}
    # 0: it was done by then. By the signal itself: nothing was begun, or all was done.
    return each.unfinished_count > 0 or each.code not in {0, 130, -each.number}


def test_whenever_it_is_ended_its_runs_are_in_order(site: Site, tmp_path: Path) -> None:
    assert [each for each in ended(site, tmp_path, FEW) if wrong(each)] == []


@pytest.mark.long
def test_that_holds_at_forty_moments(site: Site, tmp_path: Path) -> None:
    assert [each for each in ended(site, tmp_path, MANY) if wrong(each)] == []
