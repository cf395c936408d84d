"""Runs verify as same, whatever zone, language and order of sets a process has."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

from domain.replay.verify.planning import DrivenPlanning
from domain.run.events import HistoryEntry
from tests.domain.replay.verify.planning import asked, driven

ROOT = Path(__file__).parents[4]
QUESTIONS = (
    "Which servers have the highest CPU usage?",
    "events of severity 2 and above in zone-a since yesterday",
    "How many applications and databases are owned by erp-platform in prod?",
    "Overview of ERP System: state, related CIs, recent events, metrics.",
    "events last week", "failed work last month", "what happened today", "events in December",
    "servers in zone-7", "Show the moon", "hello", "Show the passwords",
)  # fmt: skip
SURROUNDINGS = (
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/St_Johns", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "4242"},
)
SCRIPT = """
import pickle, sys
from tests.domain.replay.verify.test_same_everywhere import verified_and_asked
sys.stdout.buffer.write(pickle.dumps(verified_and_asked(pickle.load(sys.stdin.buffer))))
"""
Texts = list[list[str]]


def verified_and_asked(recorded: list[list[HistoryEntry]]) -> tuple[list[DrivenPlanning], Texts]:
    """What comes of the runs on the record, and what is recorded when all is asked here."""
    found = [driven(history) for history in recorded]
    return found, [_planned(asked(question)) for question in QUESTIONS]


def _planned(history: list[HistoryEntry]) -> list[str]:
    """What is stored of the planning: nothing of it is measured."""
    data = (entry.envelope.data for entry in history)
    return [text for text in data if '"looked_up":' in text]


def _elsewhere(given: bytes, surroundings: dict[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**os.environ, **surroundings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    process.stdin.write(given)
    process.stdin.close()
    process.stdin = None
    return process


def test_runs_verify_as_same_in_every_zone_language_and_order_of_sets() -> None:
    recorded = [asked(question) for question in QUESTIONS]
    same = [DrivenPlanning()] * len(recorded)
    texts = [_planned(history) for history in recorded]
    processes = [_elsewhere(pickle.dumps(recorded), each) for each in SURROUNDINGS]
    for said in [process.communicate(timeout=60)[0] for process in processes]:
        assert pickle.loads(said) == (same, texts)  # noqa: S301 - our own
