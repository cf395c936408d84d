"""The summary of a run: one line of the run list, kept beside the events and written with them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, get_args

from domain.aggregate.envelope import Actor, Envelope
from domain.run.approval_events import RunWaiting
from domain.run.call_counts import CALL_EVENTS, CallCounts
from domain.run.clockwork import Clockwork
from domain.run.events import (
    HistoryEntry,
    PlanProduced,
    RouteChosen,
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRejected,
    RunRequested,
    RunResumed,
    StageStarted,
)
from domain.run.fingerprint import error_fingerprint
from domain.run.lifecycle import ENDED_STATES, TARGETS, RunState
from domain.run.note_events import GoldenPinned, GoldenUnpinned, RunFlagged
from domain.run.run import golden_after, trigger_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One line about a run, kept beside its events and written with them.

    The run list is made of these. Times are text as in envelopes. `duration_ms`, how long the run
    worked, and `ended_at` are there once it has ended, `waited_ms` is how long it has waited. Of a
    call the last attempt counts. `status` is that of a completed run (success, partial, degraded).
    `error` also says what it waits for, if it does, without a code. `worker` is the service that
    wrote last, while it goes on. `golden` is the name that it is pinned by, `flag` what a person
    thinks of its answer. Errors of one kind share a `fingerprint`; one that a patch, a block or a
    record brought about is no failure, and has none.
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
    waited_ms: int = 0
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

_OF_THE_END = ("ended_at", "duration_ms", "status", "error_code", "error", "fingerprint")
_ASKED = (RunRequested, RunResumed)
_SERVICE = "service"
_Values = dict[str, Any]


class SummaryFold:
    """The summary of a run whose events come one by one; it is made when it is asked for."""

    def __init__(self) -> None:
        """Begin a run."""
        self._summary: RunSummary | None = None
        self._values: _Values = {}
        self._clock, self._calls = Clockwork(), CallCounts()
        self._is_what_if = False

    def add(self, entry: HistoryEntry) -> None:
        """Add the next event of the run."""
        envelope, event, values = entry.envelope, entry.event, self._values
        at, kind = envelope.recorded_at, type(event)
        if not values:
            values |= _empty(entry)
        self._summary = None
        values["version"], values["updated_at"] = envelope.version, at
        if envelope.actor.kind == _SERVICE:
            values["worker"] = envelope.actor.id
        self._clock.add(kind, at, event)
        if isinstance(event, CALL_EVENTS):
            self._calls.add(event)
        elif kind not in _OF_NOTHING:
            self._take(event, envelope)
        if values["state"] in ENDED_STATES:
            values["worker"], values["duration_ms"] = None, _ms(self._clock.worked)

    def _take(self, event: RunEvent, envelope: Envelope) -> None:
        """Take what changes more than the calls and the time."""
        values = self._values
        if isinstance(event, _ASKED):
            self._is_what_if |= event.is_what_if
        elif isinstance(event, RunFailed):
            _note_failure(values, event, self._calls, is_what_if=self._is_what_if)
        if (trigger := trigger_of(event)) is not None:
            _move(values, TARGETS[trigger], envelope.recorded_at)
        if note := _NOTES.get(type(event)):
            note(values, event, envelope.actor)

    def summary(self) -> RunSummary:
        """Return the summary after the events that were added, one at least."""
        if self._summary is None:
            self._summary = RunSummary(
                **self._values,
                waited_ms=_ms(self._clock.waited),
                call_count=self._calls.count,
                failed_call_count=self._calls.failed_count,
            )
        return self._summary


def summarise(entries: Iterable[HistoryEntry]) -> RunSummary | None:
    """Return the summary of a history, or None when it is empty."""
    fold, entry = SummaryFold(), None
    for entry in entries:
        fold.add(entry)
    return None if entry is None else fold.summary()


def summary_of(entries: Iterable[HistoryEntry]) -> RunSummary:
    """Return the summary of a history. Raises `ValueError` when it is empty."""
    if summary := summarise(entries):
        return summary
    message = "a summary needs at least one event"
    raise ValueError(message)


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


def _empty(entry: HistoryEntry) -> _Values:
    envelope = entry.envelope
    return {
        "tenant_id": envelope.tenant_id,
        "run_id": envelope.stream_id,
        "state": RunState.NEW,
        "question": "",
        "actor_kind": envelope.actor.kind,
        "actor_id": envelope.actor.id,
        "requested_at": envelope.recorded_at,
        **dict.fromkeys((*_OF_THE_END, "route", "planner", "golden")),
    }


def _note_request(values: _Values, event: RunRequested, _: Actor) -> None:
    values["question"], values["origin"] = event.question, event.origin.kind
    values["parent_run_id"] = event.origin.parent_run_id


def _noting(name: str, attribute: str) -> Callable[[_Values, RunEvent, Actor], None]:
    """Return what notes one attribute of an event under a name."""
    return lambda values, event, _: values.__setitem__(name, getattr(event, attribute))


def _note_golden(values: _Values, event: GoldenPinned | GoldenUnpinned, _: Actor) -> None:
    values["golden"] = golden_after(values["golden"], event)


def _note_failure(
    values: _Values, event: RunFailed, calls: CallCounts, *, is_what_if: bool
) -> None:
    """Note an error; that of a call is of one kind with it, whichever call of a plan it was."""
    error = event.error
    call_id = error.details.get("call_id") or ""
    where = calls.made.get(call_id, f"{event.stage or ''} {call_id}")
    _note_error(values, error.code, error.message, where=where)
    if call_id in calls.told_again if call_id in calls.made else is_what_if:
        values["fingerprint"] = None


def _note_waiting(values: _Values, event: RunWaiting, _: Actor) -> None:
    values["error"], values["worker"] = event.what, None


def _note_rejection(values: _Values, event: RunRejected, _: Actor) -> None:
    _note_error(values, "POLICY_DENY", event.reason, where=event.policy or "")


def _note_cancellation(values: _Values, event: RunCancelled, by: Actor) -> None:
    if by.kind == _SERVICE:
        _note_error(values, INTERRUPTED, event.why, where="")


_NOTES: Final[dict[type[RunEvent], Callable[[_Values, Any, Actor], None]]] = {
    RunRequested: _note_request,
    PlanProduced: _noting("planner", "planner"),
    RouteChosen: _noting("route", "route"),
    RunFlagged: _noting("flag", "verdict"),
    GoldenPinned: _note_golden,
    GoldenUnpinned: _note_golden,
    RunCompleted: _noting("status", "status"),
    RunWaiting: _note_waiting,
    RunRejected: _note_rejection,
    RunCancelled: _note_cancellation,
}
"""What an event adds to a summary, beside the state; the others add nothing else."""
_OF_NOTHING: Final = {
    kind
    for kind in get_args(RunEvent)
    if kind.trigger is None and kind not in {StageStarted, *_NOTES}
}
"""The events that change no more than the time, and perhaps the calls."""


def _note_error(values: _Values, code: str, message: str, *, where: str) -> None:
    values["error_code"], values["error"] = code, message
    values["fingerprint"] = error_fingerprint(code, message, where=where)


def _move(values: _Values, state: RunState, at: str) -> None:
    before, values["state"] = values["state"], state
    if state not in ENDED_STATES or before == RunState.WAITING:
        values |= dict.fromkeys(_OF_THE_END)
    if state in ENDED_STATES and values["ended_at"] is None:
        values["ended_at"] = at  # a failed run that is cancelled ended when it failed


def _ms(microseconds: int) -> int:
    return round(microseconds / 1000)
