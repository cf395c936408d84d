"""The run list, made of summaries that are at hand."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final

from domain.run.events import HistoryEntry
from domain.run.failures import Attempt, Failure, FailureGroup, Kind
from domain.run.summary import RunSummary, age
from domain.run_filter.fields import COMPLETED
from domain.run_filter.filter import RunFilter, asks_for_calls
from domain.views.calls import CallView, call_views
from domain.views.json_form import View
from domain.views.matching import Candidate, matches

RUNS: Final[View[list[RunSummary]]] = View("runs", list[RunSummary])
FAILURES: Final[View[list[FailureGroup]]] = View("failures", list[FailureGroup])

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


def failures_in(runs: Iterable[RunWithHistory]) -> Iterator[Failure]:
    """Yield every failure of the runs and of their calls."""
    for run, history in runs:
        if run.fingerprint is not None:
            yield Failure(
                fingerprint=run.fingerprint,
                run_id=run.run_id,
                at=run.ended_at or run.updated_at,
                code=run.error_code or "",
                message=run.error or "",
                question=run.question,
            )
        yield from (_failed(call, run) for call in call_views(history) if call.fingerprint)


def attempts_in(runs: Iterable[RunWithHistory], kind: Kind) -> Iterator[Attempt]:
    """Yield what was tried of such calls, or of such questions, when none was called."""
    for run, history in runs:
        if kind.made is not None:
            for call in call_views(history):
                if (call.tool, call.operation) == kind.made and call.went_out and call.ended_at:
                    yield Attempt(call.ended_at, call.fingerprint)
        elif run.question in kind.questions and run.ended_at and _has_come_out(run):
            yield Attempt(run.ended_at, run.fingerprint)


def _has_come_out(run: RunSummary) -> bool:
    return run.state == COMPLETED or run.fingerprint is not None


def _failed(call: CallView, run: RunSummary) -> Failure:
    return Failure(
        fingerprint=call.fingerprint or "",
        run_id=run.run_id,
        at=call.ended_at or "",
        code=call.error_code or "",
        message=call.error or "",
        question=run.question,
        call_id=call.call_id,
        tool=call.tool,
        operation=call.operation,
    )


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
