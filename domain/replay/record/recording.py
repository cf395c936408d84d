"""What is needed of a run's record to go over it again: its plan and its answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import UNSET, Struct, structs
from pydantic import JsonValue

from domain.plan.time_range import WrongTimeRange
from domain.replay.record.recorded_call import (
    CallEnded,
    RecordedCall,
    end_call,
    note_of_call,
)
from domain.run.approval_events import RunWaiting
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallLogged,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
    ToolsRanked,
)
from domain.run.events import (
    HistoryEntry,
    PlanProduced,
    PlanValidated,
    RunRequested,
    RunResumed,
    StageFailed,
    StageStarted,
)
from domain.run.lifecycle import Stage
from domain.stages.call_facts import call_window
from domain.stages.faults import FaultCode


class Recording(Struct, frozen=True, kw_only=True):
    """The plan and the answers that events hold.

    `planned` is the last plan, `unplanned` why there is none, `ranking` the last ranking.
    Calls are in the order in which they were started. `is_out_of_time` says that they took longer
    than the plan's budget, and `last_in_time` are, once for each time, the keys of those after
    whose ends nothing came but that, in the order of these. `given_up` are the keys of the
    attempts whose results do not count any more, since the run was resumed. `waiting` is what the
    run waited for last.
    """

    planned: PlanProduced | None = None
    unplanned: StageFailed | None = None
    ranking: ToolsRanked | None = None
    calls: tuple[RecordedCall, ...] = ()
    is_out_of_time: bool = False
    last_in_time: tuple[tuple[tuple[str, int], ...], ...] = ()
    given_up: frozenset[tuple[str, int]] = frozenset()
    waiting: RunWaiting | None = None

    @property
    def counted(self) -> tuple[RecordedCall, ...]:
        """The calls whose results count: of each call and what it asked the last attempt, ended.

        A refusal because calling was not allowed is no result.
        """
        last = {(call.started.call_id, call.started.label): call for call in self.calls}
        return tuple(
            call
            for call in last.values()
            if call.ended and not _is_refusal(call.ended) and call.key not in self.given_up
        )


def recording_of(entries: Sequence[HistoryEntry]) -> Recording:
    """Return what these events of one run hold; they need not be all of them."""
    recording, calls, stage_version = Recording(), dict[tuple[str, int], RecordedCall](), 0
    for entry in entries:
        event = entry.event
        stage_version = (
            entry.envelope.version if isinstance(event, StageStarted) else stage_version
        )
        match event:
            case ToolCallStarted() | ToolCallThrottled() | ToolCallLogged() | RunWaiting():
                note_of_call(calls, event, entry.envelope.version, stage_version=stage_version)
            case ToolCallSucceeded() | ToolCallFailed():
                end_call(calls, event, entry.envelope.version)
            case PlanProduced():
                recording = structs.replace(recording, planned=event)
            case ToolsRanked():
                recording = structs.replace(recording, ranking=event)
            case StageFailed():
                recording = _failed(recording, event, _just_ended(calls, entry))
            case RunResumed(reused_calls=reused):
                given_up = frozenset(key for key in calls if key[0] not in reused)
                recording = structs.replace(recording, given_up=given_up)
            case _:
                pass
    waiting = next((e.event for e in reversed(entries) if isinstance(e.event, RunWaiting)), None)
    return structs.replace(recording, calls=tuple(calls.values()), waiting=waiting)


def _is_refusal(ended: CallEnded) -> bool:
    return ended.answered_by == "blocked"


def request_of(entries: Sequence[HistoryEntry]) -> RunRequested:
    """Return the request that a history begins with. Raises ValueError when it does not."""
    if not entries or not isinstance(entries[0].event, RunRequested):
        message = "a history begins with its request"
        raise ValueError(message)
    return entries[0].event


def plan_of(entries: Iterable[HistoryEntry]) -> JsonValue:
    """Return the plan that was executed, or else the one that was produced."""
    plan: JsonValue = None
    for entry in entries:
        match entry.event:
            case PlanProduced(plan_output=produced):
                plan = produced.get("plan", produced)
            case PlanValidated(plan=validated):
                plan = validated
            case _:
                pass
    return plan


def anchor_of(entries: Sequence[HistoryEntry]) -> datetime:
    """Return what relative times of the run count back from; its request while it has no plan.

    It is in the zone of the question.
    The first versions did not record it: then it is the instant that makes the windows of the
    calls come out as recorded.
    """
    return anchor(recording_of(entries), entries)


def anchor(recording: Recording, entries: Sequence[HistoryEntry]) -> datetime:
    """Return the same, with the recording of the history."""
    return _anchor(recording, entries).astimezone(request_of(entries).options.zone)


def _anchor(recording: Recording, entries: Sequence[HistoryEntry]) -> datetime:
    if recording.planned is not None and recording.planned.anchored_at is not None:
        return datetime.fromisoformat(recording.planned.anchored_at)
    if recording.unplanned is not None and recording.unplanned.asked is not UNSET:
        return datetime.fromisoformat(recording.unplanned.asked.anchored_at)
    requested_at = datetime.fromisoformat(entries[0].envelope.recorded_at)
    calls = [call.started for call in recording.calls if call.started.window is not None]
    instants = (instant for call in calls for instant in _bounds(call))
    candidates = (requested_at, *instants)
    fitting = (each for each in candidates if all(_has_window(call, each) for call in calls))
    return next(fitting, requested_at)


def _bounds(call: ToolCallStarted) -> Iterator[datetime]:
    """Yield the ends of a window: `last_24h` ends at its anchor, and `today` begins there."""
    if call.window is not None:
        yield datetime.fromisoformat(call.window.end)
        yield datetime.fromisoformat(call.window.start)


def _has_window(call: ToolCallStarted, anchor: datetime) -> bool:
    try:
        return call_window(call.params, now=anchor) == call.window
    except WrongTimeRange:
        return False


def _just_ended(
    calls: Mapping[tuple[str, int], RecordedCall], failed: HistoryEntry
) -> tuple[tuple[str, int], ...]:
    """Return the calls whose ends are all that stands right before a failure, in their order.

    What they logged stands between the ends, and what others waited for.
    """
    ended = {call.ended_version: key for key, call in calls.items()}
    beside = {call.log_version for call in calls.values()}
    beside |= {version for call in calls.values() for version in call.wait_versions}
    first = last = failed.envelope.version
    while first - 1 in ended or first - 1 in beside:
        first -= 1
    return tuple(ended[version] for version in range(first, last) if version in ended)


def _failed(
    recording: Recording, event: StageFailed, just_ended: tuple[tuple[str, int], ...]
) -> Recording:
    unplanned = event if event.stage is Stage.ROUTE_PLAN else None
    recording = structs.replace(recording, unplanned=unplanned)
    if event.error.code != FaultCode.EXECUTE_TIMEOUT:
        return recording
    last = (*recording.last_in_time, *([just_ended] if just_ended else []))
    return structs.replace(recording, is_out_of_time=True, last_in_time=last)
