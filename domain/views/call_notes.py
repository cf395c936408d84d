"""What is told beside calls: waits, decisions, logs, and that they were made again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from domain.aggregate.fact import Fact
from domain.run.approval_events import CallApproved, CallDenied, RunWaiting, WaitingCall
from domain.run.call_events import (
    WAITED_FOR,
    ToolCallFailed,
    ToolCallLogged,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
)
from domain.run.events import HistoryEntry, RunCancelled, RunFailed, RunRecovered, RunResumed
from domain.run.fold import fold
from domain.run.lifecycle import RunState
from domain.times import duration_text

if TYPE_CHECKING:
    from domain.response.next_actions import NextAction

_AGAIN = "made again after its worker was lost"
_Key = tuple[str, int]
"""A call's id and its attempt."""


class CallWait(Fact, frozen=True, kw_only=True):
    """What an attempt waited for before its tool was asked, and until which event."""

    cause: str
    waited_ms: float
    version: int

    @property
    def told(self) -> str:
        """The wait in words."""
        return f"waited {duration_text(self.waited_ms)} {WAITED_FOR[self.cause]}"


def waiting_calls(entries: Sequence[HistoryEntry]) -> list[WaitingCall]:
    """Return the calls that a person is to decide on now."""
    run = fold(entries[0].envelope.stream_id, (entry.event for entry in entries))
    if run.state is not RunState.WAITING:
        return []
    waits = next(e.event for e in reversed(entries) if isinstance(e.event, RunWaiting))
    return [call for call in waits.calls if call.call_id in run.waiting]


def approve_actions(calls: Sequence[WaitingCall]) -> "Iterator[NextAction]":
    """Yield what can be done next with calls that wait."""
    from domain.response.next_actions import NextAction  # noqa: PLC0415 - few runs wait

    for call in calls:
        payload = {"call_id": call.call_id, "label": call.label}
        yield NextAction(type="approve", label=f"Allow {call.call_id}", payload={**payload})
        yield NextAction(type="deny", label=f"Forbid {call.call_id}", payload={**payload})


def call_notes(entries: Sequence[HistoryEntry]) -> dict[_Key, dict[str, Any]]:
    """Return what is told of attempts, by the names of `CallView`."""
    notes = defaultdict[_Key, dict[str, Any]](dict)
    for key in _made_again(entries):
        notes[key]["made_again"] = _AGAIN
    for key, decision in _decided(entries):
        notes[key]["decision"] = decision
    for entry in entries:
        match entry.event:
            case ToolCallThrottled(cause=cause, waited_ms=waited_ms) as event:
                version = entry.envelope.version
                wait = CallWait(cause=cause, waited_ms=waited_ms, version=version)
                notes[event.call_id, event.attempt].setdefault("waits", []).append(wait)
            case ToolCallLogged(data=dict()) as event:  # what else it may be, no engine wrote
                notes[event.call_id, event.attempt]["log"] = event.data
            case _:
                pass
    return notes


def _made_again(entries: Iterable[HistoryEntry]) -> Iterator[tuple[str, int]]:
    """Yield the calls, with their attempts, that were in flight when a worker was lost."""
    running, lost = set[str](), set[str]()
    for entry in entries:
        match entry.event:
            case ToolCallStarted(call_id=call_id, attempt=attempt):
                if call_id in lost:
                    yield call_id, attempt
                running.add(call_id)
                lost.discard(call_id)
            case ToolCallSucceeded(call_id=call_id) | ToolCallFailed(call_id=call_id):
                running.discard(call_id)
            case RunRecovered():
                lost |= running
                running.clear()
            case RunCancelled() | RunFailed() | RunResumed():
                running.clear()
                lost.clear()
            case _:
                pass


def _decided(entries: Iterable[HistoryEntry]) -> Iterator[tuple[_Key, str]]:
    """Yield the calls, with their attempts, on which a person has decided, and how."""
    made = dict[str, str]()
    for entry in entries:
        match entry.event:
            case CallApproved() | CallDenied() as event:
                by, how = entry.envelope.actor, event.stored_as.removeprefix("call-")
                told = f"{how} by {by.kind} {by.id} at {entry.envelope.recorded_at}"
                made[event.call_id] = f"{told}: {event.reason}"
            case ToolCallStarted(call_id=call_id, attempt=attempt) if call_id in made:
                yield (call_id, attempt), made.pop(call_id)
            case _:
                pass
