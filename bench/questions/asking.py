"""Asks by the command, each question in a child of one process that has loaded everything."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

_AT_ONCE: Final = 2
_ALARM_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command said: its exit code, and the JSON that it printed, if any."""

    exit_code: int
    answer: dict[str, Any]
    errors: str
    seconds: float


def run(arguments: Sequence[str], folder: Path) -> Asked:
    """Run one command to its end."""
    return run_all([arguments], folder)[0]


def run_all(commands: Sequence[Sequence[str]], folder: Path) -> list[Asked]:
    """Run commands, two at a time, and return what each said, in their order."""
    asked: dict[int, Asked] = {}
    running: dict[int, tuple[int, float]] = {}
    waiting = list(enumerate(commands))
    while waiting or running:
        while waiting and len(running) < _AT_ONCE:
            index, arguments = waiting.pop(0)
            child = _fork(partial(_command, arguments), folder / f"said-{index}")
            running[child] = index, time.monotonic()
        child, status = os.wait()
        index, began = running.pop(child)
        asked[index] = _said(folder / f"said-{index}", status, time.monotonic() - began)
    return [asked[index] for index in range(len(commands))]


def warm_up(arguments: Sequence[str], folder: Path) -> None:
    """Load what a command needs into this process, for the children to find it there."""
    names = folder / "modules"

    def told() -> int:
        code = _command(arguments)
        names.write_text("\n".join(name for name in sys.modules if name != "__main__"))
        return code

    _, status = os.waitpid(_fork(told, folder / "said-first"), 0)
    _said(folder / "said-first", status, 0.0)
    for name in names.read_text().split():
        if name.split(".")[0] in {"adapters", "domain", "infrastructure", "sqlalchemy", "rich"}:
            import_module(name)


def _command(arguments: Sequence[str]) -> int:
    from adapters.cli.__main__ import run as run_command  # noqa: PLC0415 - only children need it

    sys.argv = ["opstrail", *arguments]
    return run_command()


def _fork(work: Callable[[], int], said: Path) -> int:
    """Start a child that does some work, and whose words go to two files; return its id."""
    sys.stdout.flush()
    if child := os.fork():
        return child
    signal.alarm(_ALARM_SECONDS)
    for stream, suffix in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(f"{said}{suffix}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), stream)
    code = 70
    try:
        code = work()
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _said(said: Path, status: int, seconds: float) -> Asked:
    out, errors = (Path(f"{said}{suffix}") for suffix in (".out", ".err"))
    texts = out.read_text(), errors.read_text()
    out.unlink()
    errors.unlink()
    try:
        answer = json.loads(texts[0])
    except ValueError:
        answer = {}
    return Asked(os.waitstatus_to_exitcode(status), answer, texts[1], round(seconds, 2))
