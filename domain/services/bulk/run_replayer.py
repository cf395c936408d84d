"""One run of a bulk replay: verified, or made again as a new run."""

from typing import Final

from domain.errors import KeyReused, OpstrailError
from domain.replay.bulk.events import BulkMode, BulkReplayStarted, ReplayedRun
from domain.replay.bulk.judgement import compared, failed, verified
from domain.replay.fork.descent import Fork
from domain.run.lifecycle import FINAL_STATES, RunState
from domain.run.run import fold
from domain.run.summary import RunSummary
from domain.services.replays import Replays
from domain.services.runs import RunService
from domain.writer import Authorship

_ENDED: Final = FINAL_STATES | {RunState.FAILED}


class RunReplayer:
    """Replays single runs as a bulk replay wants it; the same run twice makes one new run only."""

    def __init__(
        self,
        replay_id: str,
        started: BulkReplayStarted,
        by: Authorship,
        *,
        service: RunService,
        replays: Replays,
    ) -> None:
        """Keep what is wanted; new runs are requested by who started the bulk replay."""
        self._replay_id, self._started, self._by = replay_id, started, by
        self._service, self._replays = service, replays

    async def replay(self, run: RunSummary) -> ReplayedRun:
        """Return what came of the run; what is wrong with it alone is part of that."""
        try:
            if self._started.mode is BulkMode.VERIFY:
                return verified(await self._replays.verify(run.tenant_id, run.run_id))
            return await self._made_anew(run)
        except OpstrailError as error:
            return failed(run.run_id, str(error))

    async def _made_anew(self, run: RunSummary) -> ReplayedRun:
        new_run_id = self._requested(run)
        await self._bring_to_its_end(run.tenant_id, new_run_id)
        before = self._service.history(run.tenant_id, run.run_id)
        return compared(before, self._service.history(run.tenant_id, new_run_id))

    async def _bring_to_its_end(self, tenant_id: str, run_id: str) -> None:
        history = self._service.history(tenant_id, run_id)
        state = fold(run_id, (entry.event for entry in history)).state
        if state in _ENDED:
            return
        if state is not RunState.REQUESTED:
            # An earlier worker of the bulk replay was lost in the middle of it.
            lost = history[-1].envelope.actor
            self._service.take_over(tenant_id, run_id, lost_worker=lost.id)
        await self._service.carry_out(tenant_id, run_id)

    def _requested(self, run: RunSummary) -> str:
        """Return the new run; it was requested before when an earlier worker came so far."""
        key, reason = f"{self._replay_id}/{run.run_id}", self._started.reason
        try:
            if self._started.mode is BulkMode.RERUN:
                return self._replays.rerun(run.run_id, reason, self._by, key=key).run_id
            return self._replays.fork(run.run_id, fork_of(self._started), self._by, key=key).run_id
        except KeyReused as reused:  # the old run has got more events since then
            return reused.stream_id


def fork_of(started: BulkReplayStarted) -> Fork:
    """Return how each run is forked."""
    return Fork(
        reason=started.reason,
        at=started.at,
        patches=started.patches,
        is_blocked=started.is_blocked,
    )
