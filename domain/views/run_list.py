"""The run list, made of summaries that are at hand."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Final

from domain.ports import ErrorGroup
from domain.run.events import HistoryEntry
from domain.run.summary import RunSummary, age
from domain.run_filter.fields import COMPLETED
from domain.run_filter.filter import RunFilter, asks_for_calls
from domain.views.calls import call_views
from domain.views.json_form import View
from domain.views.matching import Candidate, matches

RUNS: Final[View[list[RunSummary]]] = View("runs", list[RunSummary])
ERRORS: Final[View[list[ErrorGroup]]] = View("errors", list[ErrorGroup])

Histories = Callable[[str], Iterable[HistoryEntry]]
"""Returns the history of the run with this id."""


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
                call_views(history_of(run.run_id)) if has_calls else (),
                run.run_id in superseded,
            ),
        )
    ]
    return sorted(found, key=age, reverse=True)


def grouped_errors(newest_first: Iterable[RunSummary]) -> list[ErrorGroup]:
    """Return the runs with errors by the kind of error; see `RunViews.errors`."""
    kinds: dict[str, list[RunSummary]] = defaultdict(list)
    for run in newest_first:
        if run.fingerprint is not None:
            kinds[run.fingerprint].append(run)
    groups = [
        ErrorGroup(
            fingerprint=fingerprint,
            run_count=len(runs),
            first_at=runs[-1].requested_at,
            newest=runs[0],
        )
        for fingerprint, runs in sorted(kinds.items())
    ]
    # Stable: what is as frequent keeps the order of the sorting before.
    groups.sort(key=lambda group: group.newest.requested_at, reverse=True)
    return sorted(groups, key=lambda group: -group.run_count)


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
