"""The summary of a run: one line of the run list, kept beside the events and written with them."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from domain.ports import RunSummary
from domain.run.call_events import ToolCallFailed, ToolCallStarted
from domain.run.codec import HistoryEntry
from domain.run.events import (
    PlanProduced,
    RouteChosen,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRejected,
    RunRequested,
)
from domain.run.lifecycle import FINAL_STATES, TARGETS, RunState
from domain.run.run import trigger_of

_ENDED = FINAL_STATES | {RunState.FAILED}


def summarise(entries: Iterable[HistoryEntry]) -> RunSummary | None:
    """Return the summary of a history, or None when it is empty."""
    summary = None
    for entry in entries:
        summary = next_summary(summary, entry)
    return summary


def next_summary(summary: RunSummary | None, entry: HistoryEntry) -> RunSummary:
    """Return the summary after one more event."""
    envelope = entry.envelope
    before = summary or _empty(entry)
    trigger = trigger_of(entry.event)
    changes = _changes(before, entry.event)
    changes["version"] = envelope.version
    changes["updated_at"] = envelope.recorded_at
    if trigger is not None:
        changes |= _moved(before, TARGETS[trigger], envelope.recorded_at)
    return dataclasses.replace(before, **changes)


def _empty(entry: HistoryEntry) -> RunSummary:
    envelope = entry.envelope
    return RunSummary(
        tenant_id=envelope.tenant_id,
        run_id=envelope.stream_id,
        version=0,
        state=RunState.NEW,
        status=None,
        route=None,
        planner=None,
        question="",
        actor_kind=envelope.actor.kind,
        actor_id=envelope.actor.id,
        requested_at=envelope.recorded_at,
        updated_at=envelope.recorded_at,
        ended_at=None,
        duration_ms=None,
        call_count=0,
        failed_call_count=0,
        error_code=None,
        error=None,
    )


def _changes(before: RunSummary, event: RunEvent) -> dict[str, Any]:
    match event:
        case RunRequested():
            return {"question": event.question}
        case PlanProduced():
            return {"planner": event.planner}
        case RouteChosen():
            return {"route": event.route}
        case ToolCallStarted():
            return {"call_count": before.call_count + (event.attempt == 1)}
        case ToolCallFailed():
            return {"failed_call_count": before.failed_call_count + 1}
        case _:
            return _outcome(event)


def _outcome(event: RunEvent) -> dict[str, Any]:
    match event:
        case RunCompleted():
            return {"status": event.status}
        case RunFailed():
            return {"error_code": event.error.code, "error": event.error.message}
        case RunRejected():
            return {"error_code": "POLICY_DENY", "error": event.reason}
        case _:
            return {}


def _moved(before: RunSummary, state: RunState, at: str) -> dict[str, Any]:
    if state not in _ENDED:
        return {"state": state, "ended_at": None, "duration_ms": None}
    return {"state": state, "ended_at": at, "duration_ms": milliseconds(before.requested_at, at)}


def milliseconds(start: str, end: str) -> int:
    """Return the whole milliseconds between two recorded instants."""
    passed = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return round(passed.total_seconds() * 1000)
