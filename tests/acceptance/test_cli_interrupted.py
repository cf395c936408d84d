"""Somebody presses Ctrl-C while a run is under way."""

import json
import signal
import sys
from pathlib import Path

import pytest

from tests.acceptance.cli import opstrail, start

SLOW = str(Path(__file__).with_name("slow_planning.py"))


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str, str]:
    """The database, the exit code, and what was said."""
    database = tmp_path_factory.mktemp("interrupted") / "opstrail.db"
    opstrail(database, "db", "upgrade")
    question = "How many configuration items are there?"
    process = start(sys.executable, SLOW, "--database", str(database), "ask", question)
    assert process.stderr is not None
    assert "is empty" in process.stderr.readline()
    assert process.stderr.readline() == "planning\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return database, process.returncode, out, err


def test_the_command_ends_with_130(interrupted: tuple[Path, int, str, str]) -> None:
    _, code, out, _ = interrupted
    assert (code, out) == (130, "")


def test_one_line_says_which_run_was_cancelled(interrupted: tuple[Path, int, str, str]) -> None:
    database, _, _, err = interrupted
    run_id = opstrail(database, "run", "list", "-o", "ids").stdout.strip()
    assert err == f"opstrail: interrupted; {run_id} is cancelled\n"


def test_the_history_ends_with_the_cancellation_and_folds(
    interrupted: tuple[Path, int, str, str],
) -> None:
    database = interrupted[0]
    state = json.loads(opstrail(database, "run", "state", "latest", "-o", "json").stdout)
    assert (state["state"], state["allowed"]) == ("cancelled", ["resume"])


def test_the_timeline_marks_what_was_interrupted(
    interrupted: tuple[Path, int, str, str],
) -> None:
    out = opstrail(interrupted[0], "run", "timeline", "latest").stdout
    assert "■ route_plan" in out


def test_the_database_stays_sound(interrupted: tuple[Path, int, str, str]) -> None:
    assert opstrail(interrupted[0], "db", "check").returncode == 0
