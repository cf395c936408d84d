"""Whole runs in memory, with tools whose answers a test writes down."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from domain.aggregate.envelope import Actor
from domain.estate.port import Estate
from domain.json import JsonMap
from domain.plan.plan import PlanOutput
from domain.plan.planner import Planner
from domain.ports import EventStore
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run.events import HistoryEntry, RunEvent
from domain.run.facts import RunOptions
from domain.services.replays import Replays
from domain.services.runs import RunService
from domain.services.watch import Watch
from domain.stages.workshop import Workshop
from domain.tools.confidential import OPEN, Confidential
from domain.tools.contracts import BaseTool
from domain.tools.policies.policy import EVERY_TOOL, Policies, PolicyDocument, ToolPolicy
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
from domain.views.response import run_response
from domain.writer import Authorship
from infrastructure.event_store.memory import MemoryEventStore
from tests.fakes import (
    NOON,
    CountingIds,
    FrozenClock,
    PlannedBeforehand,
    Script,
    ScriptedTool,
    answering,
    empty_estate,
)

R = TypeVar("R")
E = TypeVar("E", bound=RunEvent)
TENANT = "acme"
BY = Authorship(TENANT, Actor("person", "ada"), "00-trace-span-01")
ITEM: JsonMap = {"ci_id": "c1", "ci_code": "srv-1", "ci_name": "Server 1"}
FOUND = answering({"rows": [ITEM], "total": 1}, references=[{"kind": "ci", "id": "c1"}])
VALUE = answering({"metric_name": "cpu", "agg": "avg", "value": 40.0, "sample_count": 3})
LOOKUP = {"primary": {"keywords": ["srv-1"]}}
METRIC = {**LOOKUP, "metric": {"metric_name": "cpu"}}
TWO_STEPS = {
    "enable_multistep": True,
    "steps": [
        {"step_id": "one", "name": "one", "intent": "LOOKUP", **LOOKUP},
        {"step_id": "two", "name": "two", "intent": "LOOKUP", "metric": {"metric_name": "cpu"}},
    ],
}


def ci(script: Script = FOUND) -> BaseTool:
    return ScriptedTool("ci", resolve=script, search=script)


def metric(script: Script = VALUE) -> BaseTool:
    return ScriptedTool("metric", aggregate=script)


def plan_output(**plan: Any) -> PlanOutput:  # noqa: ANN401 - plain JSON
    """Return the output of a planner that made this plan."""
    return PlanOutput.model_validate({"kind": "plan", "plan": plan})


class Running:
    """A service over tools and a planner, and what its store holds."""

    def __init__(  # noqa: PLR0913 - each is of use to some test
        self,
        *tools: BaseTool,
        planned: PlanOutput | Exception | None = None,
        planner: Planner | None = None,
        estate: Estate | None = None,
        store: EventStore | None = None,
        newest_at: datetime | None = None,
        request_rides: bool = False,
        beat_seconds: float = 1.0,
        confidential: Confidential = OPEN,
    ) -> None:
        self.planner = PlannedBeforehand(planned or plan_output(**LOOKUP))
        self.memory = MemoryEventStore()
        self.registry = ToolRegistry()
        for tool in tools:
            self.registry.register_dynamic(tool)
        clock = FrozenClock(step=timedelta(milliseconds=1))
        tracer = ExecutionTracer(now=lambda: NOON)
        self.policies = {EVERY_TOOL: ToolPolicy(max_retries=0)}
        workshop = Workshop(
            planner or self.planner,
            self.registry,
            estate or empty_estate(newest_at),
            tracer,
            confidential=confidential,
            policies=lambda _: Policies(PolicyDocument(tools=self.policies)),
        )
        self.workshop = workshop
        self.service = RunService(
            store=store or self.memory,
            clock=clock,
            ids=CountingIds(),
            workshop=workshop,
            request_rides=request_rides,
            watch=Watch(seconds=beat_seconds),
        )
        self.replays = Replays(self.service, workshop=workshop, clock=clock)

    def let_stand_in(self, tool: str, other: str) -> None:
        """Let another tool be asked where this one fails."""
        self.policies[tool] = ToolPolicy(fallback=other)

    def request(self, **command: Any) -> str:  # noqa: ANN401 - the fields of a request
        """Request a run and return its id."""
        return self.service.request(RequestRun(**{"question": "Which?", **command}), BY).run_id

    def carry_out(self, run_id: str) -> None:
        finish(self.service.carry_out(TENANT, run_id))

    def history(self, run_id: str) -> list[HistoryEntry]:
        return [RUN.read(recorded) for recorded in self.memory.read(TENANT, run_id)]


def finish(work: Coroutine[object, object, R]) -> R:
    """Run to the end; a hang is a failure after some seconds."""

    async def bounded() -> R:
        return await asyncio.wait_for(work, timeout=20)

    return asyncio.run(bounded())


class Ran:
    """One run that was carried out, and what is durable of it."""

    def __init__(self, running: Running, run_id: str) -> None:
        self.run_id = run_id
        self.history = running.history(run_id)
        self.events = [entry.event for entry in self.history]
        self.response = run_response(self.history)

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def one(self, kind: type[E]) -> E:
        (event,) = self.all(kind)
        return event


def ran(running: Running, **command: Any) -> Ran:  # noqa: ANN401 - the fields of a request
    """Request a run, carry it out, and return what is durable of it."""
    run_id = running.request(**command)
    running.carry_out(run_id)
    return Ran(running, run_id)


def ran_plan(plan: dict[str, Any], *tools: BaseTool, **options: Any) -> Ran:  # noqa: ANN401 - JSON
    """Carry out a plan with these tools."""
    running = Running(*tools, planned=plan_output(**plan))
    return ran(running, options=RunOptions(**options))
