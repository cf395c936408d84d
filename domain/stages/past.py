"""The past of a run, from the events that it is made of."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from domain.errors import ErasedResult
from domain.run.approval_events import RunWaiting, WaitingCall
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import PlanProduced, RunEvent, RunResumed, StageStarted
from domain.run.replanning import (
    ReplanDecided,
    ReplanEvent,
    ReplanPatchDiff,
    ReplanRequested,
    approved,
)
from domain.stages.call_facts import recorded_result
from domain.stages.run_assets import applied_assets
from domain.stages.sources import Past
from domain.tools.contracts import ToolResult

_Ended = ToolResult | ToolCallSucceeded | ToolCallFailed


def past_after(past: Past, events: Sequence[RunEvent]) -> Past:
    """Return what a run has done after these further events. Raises `ErasedResult`."""
    started = [event for event in events if isinstance(event, ToolCallStarted)]
    waits = [event for event in events if isinstance(event, RunWaiting)]
    waiting = [call for event in waits for call in event.calls]
    stages = Counter(event.stage for event in events if isinstance(event, StageStarted))
    outcomes, skips = _still_used(past, events)
    return replace(
        past,
        stage_attempts=Counter(past.stage_attempts) + stages,
        call_attempts=Counter(past.call_attempts) + Counter(one.call_id for one in started),
        outcomes=outcomes,
        skips=skips,
        asked={**past.asked, **{one.call_id: one.params for one in started}},
        fallbacks=_fallbacks(past.fallbacks, events, waiting),
        replans=replans_after(past.replans, events),
        assets={**past.assets, **{asset.key: asset for asset in applied_assets(events)}},
    )


def _fallbacks(
    before: Mapping[str, str], events: Iterable[RunEvent], waiting: Iterable[WaitingCall]
) -> dict[str, str]:
    """Return by call id the tool asked, or to be asked, after another one not asked since."""
    tools, found = dict[str, str](), {**before}
    for one in (*events, *waiting):
        match one:
            case ToolCallFailed(call_id=call_id, fallback=str(other)):
                found[call_id] = other
            case (
                ToolCallStarted(call_id=call_id, tool=tool)
                | WaitingCall(call_id=call_id, tool=tool)
            ):
                if tools.setdefault(call_id, tool) != tool:
                    found[call_id] = tool
                elif found.get(call_id) != tool:
                    found.pop(call_id, None)
            case _:
                pass
    return found


def _still_used(
    past: Past, events: Iterable[RunEvent]
) -> tuple[dict[tuple[str, str], ToolResult], dict[str, str]]:
    """Return the results that still count, by call id and label, and why calls stay skipped."""
    labels, skips = dict[str, str](), dict(past.skips)
    outcomes = dict[tuple[str, str], _Ended](past.outcomes)
    for event in events:
        match event:
            case ToolCallStarted():
                labels[event.call_id] = event.label
                # A new attempt at the same thing takes the place of the one before.
                outcomes.pop((event.call_id, event.label), None)
            case ToolCallSucceeded() | ToolCallFailed():
                outcomes[event.call_id, labels[event.call_id]] = event
            case RunWaiting(calls=waiting):  # once more: what came of it before does not count
                for call in waiting:
                    outcomes.pop((call.call_id, call.label), None)
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


def replans_after(
    replans: tuple[ReplanEvent, ...], events: Iterable[RunEvent]
) -> tuple[ReplanEvent, ...]:
    """Return the changes in effect; a run that is resumed asks again what it was asked first.

    One that goes on after it waited for approval does not.
    """
    cause, has_waited = None, False
    for event in events:
        match event:
            case RunWaiting():
                has_waited = True
            case RunResumed() if has_waited:
                has_waited = False
            case PlanProduced() | RunResumed():
                replans = ()
            case ReplanRequested():
                cause = event.cause
            case ReplanDecided(is_approved=True, patch=ReplanPatchDiff() as patch) if cause:
                replans = (*replans, approved(cause, patch, event.why))
            case _:
                pass
    return replans


def _result(ended: _Ended) -> ToolResult:
    if isinstance(ended, ToolResult):
        return ended
    if isinstance(ended, ToolCallSucceeded) and ended.erased:
        raise ErasedResult(ended.call_id)
    return recorded_result(ended)
