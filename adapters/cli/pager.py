"""Long texts on a terminal: they go through a pager, as those of git do."""

import os
import shlex
import signal
import sys
from collections.abc import Mapping
from typing import Final

_USUAL: Final = "less"
_LESS: Final = "FRX"
"""For `less`: end at once where it fits after all, pass colours on, and leave the text there."""


def page(text: str, *, height: int) -> None:
    """Print the text to a terminal, by the pager where it is higher.

    Who leaves the pager early has read enough: that is no error, and neither is Ctrl-C in it.
    """
    pager = pager_of(os.environ) if text.count("\n") >= height else None
    if pager is None or not _is_paged(text, pager):
        sys.stdout.write(text)


def pager_of(environment: Mapping[str, str]) -> list[str] | None:
    """Return the words that start the pager: OPSTRAIL_PAGER, PAGER, or less; None for none.

    An empty variable, or `cat`, is none.
    """
    named = environment.get("OPSTRAIL_PAGER", environment.get("PAGER", _USUAL))
    try:
        words = shlex.split(named)
    except ValueError:
        words = []
    return None if words in ([], ["cat"]) or environment.get("TERM") == "dumb" else words


def _is_paged(text: str, pager: list[str]) -> bool:
    """Return whether the pager was there to show the text."""
    import subprocess

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the pager takes it
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own pager
            pager, stdin=subprocess.PIPE, env={"LESS": _LESS, **os.environ}, text=True
        )
        process.communicate(text)
    except OSError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)
    return True
