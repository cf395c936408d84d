"""A call that does not answer holds up nobody beyond its deadline, or the end of its run."""

import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.bootstrap import open_service
from adapters.cli.database_names import database_url_of
from tests.acceptance.cli import COMMAND, opstrail, start

if TYPE_CHECKING:
    import subprocess

HANGING = str(Path(__file__).with_name("hanging_calls.py"))
QUESTION = "How many configuration items are there?"
SOON = 10.0
"""Seconds; the call hangs for a minute, and the machine may be busy."""


@dataclass(frozen=True)
class Hanging:
    """A database, and how calls hang there."""

    database: Path
    hangs: str

    def asked(self, *options: str) -> "subprocess.Popen[str]":
        """Start a question whose call hangs by now."""
        command = (sys.executable, HANGING, "--database", str(self.database))
        process = start(*command, "ask", QUESTION, *options, HANGS=self.hangs)
        assert process.stderr is not None
        while process.stderr.readline() != "calling\n":
            assert process.poll() is None
        return process

    def state(self) -> str:
        with open_service(database_url_of(str(self.database))) as opstrail:
            run_id = opstrail.reader.resolve("default", "latest")
            return opstrail.reader.summary("default", run_id).state


@pytest.fixture
def hanging(request: pytest.FixtureRequest, tmp_path: Path) -> Hanging:
    backend, hangs = request.param.split()
    if backend == "sqlite":
        return Hanging(tmp_path / "opstrail.db", hangs)
    return Hanging(request.getfixturevalue("postgres_url"), hangs)


STATEMENTS = ["sqlite statement", "postgres statement"]


@pytest.mark.parametrize("hanging", [*STATEMENTS, "sqlite thread"], indirect=True)
def test_the_answer_comes_at_the_deadline(hanging: Hanging) -> None:
    process, begun = hanging.asked("--timeout-ms", "300"), time.monotonic()
    out, err = process.communicate(timeout=60)
    assert begun + SOON > time.monotonic()
    went_on = "; its thread was given up and may still work" if hanging.hangs == "thread" else ""
    assert (process.returncode, err, hanging.state()) == (1, "", "failed")
    assert f"Timeout after 300 ms{went_on}\n" in out + "\n"


@pytest.mark.parametrize("hanging", STATEMENTS, indirect=True)
def test_another_process_cancels_it_and_a_third_one_watches(hanging: Hanging) -> None:
    process = hanging.asked()
    watching = start(*COMMAND, "--database", str(hanging.database), "run", "watch", "latest")
    assert watching.stdout is not None
    while "  tool-call-started " not in watching.stdout.readline():
        assert watching.poll() is None
    begun = time.monotonic()
    cancelled = opstrail(hanging.database, "run", "cancel", "latest", "--reason", "enough")
    out, err = process.communicate(timeout=60)
    assert begun + SOON > time.monotonic()
    run_id = cancelled.stdout.split()[0]
    assert (process.returncode, out) == (1, "")
    assert err.startswith(f"opstrail: run {run_id} was cancelled by person ")
    assert ": enough; `opstrail --database " in err
    assert f" run resume {run_id}" in err
    seen, said = watching.communicate(timeout=60)
    assert (watching.returncode, said) == (1, "")
    assert "  run-cancelled " in seen.splitlines()[0]
    assert seen.splitlines()[-1].startswith(run_id)


@pytest.mark.parametrize("hanging", ["sqlite thread"], indirect=True)
def test_a_signal_cancels_it(hanging: Hanging) -> None:
    process, begun = hanging.asked(), time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert begun + SOON > time.monotonic()
    assert (process.returncode, out, hanging.state()) == (130, "", "cancelled")
    assert err.startswith("opstrail: interrupted; run-")
