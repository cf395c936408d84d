"""How a run that stopped goes on: at which stage, and with which recorded results."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.errors import ErasedResult
from domain.plan.plan import Plan
from domain.replay.record.recording import CallEnded, is_erased
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import (
    HistoryEntry,
    PlanValidated,
    RunEvent,
    RunRecovered,
    RunResumed,
    StageStarted,
)
from domain.run.lifecycle import Stage
from domain.run.run import fold
from domain.run.state import Run
from domain.stages.call_facts import recorded_result
from domain.stages.sources import Past
from domain.stages.stage import ValidatedPlan
from domain.tools.contracts import ToolResult

_NONE: frozenset[str] = frozenset()
_DONE = frozenset({"completed", "skipped"})
_CUT_OFF = frozenset({"started", "interrupted"})
_REPEATED = _CUT_OFF | {"failed", "skipped"}


@dataclass(frozen=True, slots=True)
class GoingOn:
    """The stage where a run goes on, and the ids of the calls whose results are used again."""

    from_stage: Stage
    reused_calls: tuple[str, ...]


def resumption_of(entries: Sequence[HistoryEntry]) -> GoingOn:
    """Return how a failed run goes on: what failed is repeated.

    No call is repeated when the run failed after the stage that makes them.
    """
    run = _run(entries)
    stage = _stage_to_do(run)
    return GoingOn(
        stage, _calls(run, without=_REPEATED if stage is Stage.EXECUTE else frozenset())
    )


def recovery_of(entries: Sequence[HistoryEntry]) -> GoingOn:
    """Return how a run goes on that lost its worker: only what was under way is repeated."""
    run = _run(entries)
    return GoingOn(_stage_to_do(run), _calls(run, without=_CUT_OFF))


def past_of(entries: Sequence[HistoryEntry]) -> Past:
    """Return what a run with this history has done already; a new one has done nothing.

    Raises `ErasedResult`.
    """
    counting = _Counting()
    for entry in entries:
        _count(counting, entry.event)
    return Past(
        first_stage=counting.first_stage,
        stage_attempts=counting.stage_attempts,
        call_attempts=counting.call_attempts,
        outcomes=counting.outcomes,
        skips=counting.skips,
        validated=_validated(entries, counting.first_stage),
    )


@dataclass(slots=True)
class _Counting:
    """What is still used after some events; `labels` are those of the attempts under way."""

    first_stage: Stage = Stage.ROUTE_PLAN
    stage_attempts: Counter[Stage] = field(default_factory=Counter)
    call_attempts: Counter[str] = field(default_factory=Counter)
    labels: dict[str, str] = field(default_factory=dict)
    outcomes: dict[tuple[str, str], ToolResult] = field(default_factory=dict)
    skips: dict[str, str] = field(default_factory=dict)


def _count(counting: _Counting, event: RunEvent) -> None:
    match event:
        case StageStarted():
            counting.stage_attempts[event.stage] += 1
        case ToolCallStarted():
            counting.call_attempts[event.call_id] += 1
            counting.labels[event.call_id] = event.label
            # A new attempt at the same thing takes the place of the one before.
            counting.outcomes.pop((event.call_id, event.label), None)
        case ToolCallSucceeded() | ToolCallFailed():
            label = counting.labels[event.call_id]
            counting.outcomes[event.call_id, label] = _result(event)
        case ToolCallSkipped():
            counting.skips[event.call_id] = event.reason
        case RunResumed() | RunRecovered():
            _take_up(counting, event)
        case _:
            pass


def _result(event: CallEnded) -> ToolResult:
    if is_erased(event):
        raise ErasedResult(event.call_id)
    return recorded_result(event)


def _take_up(counting: _Counting, event: RunResumed | RunRecovered) -> None:
    counting.first_stage = event.from_stage
    if isinstance(event, RunRecovered):
        return  # a tool that failed just before its worker was lost need not fail again
    reused = set(event.reused_calls)
    counting.outcomes = {key: each for key, each in counting.outcomes.items() if key[0] in reused}
    counting.skips = {key: each for key, each in counting.skips.items() if key in reused}


def _validated(entries: Sequence[HistoryEntry], first_stage: Stage) -> ValidatedPlan | None:
    found = [entry.event for entry in entries if isinstance(entry.event, PlanValidated)]
    if not found or first_stage in {Stage.ROUTE_PLAN, Stage.VALIDATE}:
        return None
    return ValidatedPlan(Plan.model_validate(found[-1].plan), tuple(found[-1].decisions))


def _run(entries: Sequence[HistoryEntry]) -> Run:
    return fold(entries[0].envelope.stream_id, (entry.event for entry in entries))


def _stage_to_do(run: Run) -> Stage:
    to_do = (s for s in Stage if s not in run.stages or run.stages[s].status not in _DONE)
    return next(to_do, Stage.PRESENT)


def _calls(run: Run, *, without: frozenset[str]) -> tuple[str, ...]:
    return tuple(call_id for call_id, tries in run.calls.items() if tries.status not in without)
