"""A run of five calls on a real database, whose tools write down when they are called."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from domain.aggregate.envelope import Actor
from domain.json import JsonMap
from domain.ports import EventStore, Leases, Record, RunViews
from domain.run.commands import RequestRun
from domain.services.leases import LeaseHolder
from domain.services.runs import RunService
from domain.stages.workshop import Workshop
from domain.tools.contracts import BaseTool, ToolContext, ToolResult
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
from domain.writer import Authorship
from infrastructure.clock import SystemClock
from infrastructure.database.engine import create_engine
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.leases import SqlLeases
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.event_store.stream_rows import StreamReader
from infrastructure.ids import UuidIds
from infrastructure.projections.projections import Projections
from infrastructure.run_list.views import SqlRunViews
from infrastructure.workers import worker_id
from tests.domain.stages.running import plan_output
from tests.fakes import AnyParams, PlannedBeforehand, Script, ScriptedTool, empty_estate

ITEM: JsonMap = {"ci_id": "c1", "ci_code": "srv-1", "ci_name": "Server 1"}
LOOKUP: JsonMap = {"intent": "LOOKUP", "primary": {"keywords": ["srv-1"]}}
FIVE_CALLS = plan_output(
    enable_multistep=True,
    steps=[
        {
            "step_id": "one",
            "name": "one",
            **LOOKUP,
            "metric": {"metric_name": "cpu"},
            "history": {"enabled": True},
        },
        {"step_id": "two", "name": "two", **LOOKUP, "metric": {"metric_name": "memory"}},
    ],
)
LEASE_SECONDS = 0.5
CALLS = {"one:primary", "one:metric", "one:history", "two:primary", "two:metric"}


def tools(called: Path) -> Iterator[BaseTool]:
    """Yield the tools; each call leaves a line in the file."""

    def writing(name: str, data: JsonValue) -> Script:
        async def answer(context: ToolContext, _: AnyParams) -> ToolResult:
            with called.open("a") as file:
                file.write(f"{context.tenant_id} {name}\n")
            for _turn in range(3):  # so that calls end after others began
                await asyncio.sleep(0)
            return ToolResult(success=True, data=data)

        return answer

    yield ScriptedTool("ci", resolve=writing("ci", {"rows": [ITEM], "total": 1}))
    value: JsonMap = {"metric_name": "cpu", "agg": "avg", "value": 40.5, "sample_count": 3}
    yield ScriptedTool("metric", aggregate=writing("metric", value))
    records: JsonMap = {
        "rows": [{"summary": "restarted"}],
        "total": 1,
        "source": "work_and_maintenance",
    }
    yield ScriptedTool("history", work_and_maintenance=writing("history", records))


@dataclass(frozen=True)
class Opened:
    """The event store of a database, with its group commit, its run list and its leases."""

    store: EventStore
    views: RunViews
    leases: Leases
    record: Record


@contextmanager
def opened_store(url: str) -> Iterator[Opened]:
    """Open a database that is there."""
    engine = create_engine(url)
    views = SqlRunViews(engine, Projections(engine, clock=SystemClock(), ids=UuidIds()).catch_up)
    inner = SqliteEventStore if engine.dialect.name == "sqlite" else PostgresEventStore
    try:
        with closing(GroupCommit(inner(engine))) as store:
            yield Opened(store, views, SqlLeases(engine), StreamReader(engine))
    finally:
        engine.dispose()


def service_on(
    store: EventStore, leases: Leases, called: Path, *, ci: BaseTool | None = None
) -> RunService:
    """Return a service whose worker is this process."""
    registry = ToolRegistry()
    for tool in tools(called):
        registry.register_dynamic(ci if ci and tool.tool_name == ci.tool_name else tool)
    clock = SystemClock()
    tracer = ExecutionTracer(now=clock.now)
    return RunService(
        store=store,
        clock=clock,
        ids=UuidIds(),
        workshop=Workshop(PlannedBeforehand(FIVE_CALLS), registry, empty_estate(), tracer),
        holder=LeaseHolder(leases, worker_id(), LEASE_SECONDS),
    )


def ask(service: RunService, tenant_id: str) -> str:
    """Request the run and carry it to its end; return its id."""
    by = Authorship(tenant_id, Actor("person", "ada"))
    run_id = service.request(RequestRun(question="How is srv-1?"), by).run_id
    asyncio.run(service.carry_out(tenant_id, run_id))
    return run_id
