"""Somebody steps through a run and presses Ctrl-C."""

import signal
import subprocess
from pathlib import Path

from tests.acceptance.cli import COMMAND, ROOT, environment, opstrail


def test_ctrl_c_ends_the_steps_as_q_does(tmp_path: Path) -> None:
    database = tmp_path / "opstrail.db"
    opstrail(database, "ask", "How many configuration items are there?")
    process = subprocess.Popen(
        [*COMMAND, "--database", str(database), "run", "step", "latest"],
        cwd=ROOT,
        env=environment(PYTHONUNBUFFERED="1"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("n\n")
    process.stdin.flush()
    while not process.stdout.readline().startswith("event 2 of"):
        pass
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
