"""The summary of a run: one line of the run list, kept beside the events and written with them."""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from domain.aggregate.envelope import Actor
from domain.run.call_events import ToolCallFailed, ToolCallStarted
from domain.run.events import (
    GoldenPinned,
    GoldenUnpinned,
    HistoryEntry,
    PlanProduced,
    RouteChosen,
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunFlagged,
    RunRejected,
    RunRequested,
)
from domain.run.fingerprint import error_fingerprint
from domain.run.lifecycle import FINAL_STATES, TARGETS, RunState
from domain.run.run import golden_after, trigger_of
from domain.times import milliseconds_between


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One line about a run, kept beside its events and written with them.

    The run list is made of these. Times are text as in envelopes. `duration_ms` and `ended_at` are
    there once the run has ended. `status` is that of a completed run (success, partial, degraded).
    `worker` is the service that wrote last, while it goes on. `golden` is the name that it is
    pinned by, `flag` what a person thinks of its answer. Errors of one kind share a `fingerprint`.
    """

    tenant_id: str
    run_id: str
    version: int
    state: str
    status: str | None
    route: str | None
    planner: str | None
    question: str
    actor_kind: str
    actor_id: str
    requested_at: str
    updated_at: str
    ended_at: str | None
    duration_ms: int | None
    call_count: int
    failed_call_count: int
    error_code: str | None
    error: str | None
    fingerprint: str | None = None
    worker: str | None = None
    origin: str = "new"
    parent_run_id: str | None = None
    golden: str | None = None
    flag: str | None = None


INTERRUPTED: Final = "INTERRUPTED"
"""The error code of a run that the service itself, and no person, has cancelled."""

_ENDED = FINAL_STATES | {RunState.FAILED}
_OF_THE_END = ("ended_at", "duration_ms", "error_code", "error", "fingerprint")
_SERVICE = "service"
_Values = dict[str, Any]
_NAMES = [field.name for field in dataclasses.fields(RunSummary)]


class SummaryFold:
    """The summary of a run whose events come one by one; it is made when it is asked for."""

    def __init__(self, summary: RunSummary | None = None) -> None:
        """Continue after a summary, or begin a run."""
        self._summary = summary
        self._values: _Values = {}
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
        note = _NOTES.get(type(event))
        if note is not None:
            note(values, event, envelope.actor)
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


def age(summary: RunSummary) -> tuple[str, str]:
    """Return where the run is in the list: a newer one has more."""
    return (summary.requested_at, summary.run_id)


def outcome_of(summary: RunSummary) -> str:
    """Return how the run ended: its status, else its error code; its state while it goes on.

    A failed run that somebody cancelled since is cancelled, whatever its error was.
    """
    if summary.state == RunState.CANCELLED and summary.error_code != INTERRUPTED:
        return summary.state
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


def _note_call(values: _Values, event: ToolCallStarted, _: Actor) -> None:
    values["call_count"] += event.attempt == 1


def _note_failed_call(values: _Values, _: ToolCallFailed, __: Actor) -> None:
    values["failed_call_count"] += 1


def _note_request(values: _Values, event: RunRequested, _: Actor) -> None:
    values["question"], values["origin"] = event.question, event.origin.kind
    values["parent_run_id"] = event.origin.parent_run_id


def _note_planner(values: _Values, event: PlanProduced, _: Actor) -> None:
    values["planner"] = event.planner


def _note_route(values: _Values, event: RouteChosen, _: Actor) -> None:
    values["route"] = event.route


def _note_flag(values: _Values, event: RunFlagged, _: Actor) -> None:
    values["flag"] = event.verdict


def _note_golden(values: _Values, event: GoldenPinned | GoldenUnpinned, _: Actor) -> None:
    values["golden"] = golden_after(values["golden"], event)


def _note_completion(values: _Values, event: RunCompleted, _: Actor) -> None:
    values["status"] = event.status


def _note_failure(values: _Values, event: RunFailed, _: Actor) -> None:
    error, stage = event.error, event.stage or ""
    where = f"{stage} {error.details.get('call_id') or ''}"
    _note_error(values, error.code, error.message, where=where)


def _note_rejection(values: _Values, event: RunRejected, _: Actor) -> None:
    _note_error(values, "POLICY_DENY", event.reason, where=event.policy or "")


def _note_cancellation(values: _Values, event: RunCancelled, by: Actor) -> None:
    if by.kind == _SERVICE:
        _note_error(values, INTERRUPTED, event.why, where="")


_NOTES: Final[dict[type[RunEvent], Callable[[_Values, Any, Actor], None]]] = {
    ToolCallStarted: _note_call,
    ToolCallFailed: _note_failed_call,
    RunRequested: _note_request,
    PlanProduced: _note_planner,
    RouteChosen: _note_route,
    RunFlagged: _note_flag,
    GoldenPinned: _note_golden,
    GoldenUnpinned: _note_golden,
    RunCompleted: _note_completion,
    RunFailed: _note_failure,
    RunRejected: _note_rejection,
    RunCancelled: _note_cancellation,
}
"""What an event adds to a summary, beside the state; the others add nothing else."""


def _note_error(values: dict[str, Any], code: str, message: str, *, where: str) -> None:
    values["error_code"], values["error"] = code, message
    values["fingerprint"] = error_fingerprint(code, message, where=where)


def _move(values: dict[str, Any], state: RunState, at: str) -> None:
    values["state"] = state
    if state in _ENDED and values["ended_at"] is not None:
        return  # a failed run that is cancelled ended when it failed
    if state in _ENDED:
        values |= {
            "ended_at": at,
            "duration_ms": round(milliseconds_between(values["requested_at"], at)),
            "worker": None,
        }
    elif values["ended_at"] is not None:
        values |= dict.fromkeys(_OF_THE_END)
