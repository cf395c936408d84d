"""Decisions on the calls that a run waits for: by people, and by time where nobody decides."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from domain.aggregate.envelope import Actor
from domain.errors import DecidedElsewhere, NotWaiting, WrongExpectedVersion
from domain.ports import Clock, Lease
from domain.replay.resume.continuation import recovery_of
from domain.run.approval_events import CallApproved, CallDenied, RunWaiting
from domain.run.commands import ApproveCall, DenyCall, ResumeRun
from domain.run.events import HistoryEntry
from domain.run.fold import fold
from domain.run.lifecycle import ENDED_STATES, RunState
from domain.run.summary import summary_of
from domain.services.runs import RunService, RunWriter
from domain.stages.effects import SYSTEM
from domain.times import duration_text, milliseconds_between, recorded_text
from domain.writer import Authorship

_TRIES: Final = 20
_NOBODY_IN_TIME: Final = Actor(SYSTEM, "time-out")
_GOES_ON: Final = "what it waited for is decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person says of the calls of a run: of these, or of all that wait if none is named.

    With a `label` the call must ask what that stands for. `is_for_imported` lets it hold for a run
    that was imported: then nobody may decide where that comes from, or an effect happens twice.
    """

    is_approval: bool
    reason: str
    calls: tuple[str, ...] = ()
    label: str | None = None
    is_for_imported: bool = False


@dataclass(frozen=True, slots=True)
class Approvals:
    """Records what is decided on the calls that runs wait for; a run is carried on by others."""

    service: RunService
    clock: Clock

    def decide(self, run_id: str, decision: Decision, by: Authorship) -> bool:
        """Record a decision, and return whether the run goes on: then nothing waits any more.

        Of two who decide at a time the first one counts. Raises `NotWaiting`, `DecidedElsewhere`,
        `NotFound`, and `WrongExpectedVersion` when others write on and on.
        """
        for _ in range(0 if by.seen else _TRIES - 1):
            with suppress(WrongExpectedVersion):
                return self._decide(run_id, decision, by)
        return self._decide(run_id, decision, by)

    def is_over(self, history: Sequence[HistoryEntry]) -> bool:
        """Return whether the time to decide is over for a run that waits."""
        _, waiting = last_wait(history)
        return waiting.expires_at <= recorded_text(self.clock.now())

    def expire(self, history: Sequence[HistoryEntry]) -> None:
        """Record that nobody has decided in time, and that this worker carries the run on.

        Raises `WrongExpectedVersion` when somebody has, or carries it on.
        """
        own, lease = self.service.own(history), self.service.holder.term
        writer = self.service.continued(history, own, lease=lease)
        reason = f"nobody decided within {_time_to_decide(history)}"
        for call_id, label in writer.state.waiting.items():
            writer.handle(DenyCall(call_id, label, reason), by=_NOBODY_IN_TIME)
        _go_on(writer, history)
        writer.append()

    def _decide(self, run_id: str, decision: Decision, by: Authorship) -> bool:
        history = self.service.history(by.tenant_id, run_id)
        run = fold(run_id, (entry.event for entry in history))
        waiting, named = run.waiting, decision.calls or tuple(run.waiting)
        since = "" if waiting else self._carried_out(history)
        if not named:
            raise NotWaiting(run_id, why=f"it is {run.state}, and no call of it waits{since}")
        _require_undecided(history, named, waiting, since)
        is_own = self._is_own(history)
        if waiting and self.is_over(history):
            why = f"nobody decided within {_time_to_decide(history)}, which is a denial"
            what_next = "recover {}` carries it on" if is_own else "cancel {}` ends it"
            raise NotWaiting(run_id, why=f"{why}; `run.{what_next.format(run_id)}")
        if run.state is RunState.WAITING and not (is_own or decision.is_for_imported):
            raise DecidedElsewhere(run_id, worker=last_wait(history)[0].envelope.actor.id)
        goes_on = set(waiting) <= set(named)
        lease = self.service.holder.term if goes_on else None
        writer = self.service.continued(history, by, lease=lease)
        decide = ApproveCall if decision.is_approval else DenyCall
        for call_id in sorted(named, key=waiting.__contains__):  # what is refused comes first
            label = decision.label or waiting.get(call_id, "")
            writer.handle(decide(call_id, label, decision.reason))
        if goes_on:
            _go_on(writer, history)
        writer.append()
        return goes_on

    def _carried_out(self, history: Sequence[HistoryEntry]) -> str:
        """Say who carries a run on for which nothing is to be decided, or that nobody does."""
        run, lease = history[0].envelope, self._lease(history)
        if not lease or summary_of(history).state in ENDED_STATES:
            return ""
        if not lease.has_run_out:
            return f"; {lease.owner} carries it on"
        command = f"`run.recover {run.stream_id}`"
        return f"; its worker {lease.owner} is lost: {command} carries it on"

    def _is_own(self, history: Sequence[HistoryEntry]) -> bool:
        """Return whether a run began to wait here: one that was imported has no lease."""
        return self.service.holder.leases is None or self._lease(history) is not None

    def _lease(self, history: Sequence[HistoryEntry]) -> Lease | None:
        run, leases = history[0].envelope, self.service.holder.leases
        found = leases.leases(run.tenant_id, [run.stream_id]) if leases else {}
        return found.get(run.stream_id)


def last_wait(history: Sequence[HistoryEntry]) -> tuple[HistoryEntry, RunWaiting]:
    """Return where a run began to wait last; there is such a place in a run that waits."""
    return next((e, e.event) for e in reversed(history) if isinstance(e.event, RunWaiting))


def _time_to_decide(history: Sequence[HistoryEntry]) -> str:
    entry, waiting = last_wait(history)
    took = milliseconds_between(entry.envelope.recorded_at, waiting.expires_at)
    return duration_text(took).removesuffix(" 00 min")


def _require_undecided(
    history: Sequence[HistoryEntry], named: Collection[str], waiting: Collection[str], since: str
) -> None:
    """Raise `NotWaiting` for a call that somebody has decided on; it says who, why and `since`."""
    for entry in reversed(history):
        match entry.event:
            case CallApproved() | CallDenied() as event:
                if event.call_id in named and event.call_id not in waiting:
                    by, how = entry.envelope.actor, event.stored_as.removeprefix("call-")
                    why = f"call {event.call_id!r} was {how} by {by.kind} {by.id}: {event.reason}"
                    raise NotWaiting(entry.envelope.stream_id, why=why + since, waiting=waiting)
            case RunWaiting():
                return
            case _:
                pass


def _go_on(writer: RunWriter, history: Sequence[HistoryEntry]) -> None:
    going_on = recovery_of(history)
    writer.handle(
        ResumeRun(from_stage=going_on.from_stage, why=_GOES_ON, reused_calls=going_on.reused_calls)
    )
