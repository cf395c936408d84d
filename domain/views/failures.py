"""The failures of runs and of their calls, made of summaries and histories that are at hand."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from domain.run.events import HistoryEntry
from domain.run.failures import Attempt, Failure, FailureGroup, Kind
from domain.run.summary import RunSummary
from domain.run_filter.fields import COMPLETED
from domain.views.calls import CallView, call_views
from domain.views.json_form import View

FAILURES: Final[View[list[FailureGroup]]] = View("failures", list[FailureGroup])

RunWithHistory = tuple[RunSummary, Sequence[HistoryEntry]]


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
