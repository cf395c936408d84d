"""The runs of a bulk replay, one by one: previewed, verified, resumed, or made again."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from domain.errors import Conflict, KeyReused, OpstrailError
from domain.replay.bulk.events import BulkReplayStarted
from domain.replay.bulk.judgement import compared, failed, refused, resumed, verified
from domain.replay.bulk.orders import BulkOrder, RunRange
from domain.replay.compare.ignore_rules import IgnoreRules, parse_ignore_rules
from domain.replay.fork.descent import Fork, Rerun
from domain.replay.resume.continuation import tries_of
from domain.replay.resume.resumption import Resumption
from domain.run.call_events import AnsweredBy
from domain.run.events import RunResumed
from domain.run.lifecycle import ENDED_STATES, RunState
from domain.run.summary import RunSummary, summary_of
from domain.services.bulk.turns import Turns
from domain.services.replays import Replays
from domain.services.requested_run import RequestedRun
from domain.services.runs import RunService
from domain.services.taking_over import (
    MOST_TRIES,
    give_up,
    seconds_to_next_try,
    take_over,
)
from domain.views.bulk_replay import BulkMode, BulkPreview, ReplayedRun
from domain.views.preview import Preview
from domain.writer import Authorship

_AT_REST: Final = ENDED_STATES | {RunState.WAITING}
_NAMED_REFUSALS: Final = 20
_LOOK_SECONDS: Final = 1.0
"""How often it is looked whether somebody else is still at a run."""


@dataclass(frozen=True, slots=True)
class RunReplayer:
    """Replays single runs as a bulk replay asks for it; new runs are requested by who started it.

    A run that is replayed twice, because a worker was lost, makes one new run only.
    """

    replay_id: str
    started: BulkReplayStarted
    by: Authorship
    service: RunService
    replays: Replays
    turns: Turns

    async def replay(self, run: RunSummary) -> ReplayedRun:
        """Return what came of the run; an error of this run alone is its result."""
        try:
            match self.started.mode:
                case BulkMode.VERIFY:
                    return await self._verified(run.tenant_id, run.run_id)
                case BulkMode.RESUME:
                    return await self._resumed(run.tenant_id, run.run_id)
                case _:
                    return await self._made_anew(run)
        except OpstrailError as error:
            return failed(run.run_id, str(error))

    @property
    def _ignore(self) -> IgnoreRules:
        return parse_ignore_rules(self.started.ignore or ())

    async def _verified(self, tenant_id: str, run_id: str) -> ReplayedRun:
        return verified(await self.replays.verify(tenant_id, run_id, self._ignore))

    async def _made_anew(self, run: RunSummary) -> ReplayedRun:
        requested = self._requested(run)
        new_run_id, is_new = requested.run_id, not requested.is_repeat
        await self._bring_to_its_end(run.tenant_id, new_run_id, is_new=is_new)
        before = self.service.history(run.tenant_id, run.run_id)
        after = self.service.history(run.tenant_id, new_run_id)
        return compared(before, after, self._ignore)

    async def _resumed(self, tenant_id: str, run_id: str) -> ReplayedRun:
        # An earlier worker of the bulk replay may have come so far.
        is_new = self._resumed_after(tenant_id, run_id) is None
        if is_new:
            try:
                self.service.resume(run_id, _resumption(self.started, self._why), self.by)
            except OpstrailError as error:
                return refused(run_id, str(error))
        await self._bring_to_its_end(tenant_id, run_id, is_new=is_new)
        history = self.service.history(tenant_id, run_id)
        return resumed(summary_of(history), history[self._resumed_after(tenant_id, run_id) :])

    def _resumed_after(self, tenant_id: str, run_id: str) -> int | None:
        """Return after how many events this bulk replay has resumed the run, if it has."""
        history = self.service.history(tenant_id, run_id)
        found = [
            entry.envelope.version
            for entry in history
            if isinstance(entry.event, RunResumed) and entry.event.why == self._why
        ]
        return found[-1] if found else None

    @property
    def _why(self) -> str:
        """Why runs are resumed, and by which bulk replay."""
        return f"{self.started.reason} ({self.replay_id})"

    async def _bring_to_its_end(self, tenant_id: str, run_id: str, *, is_new: bool) -> None:
        """Carry the run out; whoever else does that by now is waited for.

        One that is not new was begun by an earlier worker of the bulk replay.
        """
        if is_new:
            with suppress(Conflict):  # somebody took it over, or ended it
                async with self.turns.one():
                    await self.service.carry_out(tenant_id, run_id)
        while not self._has_ended(tenant_id, run_id):
            with suppress(Conflict):
                await self._go_on(tenant_id, run_id)

    async def _go_on(self, tenant_id: str, run_id: str) -> None:
        """Take the run over once it is lost, or give it up; what was tried before goes alone."""
        if (seconds := self._seconds_to_wait(tenant_id, run_id)) > 0:
            await asyncio.sleep(min(seconds, _LOOK_SECONDS))
            return
        tried_before = tries_of(self.service.history(tenant_id, run_id)) > 0
        async with self.turns.alone() if tried_before else self.turns.one():
            history = self.service.history(tenant_id, run_id)
            if summary_of(history).state in _AT_REST:  # meanwhile, by somebody else
                return
            if tries_of(history) >= MOST_TRIES:
                give_up(self.service, history)
                return
            take_over(self.service, history)
            await self.service.carry_out(tenant_id, run_id)

    def _has_ended(self, tenant_id: str, run_id: str) -> bool:
        history = self.service.history(tenant_id, run_id)
        return summary_of(history).state in _AT_REST

    def _seconds_to_wait(self, tenant_id: str, run_id: str) -> float:
        holder = self.service.holder
        leases = {} if holder.leases is None else holder.leases.leases(tenant_id, [run_id])
        if run_id not in leases:
            return 0.0
        tries = tries_of(self.service.history(tenant_id, run_id))
        return seconds_to_next_try(leases[run_id], tries=tries, term=holder.seconds)

    def _requested(self, run: RunSummary) -> RequestedRun:
        """Return the new run; it was requested before when an earlier worker came so far."""
        key = f"{self.replay_id}/{run.run_id}"
        try:
            if self.started.mode is BulkMode.RERUN:
                return self.replays.rerun(run.run_id, _rerun(self.started), self.by, key=key)
            return self.replays.fork(run.run_id, _fork(self.started), self.by, key=key)
        except KeyReused as reused:  # the old run has got more events since then
            return RequestedRun(reused.stream_id, is_repeat=True)


async def preview_of(order: BulkOrder, runs: RunRange, replays: Replays) -> BulkPreview:
    """Return what the order would do with the range; nothing is called or recorded.

    Raises like `RunRange.count`.
    """
    count = runs.count(order.limit)
    calls, planned_anew, refused_count = Counter[AnsweredBy](), 0, 0
    refusals: dict[str, str] = {}
    for run in runs.runs(count):
        try:
            found = await _preview(order, run, replays)
        except OpstrailError as error:
            refused_count += 1
            if len(refusals) < _NAMED_REFUSALS:
                refusals[run.run_id] = str(error)
            continue
        if found is None:
            calls["record"] += run.call_count
            continue
        calls.update(call.answered_by for call in found.calls)
        planned_anew += found.is_planned_anew
    return BulkPreview(
        run_count=count,
        calls=dict(calls),
        outside_calls=None if planned_anew else calls["live"],
        planned_anew=planned_anew,
        refused_count=refused_count,
        refusals=refusals,
    )


async def _preview(order: BulkOrder, run: RunSummary, replays: Replays) -> Preview | None:
    """Return what would become of the run; None when it would only be verified."""
    match order.mode:
        case BulkMode.VERIFY:
            return None
        case BulkMode.RERUN:
            return await replays.preview_rerun(run.tenant_id, run.run_id, _rerun(order))
        case BulkMode.FORK:
            return await replays.preview_fork(run.tenant_id, run.run_id, _fork(order))
        case BulkMode.RESUME:
            asked = _resumption(order, order.reason)
            return await replays.preview_resume(run.tenant_id, run.run_id, asked)


def _resumption(asked: BulkOrder | BulkReplayStarted, why: str) -> Resumption:
    return Resumption(reason=why, timeout_ms=asked.timeout_ms or None, patches=asked.patches)


def _rerun(asked: BulkOrder | BulkReplayStarted) -> Rerun:
    return Rerun(
        reason=asked.reason,
        timeout_ms=asked.timeout_ms or None,
        patches=asked.patches,
        blocks_effects=True,  # nobody is there to allow one
    )


def _fork(asked: BulkOrder | BulkReplayStarted) -> Fork:
    return Fork(
        reason=asked.reason,
        timeout_ms=asked.timeout_ms or None,
        patches=asked.patches,
        at=asked.at,
        from_call=asked.from_call or None,
        retry_failed=asked.retry_failed is True,
        is_blocked=asked.is_blocked,
        blocks_effects=True,
    )
