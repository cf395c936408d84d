"""The events of a run that count: of what was tried again, the last attempt."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from domain.run.approval_events import RunWaiting
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallLogged,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
    ToolsRanked,
)
from domain.run.events import (
    PlanProduced,
    PlanValidated,
    ResponseComposed,
    RouteChosen,
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRecovered,
    RunRejected,
    RunResumed,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.run.lifecycle import Stage
from domain.run.replanning import ReplanDecided, ReplanRequested

CALL_EVENTS: Final = (
    *(ToolCallStarted, ToolCallThrottled, ToolCallSucceeded, ToolCallFailed),
    ToolCallSkipped,
)
_UNDER_WAY: Final = (ToolCallStarted, ToolCallThrottled)
_BEGINS_CALL: Final = (ToolCallStarted, ToolCallSkipped)
ENDS: Final = (RunCompleted, RunRejected, RunFailed, RunCancelled, RunWaiting)
_TRIED: Final = (StageStarted, StageCompleted, StageFailed, *CALL_EVENTS[:4])
_STAGES: Final = (
    *(StageStarted, StageCompleted, StageSkipped, StageFailed),
    *(ReplanRequested, ReplanDecided),
)
_STAGE_OF: Final[dict[type[RunEvent], Stage]] = {
    PlanProduced: Stage.ROUTE_PLAN,
    RouteChosen: Stage.ROUTE_PLAN,
    PlanValidated: Stage.VALIDATE,
    ToolsRanked: Stage.EXECUTE,
    ResponseComposed: Stage.PRESENT,
}
_ORDER: Final = {stage: place for place, stage in enumerate(Stage)}
_Key = Stage | str
"""What is tried again: a stage, or a call by its id."""


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """An event and its version in the stream."""

    version: int
    event: RunEvent


def counted_events(
    events: Iterable[RunEvent], *, of_two_runs: bool = False
) -> list[NumberedEvent]:
    """Return the events of a whole stream that count, in order, with their attempts as of these.

    What a run did again after it was resumed or recovered takes the place of what it did before:
    a run that went on reads like one that was never stopped. What a call logged decides nothing.
    Of two runs it does not count either what calls waited for, and what their policy repeated.
    """
    counted, dropped = list[NumberedEvent](), Counter[_Key]()
    called_before = set[str]()
    for version, event in enumerate(events, start=1):
        left = counted
        is_beside = isinstance(event, ToolCallLogged)
        if is_beside or (of_two_runs and isinstance(event, ToolCallThrottled)):
            continue
        if isinstance(event, RunResumed | RunRecovered):
            left = list(_left(counted, event))
            called_before = {e.event.call_id for e in left if isinstance(e.event, CALL_EVENTS)}
        elif isinstance(event, _BEGINS_CALL) and event.call_id in called_before:
            called_before.discard(event.call_id)
            left = list(_not_replaced(counted, event))
        if left is not counted:
            dropped.update(_attempts(counted))
            dropped.subtract(_attempts(left))
            counted = left
        if of_two_runs and _is_repeated(event):
            called_before.add(str(getattr(event, "call_id", "")))
        if not isinstance(event, RunResumed | RunRecovered):
            counted.append(NumberedEvent(version, _as_counted(event, dropped)))
    return counted


def _is_repeated(event: RunEvent) -> bool:
    return isinstance(event, ToolCallFailed) and event.retry_after_ms is not UNSET


def stage_of(event: RunEvent) -> Stage | None:
    """Return the stage that an event belongs to; None for what is about the run as a whole."""
    if isinstance(event, _STAGES):
        return event.stage
    return Stage.EXECUTE if isinstance(event, CALL_EVENTS) else _STAGE_OF.get(type(event))


def _left(
    counted: Sequence[NumberedEvent], taken_up: RunResumed | RunRecovered
) -> Iterator[NumberedEvent]:
    """Yield what still counts when a run is taken up again.

    A resumed run repeats the calls whose results are not used again, a recovered one those that
    were under way.
    """
    ended = {_attempt(e.event) for e in counted if not isinstance(e.event, _UNDER_WAY)}
    for each in counted:
        event, stage = each.event, stage_of(each.event)
        if isinstance(event, CALL_EVENTS):
            is_left = (
                event.call_id in taken_up.reused_calls
                if isinstance(taken_up, RunResumed)
                else _attempt(event) in ended
            )
        else:
            is_behind = stage is None or _ORDER[stage] < _ORDER[taken_up.from_stage]
            is_left = is_behind and not isinstance(event, ENDS)
        if is_left:
            yield each


def _attempt(event: RunEvent) -> tuple[str, int]:
    return str(getattr(event, "call_id", "")), getattr(event, "attempt", 0)


def _attempts(counted: Iterable[NumberedEvent]) -> Iterator[_Key]:
    for each in counted:
        if isinstance(each.event, StageStarted):
            yield each.event.stage
        elif isinstance(each.event, ToolCallStarted):
            yield each.event.call_id


def _not_replaced(
    counted: Sequence[NumberedEvent], again: ToolCallStarted | ToolCallSkipped
) -> Iterator[NumberedEvent]:
    """Yield what still counts when a call is made again, or skipped, that was told of before.

    Another tool that is asked for the same takes no place but its own.
    """
    calls = (each.event for each in counted if isinstance(each.event, ToolCallStarted))
    same_call = isinstance(again, ToolCallStarted) and (again.tool, again.operation)
    replaced = {
        _attempt(call)
        for call in calls
        if call.call_id == again.call_id and same_call in (False, (call.tool, call.operation))
    }
    for each in counted:
        is_skip = isinstance(each.event, ToolCallSkipped)
        is_of_call = isinstance(each.event, CALL_EVENTS) and each.event.call_id == again.call_id
        if not is_of_call or not (is_skip or _attempt(each.event) in replaced):
            yield each


def _as_counted(event: RunEvent, dropped: Counter[_Key]) -> RunEvent:
    if not isinstance(event, _TRIED) or not dropped:
        return event
    key = event.call_id if isinstance(event, CALL_EVENTS) else event.stage
    return replace(event, attempt=max(1, event.attempt - dropped[key])) if dropped[key] else event
