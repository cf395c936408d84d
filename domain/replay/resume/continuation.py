"""How a run that stopped goes on: at which stage, and with which recorded results."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.plan.calls import planned_calls
from domain.plan.patch import patched_calls
from domain.plan.plan import Plan
from domain.replay.record.terms import terms_of
from domain.run.call_events import ToolCallStarted
from domain.run.events import HistoryEntry, PlanValidated, RunRecovered, RunResumed
from domain.run.fold import fold
from domain.run.lifecycle import Stage
from domain.run.state import Run
from domain.stages.past import past_after
from domain.stages.sources import Past
from domain.stages.stage import ValidatedPlan
from domain.values.effect import Effect

_DONE = frozenset({"completed", "skipped"})
_CUT_OFF = frozenset({"started", "interrupted"})


@dataclass(frozen=True, slots=True)
class GoingOn:
    """The stage where a run goes on, and the ids of the calls whose results are used again.

    `calls_in_flight` have begun and not ended, and so have the effects `in_doubt`.
    """

    from_stage: Stage
    reused_calls: tuple[str, ...]
    calls_in_flight: tuple[str, ...]
    in_doubt: tuple[str, ...] = ()


def recovery_of(entries: Sequence[HistoryEntry]) -> GoingOn:
    """Return how a run goes on that lost its worker: only what was under way is repeated."""
    run = fold(entries[0].envelope.stream_id, (entry.event for entry in entries))
    calls = (call_id for call_id, tries in run.calls.items() if tries.status not in _CUT_OFF)
    in_flight = [call_id for call_id, tries in run.calls.items() if tries.status == "started"]
    begun = [entry.event for entry in entries if isinstance(entry.event, ToolCallStarted)]
    effects = {event.call_id for event in begun if event.effect is Effect.EFFECT}
    return GoingOn(
        stage_to_do(run),
        tuple(calls),
        tuple(call_id for call_id in in_flight if call_id not in effects),
        tuple(call_id for call_id in in_flight if call_id in effects),
    )


def tries_of(entries: Sequence[HistoryEntry]) -> int:
    """Return how often the run has lost its worker since it was requested, or resumed, last."""
    tries = 0
    for entry in entries:
        if isinstance(entry.event, RunRecovered):
            tries += not entry.event.was_set_down
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
    if len(entries) == 1 and from_stage is None:
        return Past()
    events = [entry.event for entry in entries]
    taken_up = [event for event in events if isinstance(event, RunResumed | RunRecovered)]
    first_stage = from_stage or (taken_up[-1].from_stage if taken_up else Stage.ROUTE_PLAN)
    past = Past(first_stage=first_stage, validated=_validated(entries, first_stage))
    return past_after(past, events)


def _validated(entries: Sequence[HistoryEntry], first_stage: Stage) -> ValidatedPlan | None:
    found = [entry.event for entry in entries if isinstance(entry.event, PlanValidated)]
    if not found or first_stage in {Stage.ROUTE_PLAN, Stage.VALIDATE}:
        return None
    plan, params = Plan.model_validate(found[-1].plan), terms_of(entries).origin.patches.params
    calls = patched_calls(planned_calls(plan), params)
    return ValidatedPlan(plan, tuple(found[-1].decisions), tuple(calls))
