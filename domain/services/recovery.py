"""Recovery: runs whose worker is lost are found, and carried on by this one; each by itself."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from domain.errors import Conflict, IllegalTransition
from domain.ports import Clock, Lease, Leases, RunViews
from domain.replay.resume.continuation import recovery_of, tries_of
from domain.run.events import HistoryEntry
from domain.run.lifecycle import ACTIVE_STATES, ENDED_STATES, RunState
from domain.run.summary import RunSummary, outcome_of, summary_of
from domain.run_filter.filter import any_of, equal
from domain.services.approvals import Approvals, last_wait
from domain.services.dispatcher import Dispatcher, Tell
from domain.services.leases import NOBODY
from domain.services.replays import Replays
from domain.services.runs import RunService
from domain.services.taking_over import MOST_TRIES, give_up, seconds_to_next_try, take_over
from domain.stages.effects import effects_made
from domain.times import duration_text, recorded_text
from domain.views.run import LostRun

_WAITING: Final = frozenset({RunState.REQUESTED, RunState.RESUMED})
_UNFINISHED: Final = any_of(*(equal("state", state) for state in sorted(ACTIVE_STATES | _WAITING)))
_MOST: Final = 1000
_AT_ONCE: Final = 8
_IMPORTED: Final = "imported, not recovered"
_NOT_HERE: Final = (
    "not recovered: it was imported, and what it waited for may go out where it comes from;"
    " `opstrail run cancel` ends it, and who resumes it then is asked anew"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Knows which runs nobody carries out, and carries them on.

    A run is lost when the lease of its worker has run out, and not before. One without a lease was
    never carried out here: it came by an import, and goes on only when it is asked for by name.
    """

    service: RunService
    dispatcher: Dispatcher
    views: RunViews
    leases: Leases
    replays: Replays
    clock: Clock

    @property
    def _approvals(self) -> Approvals:
        return Approvals(self.service, self.clock)

    async def lost(self, tenant_id: str, run_ids: Sequence[str] = ()) -> list[LostRun]:
        """Return the lost runs, the longest lost first, or how these runs stand.

        Each with what recovering it would do; nothing is called or recorded.
        """
        found = self._found(tenant_id, run_ids)
        return [await self._with_calls(tenant_id, each) for each in found]

    async def recover(
        self,
        tenant_id: str,
        run_ids: Sequence[str] = (),
        *,
        tell: Tell,
        doubt: Callable[[str], None],
    ) -> list[LostRun]:
        """Carry the lost runs, or these runs, to their ends; return them with what came of each.

        What cannot be recovered is told to `doubt`, and hinders no other run. What was tried
        before may be what its worker died of: it comes last, and alone.
        """
        done = {each.run: each for each in self._found(tenant_id, run_ids)}
        for each in done.values():
            if each.is_unreadable:
                doubt(f"{each.run} is {each.outcome}")
        due = [each for each in done.values() if not each.outcome]
        turns = asyncio.Semaphore(_AT_ONCE)

        async def recover_in_turn(lost: LostRun) -> None:
            async with turns:
                done[lost.run] = await self._recovered(tenant_id, lost, tell, doubt)

        await asyncio.gather(*(recover_in_turn(each) for each in due if not each.tries))
        for each in sorted(due, key=lambda lost: lost.tries):
            if each.tries:
                await recover_in_turn(each)
        return list(done.values())

    def is_carried_out(self, tenant_id: str, run_id: str) -> bool:
        """Return whether a worker carries the run out, as far as its lease says."""
        lease = self.leases.leases(tenant_id, [run_id]).get(run_id)
        return lease is not None and not lease.has_run_out and lease.owner != NOBODY

    def _found(self, tenant_id: str, run_ids: Sequence[str]) -> list[LostRun]:
        wanted = list(run_ids) or self._lost_or_imported(tenant_id)
        leases = self.leases.leases(tenant_id, wanted)
        is_named = bool(run_ids)
        return [
            self._seen(tenant_id, run_id, leases.get(run_id), is_named=is_named)
            for run_id in dict.fromkeys(wanted)
        ]

    def _lost_or_imported(self, tenant_id: str) -> list[str]:
        lost = self.leases.run_out(tenant_id)
        found = self.views.summaries(tenant_id, _UNFINISHED, limit=_MOST).summaries
        unfinished = [summary.run_id for summary in reversed(found)]
        leased = self.leases.leases(tenant_id, unfinished)
        return [*lost, *(run_id for run_id in unfinished if run_id not in leased)]

    def _seen(
        self, tenant_id: str, run_id: str, lease: Lease | None, *, is_named: bool
    ) -> LostRun:
        try:
            history = self.service.history(tenant_id, run_id)
            lost = _lost_run(history, lease)
            outcome = self._why_not(history, lease, is_named=is_named)
        except Exception as error:  # noqa: BLE001 - it is this run's alone, and told with it
            return LostRun.unreadable(run_id, why=str(error))
        if outcome is None and not is_named and lease is not None:
            return self._backing_off(lost, lease)
        return replace(lost, outcome=outcome or "")

    def _why_not(
        self, history: Sequence[HistoryEntry], lease: Lease | None, *, is_named: bool
    ) -> str | None:
        state = summary_of(history).state
        if state in ENDED_STATES:
            return f"not recovered: it is {state}"
        if state == RunState.WAITING and not self._approvals.is_over(history):
            until = last_wait(history)[1].expires_at
            return f"not recovered: it waits for approval until {until}"
        if lease is None and (state == RunState.WAITING or effects_made(history).approved):
            return _NOT_HERE
        if lease is not None and not (lease.has_run_out or lease.owner == NOBODY):
            return f"not recovered: {lease.owner} carries it out"
        return _IMPORTED if lease is None and not is_named else None

    def _backing_off(self, lost: LostRun, lease: Lease) -> LostRun:
        term = self.service.holder.seconds
        wait = seconds_to_next_try(lease, tries=lost.tries, term=term)
        if wait <= 0:
            return lost
        at = recorded_text(self.clock.now() + timedelta(seconds=wait))
        return replace(lost, not_before=at, outcome=f"not before {at}")

    async def _with_calls(self, tenant_id: str, lost: LostRun) -> LostRun:
        """Add which calls would go out, None when a planner would say that first."""
        if lost.state in ENDED_STATES | {RunState.WAITING} or lost.is_unreadable:
            return lost
        try:
            preview = await self.replays.preview_recovery(tenant_id, lost.run)
        except Exception as error:  # noqa: BLE001 - it is this run's alone, and told with it
            return replace(lost, outcome=f"cannot be recovered: {error}")
        out = [call for call in preview.calls if call.answer == "live"]
        told = tuple(f"{call.call_id} ({call.tool}.{call.operation})" for call in out)
        needy = tuple(each.call_id for each in preview.calls if each.answer == "needs approval")
        goes_out = None if preview.is_planned_anew else told
        return replace(lost, goes_out=goes_out, needs_approval=needy)

    async def _recovered(
        self, tenant_id: str, lost: LostRun, tell: Tell, doubt: Callable[[str], None]
    ) -> LostRun:
        try:
            history = self.service.history(tenant_id, lost.run)
            if lost.state == RunState.WAITING:
                tell(f"denies what {lost.run} waits for: {lost.why}")
                self._approvals.expire(history)
                await self.dispatcher.carry_out(tenant_id, lost.run, tell)
            elif lost.tries >= MOST_TRIES:
                give_up(self.service, history)
                doubt(f"{lost.run} is given up after {lost.tries} tries: {lost.why}")
            else:
                lost = await self._with_calls(tenant_id, lost)
                tell(f"recovers {lost.run}: {lost.why}; {lost.calls}")
                take_over(self.service, history, was_set_down=lost.is_set_down)
                await self.dispatcher.carry_out(tenant_id, lost.run, tell)
            history = self.service.history(tenant_id, lost.run)
            return replace(lost, outcome=outcome_of(summary_of(history)))
        except (Conflict, IllegalTransition) as first:
            return replace(lost, outcome=f"not recovered: {first}")
        except Exception as error:  # noqa: BLE001 - one bad run harms no other
            doubt(f"{lost.run} is not recovered: {error}")
            return replace(lost, outcome=f"not recovered: {error}")


def _lost_run(history: Sequence[HistoryEntry], lease: Lease | None) -> LostRun:
    summary, going_on = summary_of(history), recovery_of(history)
    return LostRun(
        run=summary.run_id,
        state=summary.state,
        question=summary.question,
        worker=summary.worker,
        why=_waits(history) if summary.state == RunState.WAITING else _why(summary, lease),
        tries=tries_of(history),
        is_imported=lease is None and summary.state not in ENDED_STATES,
        is_set_down=summary.state in ACTIVE_STATES and _is_nobodys(lease),
        made_again=going_on.calls_in_flight,
    )


def _is_nobodys(lease: Lease | None) -> bool:
    return lease is not None and lease.owner == NOBODY


def _waits(history: Sequence[HistoryEntry]) -> str:
    return f"its calls were to be approved until {last_wait(history)[1].expires_at}"


def _why(run: RunSummary, lease: Lease | None) -> str:
    if run.state in ENDED_STATES:
        return f"it is {run.state}"
    if lease is None:
        return "it has no lease: it was imported, or recorded before there were leases"
    if not lease.has_run_out:
        return f"{lease.owner} carries it out"
    ago = duration_text(-1000 * lease.seconds_left)
    if _is_nobodys(lease):
        return f"its worker {run.worker} stopped, and set it down {ago} ago"
    if run.worker is None:
        return f"no worker has begun it; the lease ran out {ago} ago"
    return f"the lease of its worker {run.worker} ran out {ago} ago"
