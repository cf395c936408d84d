"""Runs of two tenants at once, with wild tools, drawn policies, and workers that are lost."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final

import pytest
import sqlalchemy as sa

from adapters.bootstrap import Opstrail
from adapters.tools.guarded import GuardedTool
from domain.aggregate.envelope import Actor
from domain.assets.names import POLICY
from domain.errors import Refused
from domain.replay.resume.resumption import Resumption
from domain.run.events import HistoryEntry
from domain.run.lifecycle import RunState
from domain.services.approvals import Decision
from domain.services.taking_over import take_over
from domain.stages import live
from domain.stages.recorder import RunStopped
from domain.stages.sources import Answer, CallRequest
from domain.tools.policies.policy import PolicyDocument
from domain.tools.registry import ToolRegistry
from domain.writer import Authorship
from tests.acceptance.chaos import drawn
from tests.acceptance.chaos.wild_tools import TENANTS, Outside, WildTool
from tests.acceptance.plans.running import WorkerLost
from tests.acceptance.policies.policed import publish

_CALL: Final = live.LiveCalls.call
_HANGS_SECONDS: Final = 60
_MOST: Final = 3
"""So often a run that ended or waits goes on at most."""
_ORIGIN: Final = "wild 1.0"
_MADE_OF_TOOLS: Final = ("workshop", "runs", "approvals", "replays", "recovery", "asset_desk")


@dataclass
class Storm:
    """What one site did: the runs of each tenant, under the policies that were drawn."""

    opstrail: Opstrail
    seed: int
    outside: Outside = field(init=False)
    documents: dict[str, PolicyDocument] = field(default_factory=dict)
    runs: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """What was raised where runs were carried out, which should raise nothing."""

    def __post_init__(self) -> None:
        """Put the wild tools in the place of all others, and publish policies for each tenant."""
        self._chance, self.outside = Random(self.seed), Outside(self.seed)
        registry = ToolRegistry()
        for name in ("wild", "spare"):
            tool = GuardedTool(WildTool(self.outside, name), _ORIGIN)
            registry.register_dynamic(tool, _ORIGIN)
        for made in _MADE_OF_TOOLS:
            vars(self.opstrail).pop(made, None)
        vars(self.opstrail)["tools"] = vars(self.opstrail)["known_tools"] = registry
        for tenant_id in TENANTS:
            document = self.documents[tenant_id] = drawn.policies(self._chance, registry)
            content = document.model_dump(mode="json", exclude_unset=True)
            publish(self.opstrail, POLICY, content, by(tenant_id))

    def rage(self, count: int) -> None:
        """Carry out so many runs of each tenant, all at once, and then whatever became of them."""
        for tenant_id in TENANTS:
            for _ in range(count):
                request = drawn.request(self._chance)
                run = self.opstrail.runs.request(request, by(tenant_id))
                self.runs.append((tenant_id, run.run_id))
        asyncio.run(self._all())

    async def _all(self) -> None:
        await asyncio.gather(*(self._one(*run) for run in self.runs))

    async def _one(self, tenant_id: str, run_id: str) -> None:
        chance = Random(f"{self.seed} {self.runs.index((tenant_id, run_id))}")
        await self._carried_out(tenant_id, run_id, chance)
        for times in count():
            if not self._goes_on(tenant_id, run_id, chance, is_enough=times > _MOST):
                return
            await self._carried_out(tenant_id, run_id, chance)

    async def _carried_out(self, tenant_id: str, run_id: str, chance: Random) -> None:
        task = asyncio.create_task(self.opstrail.runs.carry_out(tenant_id, run_id))
        seconds = chance.choice([0.02, 0.2]) if chance.random() < 0.05 else _HANGS_SECONDS
        done, _ = await asyncio.wait([task], timeout=seconds)
        if not done:
            assert seconds < _HANGS_SECONDS, f"{run_id} has not ended"
            task.cancel()
        try:
            await task
        except (asyncio.CancelledError, WorkerLost):
            pass
        except Exception as error:  # noqa: BLE001 - it is what is looked for
            self.broken.append(f"seed {self.seed}, {tenant_id}, {run_id} raises {error!r}")

    def _goes_on(self, tenant_id: str, run_id: str, chance: Random, *, is_enough: bool) -> bool:
        """Return whether somebody lets the run go on; somebody does where its worker was lost."""
        runs, history = self.opstrail.runs, self.history(tenant_id, run_id)
        state = self.opstrail.reader.summary(tenant_id, run_id).state
        if state == RunState.WAITING:
            if is_enough or chance.random() < 0.2:
                return False
            decision = Decision(is_approval=chance.random() < 0.7, reason="so it is")
            return self.opstrail.approvals.decide(run_id, decision, by(tenant_id))
        if state in {RunState.FAILED, RunState.COMPLETED, RunState.CANCELLED}:
            if is_enough or chance.random() < 0.6:
                return False
            try:
                runs.resume(run_id, Resumption(reason="to see"), by(tenant_id))
            except Refused:
                return False
            return True
        take_over_lost(self.opstrail, history)
        return True

    def history(self, tenant_id: str, run_id: str) -> list[HistoryEntry]:
        """Return the events of a run."""
        return self.opstrail.reader.history(tenant_id, run_id)


def take_over_lost(opstrail: Opstrail, history: Sequence[HistoryEntry]) -> None:
    """Take a run over whose worker was lost, as if its lease had run out."""
    expire = "UPDATE run_leases SET expires_at = '2026-01-01 00:00:00' WHERE stream_id = :run"
    with opstrail.engine.begin() as connection:
        connection.execute(sa.text(expire), {"run": history[0].envelope.stream_id})
    take_over(opstrail.runs, history)


def by(tenant_id: str) -> Authorship:
    """Return who asks for the runs of a tenant."""
    return Authorship(tenant_id, Actor("person", f"ada of {tenant_id}"))


@contextmanager
def losing_workers(share: float) -> Iterator[None]:
    """Let workers be lost at a call: before its tool is asked, or before its answer is kept."""
    chance = Random(share)

    async def call(calls: live.LiveCalls, request: CallRequest) -> Answer:
        is_lost, is_early = chance.random() < share, chance.random() < 0.5
        if is_lost and is_early:
            raise RunStopped(WorkerLost())
        answer = await _CALL(calls, request)
        if is_lost:
            raise RunStopped(WorkerLost())
        return answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(live.LiveCalls, "call", call)
        yield
