"""A store, and workers that are lost while they carry out a run of two calls."""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass, field

from domain.ports import EventStore, FoundRuns
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run.events import RunEvent
from domain.services.dispatcher import Dispatcher
from domain.services.leases import LEASE_SECONDS, LeaseHolder
from domain.services.reader import RunReader
from domain.services.recovery import Recovery
from domain.services.replays import Replays
from domain.services.runs import RunService
from domain.stages.workshop import Workshop
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
from domain.views.run import LostRun
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.replay.resume.test_resume import Counted
from tests.domain.stages.running import (
    BY,
    FOUND,
    METRIC,
    TENANT,
    VALUE,
    ci,
    finish,
    metric,
    plan_output,
)
from tests.domain.stages.test_runs_interrupted import BreakingStore, FullDisk
from tests.fakes import NOON, CountingIds, FrozenClock, PlannedBeforehand, empty_estate

HERE, THERE, OWN = "here/1/1.0/a", "there/1/1.0/a", "here/2/2.0/b"
AGO = 4.0
"""Seconds for which a lost run has been lost."""


class NoSearch:
    """Finds nothing; see `RunSearch`."""

    def search(self, tenant_id: str, text: str, *, limit: int) -> FoundRuns:
        raise NotImplementedError

    def reading(
        self, tenant_id: str, items: Collection[str], *, limit: int, before: str | None
    ) -> FoundRuns:
        raise NotImplementedError


@dataclass
class Heard:
    """What was told meanwhile."""

    remarks: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


class Site:
    """A store, and workers that come and go."""

    def __init__(self) -> None:
        self.memory, self.now, self.heard = MemoryEventStore(), 0.0, Heard()
        self.memory.leases.now = lambda: self.now
        self.found, self.value = Counted(FOUND), Counted(VALUE)
        self.registry = ToolRegistry()
        for tool in (ci(self.found.answer), metric(self.value.answer)):
            self.registry.register_dynamic(tool)
        self._ids = CountingIds()

    def service(self, worker: str, store: EventStore | None = None) -> RunService:
        planner = PlannedBeforehand(plan_output(**METRIC))
        tracer = ExecutionTracer(now=lambda: NOON)
        return RunService(
            store=store or self.memory,
            clock=FrozenClock(),
            ids=self._ids,
            workshop=Workshop(planner, self.registry, empty_estate(), tracer),
            holder=LeaseHolder(self.memory.leases, worker),
        )

    def pass_lease(self, seconds: float = AGO) -> None:
        """Let the leases run out that are there now, so long ago."""
        self.now += LEASE_SECONDS + seconds

    def left_behind(self, worker: str, breaks_at: int = 3) -> str:
        """A run whose worker was lost at this append."""
        service = self.service(worker, BreakingStore(self.memory, breaks_at=breaks_at))
        run_id = service.request(RequestRun(question="Which?"), BY).run_id
        with contextlib.suppress(FullDisk):
            finish(service.carry_out(TENANT, run_id))
        return run_id

    def recovery(self, worker: str = OWN, store: EventStore | None = None) -> Recovery:
        service, clock, leases = self.service(worker, store), FrozenClock(), self.memory.leases
        reader = RunReader(self.memory, self.memory, NoSearch(), clock)
        return Recovery(
            service=service,
            dispatcher=Dispatcher(service, reader, leases),
            views=self.memory,
            leases=leases,
            replays=Replays(service, workshop=service._workshop, clock=clock),
            clock=clock,
        )

    def lost(self, *run_ids: str, worker: str = OWN) -> list[LostRun]:
        return finish(self.recovery(worker).lost(TENANT, run_ids))

    def recover(
        self, *run_ids: str, worker: str = OWN, store: EventStore | None = None
    ) -> list[LostRun]:
        remarks, doubts = self.heard.remarks.append, self.heard.doubts.append
        recovery = self.recovery(worker, store)
        return finish(recovery.recover(TENANT, run_ids, tell=remarks, doubt=doubts))

    def events(self, run_id: str) -> list[RunEvent]:
        return [RUN.read(each).event for each in self.memory.read(TENANT, run_id)]

    def recovered(self, run_id: str) -> list[RunEvent]:
        """The events of the run, once it was taken over and carried to its end."""
        self.pass_lease()
        assert [each.run for each in self.recover()] == [run_id]
        return self.events(run_id)
