"""What commands cost from their start to their end, against importing the libraries they use."""

import math
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.harness import Workload

_IMPORT = (sys.executable, "-c", "import sqlalchemy, pydantic, typer, rich")
_OPSTRAIL = (sys.executable, "-m", "adapters.cli")
_QUESTION = "What is affected if srv-erp-01 fails?"
_COMMANDS = (
    ("--help",),
    ("run", "list"),
    ("run", "show", "latest"),
    ("run", "timeline", "latest"),
    ("run", "events", "latest"),
    ("ask", _QUESTION),
)
_TRIES = 5


def workloads(folder: Path) -> list[Workload]:
    """Return the commands, on a new demo estate in the folder in which one question was asked."""
    environment = _as_installed(folder)
    for words in (("estate", "demo"), ("ask", _QUESTION)):
        _cpu_seconds((*_OPSTRAIL, *words), environment)
    commands = [
        Workload(
            f"`opstrail {words[0] if words[0] == 'ask' else ' '.join(words)}`, CPU of the import",
            "x",
            partial(_ratio, (*_OPSTRAIL, *words), environment),
            ".2f",
        )
        for words in _COMMANDS
    ]
    libraries = partial(_least, _IMPORT, environment)
    return [Workload(f"`{_IMPORT[-1]}`, CPU", "s", libraries, ".3f"), *commands]


def _as_installed(folder: Path) -> dict[str, str]:
    """Return the environment in which modules are compiled once, as an installation has them."""
    inherited = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    return inherited | {
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "OPSTRAIL_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
    }


def _ratio(command: Sequence[str], environment: dict[str, str]) -> float:
    """Return the least of a few tries against the least of the import, tried in turn."""
    ours = libraries = math.inf
    for _ in range(_TRIES):
        ours = min(ours, _cpu_seconds(command, environment))
        libraries = min(libraries, _cpu_seconds(_IMPORT, environment))
    return ours / libraries


def _least(command: Sequence[str], environment: dict[str, str]) -> float:
    return min(_cpu_seconds(command, environment) for _ in range(_TRIES))


def _cpu_seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, capture_output=True)  # noqa: S603 - ours
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
