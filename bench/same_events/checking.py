"""Makes the runs here and on an older commit, and compares what they stored."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.checkouts import environment
from bench.same_events.comparison import (
    ANY_ORDER,
    CODES,
    TELLS_LIMITS,
    differences,
    holds_news,
)
from bench.same_events.kind import Kind

_DRIVER: Final = Path(__file__).parent / "driver.py"
_PATIENCE_SECONDS: Final = 900


class DriverFailed(Exception):
    """The process that makes or imports runs has failed; the message is what it said."""


def made_on(root: Path, folder: Path, kinds: Sequence[Kind]) -> Path:
    """Make runs of these kinds with the code of a checkout, and return the folder."""
    folder.mkdir(parents=True)
    _drive("make", root, folder, json.dumps([kind.plain() for kind in kinds]))
    return folder


def import_problems(root: Path, folder: Path, kinds: Sequence[Kind]) -> dict[str, list[str]]:
    """Return by kind what a checkout finds wrong in the logs of the folder; empty if sound.

    It imports each into a new database and verifies it there. Logs that hold what is newer than
    693ce3c, which no older one can read, are left out.
    """
    names = [kind.name for kind in kinds if not holds_news(log_of(folder, kind))]
    found: dict[str, list[str]] = json.loads(_drive("import", root, folder, json.dumps(names)))
    return found


def log_of(folder: Path, kind: Kind) -> Path:
    """Return the exported log of the runs of a kind."""
    return folder / kind.name / "log.jsonl"


def kind_problems(kind: Kind, older: Path, newer: Path) -> list[str]:
    """Return how the runs of a kind differ between the folders, and if they are of the kind."""
    logs = log_of(older, kind), log_of(newer, kind)
    files = [folder / kind.name / "codes.json" for folder in (older, newer)]
    then, now = (json.loads(file.read_text()) for file in files)
    is_meant = kind.name in CODES and (then, now) == CODES[kind.name][:2]
    found = [] if then == now or is_meant else [f"exit codes were {then} and are {now}"]
    if kind.shows not in logs[0].read_text(encoding="utf-8"):
        found.append(f"{kind.shows} should occur and does not: the runs are of another kind")
    return found + differences(
        *logs,
        is_any_order=kind.name in ANY_ORDER,
        tells_limits=kind.name in TELLS_LIMITS,
    )


def _drive(task: str, root: Path, folder: Path, given: str) -> str:
    command = [sys.executable, str(_DRIVER), task, str(root), str(folder)]
    done = subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=root,
        env={**environment(root), "OPSTRAIL_LEASE_SECONDS": "0.5"},  # so that who died is lost
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode:
        raise DriverFailed(done.stderr)
    return done.stdout
