"""The summary of a run: one line of the run list, kept beside the events and written with them."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from domain.aggregate.envelope import Actor
from domain.ports import RunSummary
from domain.run.call_events import ToolCallFailed, ToolCallStarted
from domain.run.codec import HistoryEntry
from domain.run.events import (
    GoldenPinned,
    GoldenUnpinned,
    PlanProduced,
    RouteChosen,
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRejected,
    RunRequested,
)
from domain.run.fingerprint import error_fingerprint
from domain.run.lifecycle import FINAL_STATES, TARGETS, RunState
from domain.run.run import golden_after, trigger_of

INTERRUPTED: Final = "INTERRUPTED"
"""The error code of a run that the service itself, and no person, has cancelled."""

_ENDED = FINAL_STATES | {RunState.FAILED}
_OF_THE_END = ("ended_at", "duration_ms", "error_code", "error", "fingerprint")
_SERVICE = "service"
_NAMES = [field.name for field in dataclasses.fields(RunSummary)]


class SummaryFold:
    """The summary of a run whose events come one by one; it is made when it is asked for."""

    def __init__(self, summary: RunSummary | None = None) -> None:
        """Continue after a summary, or begin a run."""
        self._summary = summary
        self._values: dict[str, Any] = {}
        if summary is not None:
            self._values = {name: getattr(summary, name) for name in _NAMES}

    def add(self, entry: HistoryEntry) -> None:
        """Add the next event of the run."""
        envelope, event, values = entry.envelope, entry.event, self._values
        if not values:
            values |= _empty(entry)
        self._summary = None
        values["version"] = envelope.version
        values["updated_at"] = envelope.recorded_at
        if envelope.actor.kind == _SERVICE:
            values["worker"] = envelope.actor.id
        _note(values, event, by=envelope.actor)
        trigger = trigger_of(event)
        if trigger is not None:
            _move(values, TARGETS[trigger], envelope.recorded_at)
        elif values["state"] in _ENDED:
            values["worker"] = None

    def summary(self) -> RunSummary:
        """Return the summary after the events that were added, one at least."""
        if self._summary is None:
            self._summary = RunSummary(**self._values)
        return self._summary


def summarise(entries: Iterable[HistoryEntry]) -> RunSummary | None:
    """Return the summary of a history, or None when it is empty."""
    fold, entry = SummaryFold(), None
    for entry in entries:
        fold.add(entry)
    return None if entry is None else fold.summary()


def summary_of(entries: Iterable[HistoryEntry]) -> RunSummary:
    """Return the summary of a history. Raises `ValueError` when it is empty."""
    summary = summarise(entries)
    if summary is None:
        message = "a summary needs at least one event"
        raise ValueError(message)
    return summary


def outcome_of(summary: RunSummary) -> str:
    """Return how the run ended: its status, else its error code; its state while it goes on."""
    return summary.status or summary.error_code or summary.state


def _empty(entry: HistoryEntry) -> dict[str, Any]:
    envelope = entry.envelope
    summary = RunSummary(
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
    return {name: getattr(summary, name) for name in _NAMES}


def _note(values: dict[str, Any], event: RunEvent, *, by: Actor) -> None:
    match event:
        case ToolCallStarted():
            values["call_count"] += event.attempt == 1
        case ToolCallFailed():
            values["failed_call_count"] += 1
        case RunRequested():
            values |= {
                "question": event.question,
                "origin": event.origin.kind,
                "parent_run_id": event.origin.parent_run_id,
            }
        case PlanProduced():
            values["planner"] = event.planner
        case RouteChosen():
            values["route"] = event.route
        case GoldenPinned() | GoldenUnpinned():
            values["golden"] = golden_after(values["golden"], event)
        case _:
            _note_end(values, event, by=by)


def _note_end(values: dict[str, Any], event: RunEvent, *, by: Actor) -> None:
    match event:
        case RunCompleted():
            values["status"] = event.status
        case RunFailed(error=error):
            call_id, stage = error.details.get("call_id"), event.stage or ""
            _note_error(values, error.code, error.message, where=f"{stage} {call_id or ''}")
        case RunRejected():
            _note_error(values, "POLICY_DENY", event.reason, where=event.policy or "")
        case RunCancelled() if by.kind == _SERVICE:
            _note_error(values, INTERRUPTED, event.why, where="")
        case _:
            pass


def _note_error(values: dict[str, Any], code: str, message: str, *, where: str) -> None:
    values["error_code"], values["error"] = code, message
    values["fingerprint"] = error_fingerprint(code, message, where=where)


def _move(values: dict[str, Any], state: RunState, at: str) -> None:
    values["state"] = state
    if state in _ENDED:
        values |= {
            "ended_at": at,
            "duration_ms": milliseconds(values["requested_at"], at),
            "worker": None,
        }
    elif values["ended_at"] is not None:
        values |= dict.fromkeys(_OF_THE_END)


def milliseconds(start: str, end: str) -> int:
    """Return the whole milliseconds between two recorded instants."""
    passed = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return round(passed.total_seconds() * 1000)
