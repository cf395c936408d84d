"""How a run that stopped goes on: at which stage, and with which recorded results."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import ErasedResult
from domain.plan.calls import planned_calls
from domain.plan.patch import patched_calls
from domain.plan.plan import Plan
from domain.replay.record.recording import CallEnded, is_erased
from domain.replay.record.terms import terms_of
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
from domain.run.fold import fold
from domain.run.lifecycle import Stage
from domain.run.state import Run
from domain.stages.call_facts import recorded_result
from domain.stages.sources import Past
from domain.stages.stage import ValidatedPlan
from domain.tools.contracts import ToolResult

_DONE = frozenset({"completed", "skipped"})
_CUT_OFF = frozenset({"started", "interrupted"})


@dataclass(frozen=True, slots=True)
class GoingOn:
    """The stage where a run goes on, and the ids of the calls whose results are used again.

    `calls_in_flight` have begun and not ended.
    """

    from_stage: Stage
    reused_calls: tuple[str, ...]
    calls_in_flight: tuple[str, ...]


def recovery_of(entries: Sequence[HistoryEntry]) -> GoingOn:
    """Return how a run goes on that lost its worker: only what was under way is repeated."""
    run = fold(entries[0].envelope.stream_id, (entry.event for entry in entries))
    calls = (call_id for call_id, tries in run.calls.items() if tries.status not in _CUT_OFF)
    in_flight = (call_id for call_id, tries in run.calls.items() if tries.status == "started")
    return GoingOn(stage_to_do(run), tuple(calls), tuple(in_flight))


def tries_of(entries: Sequence[HistoryEntry]) -> int:
    """Return how often the run was taken over since it was requested, or resumed, last."""
    tries = 0
    for entry in entries:
        if isinstance(entry.event, RunRecovered):
            tries += 1
        elif isinstance(entry.event, RunResumed):
            tries = 0
    return tries


def stage_to_do(run: Run) -> Stage:
    """Return the first stage that the run has not done; presenting is done again."""
    to_do = (s for s in Stage if s not in run.stages or run.stages[s].status not in _DONE)
    return next(to_do, Stage.PRESENT)


def past_of(entries: Sequence[HistoryEntry], from_stage: Stage | None = None) -> Past:
    """Return what a run with this history has done already; a new one has done nothing.

    It goes on where it was taken up last, unless another stage is given. Raises `ErasedResult`.
    """
    events = [entry.event for entry in entries]
    taken_up = [event for event in events if isinstance(event, RunResumed | RunRecovered)]
    first_stage = from_stage or (taken_up[-1].from_stage if taken_up else Stage.ROUTE_PLAN)
    outcomes, skips = _still_used(events)
    return Past(
        first_stage=first_stage,
        stage_attempts=Counter(one.stage for one in events if isinstance(one, StageStarted)),
        call_attempts=Counter(one.call_id for one in events if isinstance(one, ToolCallStarted)),
        outcomes=outcomes,
        skips=skips,
        asked={one.call_id: one.params for one in events if isinstance(one, ToolCallStarted)},
        validated=_validated(entries, first_stage),
    )


def _still_used(
    events: Sequence[RunEvent],
) -> tuple[dict[tuple[str, str], ToolResult], dict[str, str]]:
    """Return the results that still count, by call id and label, and why calls stay skipped."""
    labels, skips = dict[str, str](), dict[str, str]()
    outcomes = dict[tuple[str, str], CallEnded]()
    for event in events:
        match event:
            case ToolCallStarted():
                labels[event.call_id] = event.label
                # A new attempt at the same thing takes the place of the one before.
                outcomes.pop((event.call_id, event.label), None)
            case ToolCallSucceeded() | ToolCallFailed():
                outcomes[event.call_id, labels[event.call_id]] = event
            case ToolCallSkipped():
                skips[event.call_id] = event.reason
            # A tool that failed just before its worker was lost need not fail again: what a
            # recovered run has stays.
            case RunResumed(reused_calls=reused):
                outcomes = {key: each for key, each in outcomes.items() if key[0] in reused}
                skips = {key: each for key, each in skips.items() if key in reused}
            case _:
                pass
    return {key: _result(ended) for key, ended in outcomes.items()}, skips


def _result(event: CallEnded) -> ToolResult:
    if is_erased(event):
        raise ErasedResult(event.call_id)
    return recorded_result(event)


def _validated(entries: Sequence[HistoryEntry], first_stage: Stage) -> ValidatedPlan | None:
    found = [entry.event for entry in entries if isinstance(entry.event, PlanValidated)]
    if not found or first_stage in {Stage.ROUTE_PLAN, Stage.VALIDATE}:
        return None
    plan, params = Plan.model_validate(found[-1].plan), terms_of(entries).origin.patches.params
    calls = patched_calls(planned_calls(plan), params)
    return ValidatedPlan(plan, tuple(found[-1].decisions), tuple(calls))
