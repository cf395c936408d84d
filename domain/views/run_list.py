"""The run list, made of summaries that are at hand."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from domain.run.events import HistoryEntry
from domain.run.summary import RunSummary, age
from domain.run_filter.fields import COMPLETED
from domain.run_filter.filter import RunFilter, asks_for_calls
from domain.views.calls import call_views
from domain.views.json_form import View
from domain.views.matching import Candidate, matches

RUNS: Final[View[list[RunSummary]]] = View("runs", list[RunSummary])

Histories = Callable[[str], Iterable[HistoryEntry]]
"""Returns the history of the run with this id."""

RunWithHistory = tuple[RunSummary, Sequence[HistoryEntry]]


def fitting(
    runs: Collection[RunSummary], where: RunFilter, *, history_of: Histories
) -> list[RunSummary]:
    """Return those of the runs of a tenant that the filter fits, newest first."""
    superseded = _superseded(runs)
    has_calls = asks_for_calls(where)
    found = [
        run
        for run in runs
        if matches(
            where,
            Candidate(
                run,
                call_views([*history_of(run.run_id)]) if has_calls else (),
                run.run_id in superseded,
            ),
        )
    ]
    return sorted(found, key=age, reverse=True)


def _superseded(runs: Iterable[RunSummary]) -> set[str]:
    """Return the ids of the runs that were made good: a fork or rerun, however far, completed."""
    parents = {run.run_id: run.parent_run_id for run in runs}
    found: set[str] = set()
    for run in runs:
        parent = run.parent_run_id if run.state == COMPLETED else None
        while parent is not None and parent not in found:
            found.add(parent)
            parent = parents.get(parent)
    return found
