"""Measuring in a process of its own, with the Python and the code that it is about."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.checkouts import HERE, REFERENCE, NoSuchCommit, checkout, environment
from bench.harness import NotMeasured, Options

_START_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Program:
    """A Python, and the checkout whose code it runs."""

    python: Path
    root: Path

    def result(self, arguments: Sequence[str], *, seconds: float) -> Mapping[str, Any]:
        """Return the last line that it prints, which is JSON, after about so many seconds of work.

        Raises `NotMeasured` when it failed.
        """
        patience = _START_SECONDS + 4 * seconds
        try:
            done = subprocess.run(  # noqa: S603 - our own commands
                [str(self.python), *arguments],
                cwd=self.root,
                env=environment(self.root),
                capture_output=True,
                text=True,
                timeout=patience,
                check=True,
            )
        except subprocess.TimeoutExpired:
            why = f"it did not end within {patience:.0f} seconds"
            raise NotMeasured(why) from None
        except subprocess.CalledProcessError as error:
            lines = error.stderr.strip().splitlines() or ["it failed without a word"]
            raise NotMeasured(lines[-1]) from None
        result: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return result


def ours() -> Program:
    """Return this opstrail."""
    return Program(Path(sys.executable), HERE)


def reference() -> Program:
    """Return the opstrail that ours is compared with. Raises `NotMeasured`."""
    try:
        return Program(Path(sys.executable), checkout(REFERENCE))
    except NoSuchCommit as error:
        raise NotMeasured(str(error)) from None


def peers(options: Options) -> Program:
    """Return the Python of the peers. Raises `NotMeasured`."""
    if not options.peers.exists():
        why = "it is not installed"
        raise NotMeasured(why)
    return Program(options.peers, HERE)
