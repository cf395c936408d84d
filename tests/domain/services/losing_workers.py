"""A store, and workers that are lost while they carry out a run of two calls."""

import contextlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.ports import EventStore
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.services.recovery import Recovery
from domain.services.runs import RunService
from domain.stages.workshop import Workshop
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
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

HERE, THERE = "here/1/1.0", "there/1/1.0"


@dataclass
class KnownWorkers:
    """Workers of this host, of which some live; see `domain.ports.Workers`."""

    own: str = "here/2/2.0"
    alive: set[str] = field(default_factory=set)

    def is_alive(self, worker: str) -> bool | None:
        return worker in self.alive if worker.startswith("here/") else None


class Site:
    """A store, and workers that come and go."""

    def __init__(self) -> None:
        self.memory = MemoryEventStore()
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
            worker=worker,
        )

    def left_behind(self, worker: str, breaks_at: int = 3) -> str:
        """A run whose worker was lost at this append."""
        service = self.service(worker, BreakingStore(self.memory, breaks_at=breaks_at))
        run_id = service.request(RequestRun(question="Which?"), BY).run_id
        with contextlib.suppress(FullDisk):
            finish(service.carry_out(TENANT, run_id))
        return run_id

    def recovery(self, workers: KnownWorkers, *, at: datetime = NOON) -> Recovery:
        service = self.service(workers.own)
        return Recovery(service, self.memory, workers=workers, clock=FrozenClock(at))

    def lost(self, *, alive: set[str] | None = None, after: timedelta = timedelta()) -> list[str]:
        found = self.recovery(KnownWorkers(alive=alive or set()), at=NOON + after).lost(TENANT)
        return [each.run for each in found]

    def recovered(self, run_id: str) -> list[object]:
        """The events of the run, once it was taken over and carried to its end."""
        recovery = self.recovery(KnownWorkers())
        assert [each.run for each in recovery.take_over(TENANT, recovery.lost(TENANT), print)] == [
            run_id
        ]
        finish(self.service("here/2/2.0").carry_out(TENANT, run_id))
        return [RUN.read(each).event for each in self.memory.read(TENANT, run_id)]
