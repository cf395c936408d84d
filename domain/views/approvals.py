"""What a run waits for, and what people can do about it."""

from collections.abc import Iterator, Sequence

from domain.response.next_actions import NextAction
from domain.run.approval_events import RunWaiting, WaitingCall
from domain.run.events import HistoryEntry
from domain.run.fold import fold
from domain.run.lifecycle import RunState


def waiting_calls(entries: Sequence[HistoryEntry]) -> list[WaitingCall]:
    """Return the calls that a person is to decide on now."""
    run = fold(entries[0].envelope.stream_id, (entry.event for entry in entries))
    if run.state is not RunState.WAITING:
        return []
    waits = next(e.event for e in reversed(entries) if isinstance(e.event, RunWaiting))
    return [call for call in waits.calls if call.call_id in run.waiting]


def approve_actions(calls: Sequence[WaitingCall]) -> Iterator[NextAction]:
    """Yield what can be done next with calls that wait."""
    for call in calls:
        payload = {"call_id": call.call_id, "label": call.label}
        yield NextAction(type="approve", label=f"Allow {call.call_id}", payload={**payload})
        yield NextAction(type="deny", label=f"Forbid {call.call_id}", payload={**payload})
