"""Runs of plans whose worker may be lost at a call, and that are taken over, resumed or forked."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from adapters.bootstrap import Opstrail
from domain.aggregate.envelope import Actor
from domain.errors import Refused
from domain.json import JsonMap
from domain.replay.fork.descent import Fork
from domain.replay.resume.resumption import Resumption
from domain.run.commands import RequestRun
from domain.run.events import (
    HistoryEntry,
    RunCompleted,
    RunFailed,
)
from domain.run.facts import Patches, RunOptions
from domain.run.replanning import RUN_POLICY
from domain.services.taking_over import take_over
from domain.stages import live
from domain.stages.recorder import RunStopped
from domain.stages.sources import Answer, CallRequest
from domain.writer import Authorship
from tests.acceptance.demo import DEMO
from tests.acceptance.plans.running import WorkerLost

_BY: Final = Authorship(DEMO, Actor("person", "alice"))
_HANGS_SECONDS: Final = 120
_CALL: Final = live.LiveCalls.call


@dataclass
class Worker:
    """Carries out runs in this process, until it is lost at a call."""

    opstrail: Opstrail
    left: int | None = None
    is_cancelled: bool = False
    asked: list[str] = field(default_factory=list)

    async def call(self, calls: live.LiveCalls, request: CallRequest) -> Answer:
        """Answer a call as the tools do, unless the worker is to be lost with it."""
        if self.left is not None:
            self.left -= 1
        if self.left == 0:
            if not self.is_cancelled:
                raise RunStopped(WorkerLost())
            for task in asyncio.all_tasks():
                if task.get_name() == "the run":
                    task.cancel()
        return await _CALL(calls, request)

    def carried_out(self, request: RequestRun) -> list[HistoryEntry]:
        """Return the history of a new run."""
        return self._go_on(self.opstrail.runs.request(request, _BY).run_id)

    def lost_and_found(
        self, plan: JsonMap, *, at_call: int, is_cancelled: bool
    ) -> list[HistoryEntry]:
        """Return the history of a run that lost its worker, and was carried on by another."""
        run_id = self.opstrail.runs.request(request_of(plan), _BY).run_id
        self.left, self.is_cancelled = at_call, is_cancelled
        history = self._go_on(run_id)
        self.left = None
        if isinstance(history[-1].event, RunCompleted | RunFailed):
            return history  # it asked fewer calls
        if is_cancelled:
            self.opstrail.runs.resume(run_id, Resumption(reason="to see"), _BY)
            return self._go_on(run_id)
        with self.opstrail.engine.begin() as connection:
            connection.execute(sa.text("UPDATE run_leases SET expires_at = '2026-01-01 00:00:00'"))
        take_over(self.opstrail.runs, history)
        return self._go_on(run_id)

    def forked(self, run_id: str, patch: JsonMap) -> list[HistoryEntry] | str:
        """Return the history of a fork with this patch of the plan, or why it is refused."""
        fork = Fork(reason="to see", patches=Patches(plan=patch))
        try:
            made = self.opstrail.replays.fork(run_id, fork, _BY)
        except Refused as error:
            return str(error)
        return self._go_on(made.run_id)

    def _go_on(self, run_id: str) -> list[HistoryEntry]:
        asyncio.run(self._watched(run_id))
        return self.opstrail.reader.history(DEMO, run_id)

    async def _watched(self, run_id: str) -> None:
        task = asyncio.create_task(self.opstrail.runs.carry_out(DEMO, run_id), name="the run")
        done, _ = await asyncio.wait([task], timeout=_HANGS_SECONDS)
        assert done, f"{run_id} has not ended in {_HANGS_SECONDS} s"
        if not task.cancelled() and (error := task.exception()) is not None:
            assert isinstance(error, WorkerLost), error


def request_of(plan: JsonMap, *, at_once: int = 10, is_replanned: bool = True) -> RequestRun:
    """Return the request that a command makes for a plan that is handed in."""
    options = RunOptions(anchor="data", edition=3, max_concurrent_calls=at_once)
    if is_replanned:
        options = RunOptions(
            anchor="data", edition=3, max_concurrent_calls=at_once, replanning=RUN_POLICY
        )
    return RequestRun(question="", options=options, plan_output={"kind": "plan", "plan": plan})
