"""The command as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from tests import served

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "adapters.cli")
_OURS = ("OPSTRAIL_", "FORCE_COLOR", "PYTHONIOENCODING", "PYTHONUNBUFFERED")


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a command: nothing of ours but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def opstrail(
    database: Path | str, *arguments: str, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, without a terminal."""
    words = [*arguments]
    where = ["--database", str(database)]
    if served.IS_ASKED_FOR and not served.is_of_the_machine(words):
        tenant = served.taken_out(words, "--tenant") or "default"
        where = ["--server", served.SERVERS.url(Path(database), tenant)]
    return subprocess.run(
        [*COMMAND, *where, *words],
        cwd=ROOT,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def start(*command: str, output: int = subprocess.PIPE, **more: str) -> "subprocess.Popen[str]":
    """Start a process that the test goes on with."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
