"""Helping with the name of a run that leads nowhere, or to several."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from domain.run.summary import RunSummary
from domain.values.text import shown

_NEARLY: Final = 0.7


def with_questions(runs: Iterable[RunSummary]) -> dict[str, str]:
    """Return the ids of the runs, each with its question."""
    return {run.run_id: shown(run.question) for run in runs}


def what_works(text: str, newest: Sequence[RunSummary]) -> str:
    """Say what would name one of the newest runs: one that is nearly called so, or the latest."""
    if not newest:
        return "it has none yet: `run.ask` makes one"
    names = {name: run for run in newest for name in (run.run_id, run.run_id[-len(text) :])}
    near = get_close_matches(text.lower(), names, n=1, cutoff=_NEARLY)
    which, run = ("the nearest is", names[near[0]]) if near else ("the latest is", newest[0])
    return f"{which} {run.run_id} ({shown(run.question)}), and `run.list` has them all"
