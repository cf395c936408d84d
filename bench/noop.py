"""A tool that does nothing, and a service whose runs call it.

What is left is the cost of opstrail itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from adapters.planners.reader.planner import ReaderPlanner
from bench.contenders.work import CALL_COUNT, RESULT
from domain.aggregate.envelope import Actor
from domain.ports import EventStore
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run.events import HistoryEntry
from domain.services.leases import LeaseHolder
from domain.services.runs import RunService
from domain.stages.workshop import Workshop
from domain.tools.contracts import BaseTool, Operation, ToolContext, ToolParams, ToolResult
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
from domain.writer import Authorship
from infrastructure.clock import SystemClock
from infrastructure.database.engine import create_engine
from infrastructure.database.migrate import ensure_current
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.event_store.batch import BatchStore
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.leases import SqlLeases
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.ids import UuidIds
from infrastructure.workers import worker_id

if TYPE_CHECKING:
    from pydantic import JsonValue

    from domain.json import JsonMap

BY = Authorship("bench", Actor("service", "bench"))

# As many calls as the command line ranks tools by.
_RANKED_CALLS = 200


class _Params(ToolParams):
    keywords: list[str] = []
    filters: list[dict[str, Any]] = []
    limit: int = 5


class NoopTool(BaseTool):
    """Answers at once with a kilobyte."""

    @property
    def tool_type(self) -> str:
        """See `BaseTool`; plans look for configuration items, so it takes their place."""
        return "ci"

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        """See `BaseTool`."""
        return {"search": Operation("search", "Does nothing.", _Params, self._answer)}

    async def _answer(self, context: ToolContext, params: _Params) -> ToolResult:  # noqa: ARG002 - does nothing
        return ToolResult(success=True, data=RESULT)


@dataclass(frozen=True, slots=True)
class Bench:
    """opstrail on one database, with the no-op tool alone."""

    engine: sa.Engine
    store: EventStore
    service: RunService
    workshop: Workshop

    def history(self, run_id: str) -> list[HistoryEntry]:
        """Return a run's events, read from the database and decoded."""
        return [RUN.read(recorded) for recorded in self.store.read(BY.tenant_id, run_id)]

    async def run(self, *, call_count: int = CALL_COUNT) -> str:
        """Ask, and return the id of the run. All of it is durable then."""
        run_id = self.service.new_run_id()
        return (await self.service.ask(request(call_count), BY, run_id=run_id)).run_id


def request(call_count: int) -> RequestRun:
    """Return a request for a run of five stages with this many calls that do nothing."""
    steps: list[JsonValue] = [
        {
            "step_id": f"step{number}",
            "name": "nothing",
            "intent": "SEARCH",
            "primary": {"keywords": ["nothing"], "tool_type": "ci_search"},
        }
        for number in range(call_count)
    ]
    plan: JsonMap = {"intent": "SEARCH", "enable_multistep": True, "steps": steps}
    return RequestRun(question="nothing", plan_output={"kind": "plan", "plan": plan})


@contextmanager
def noop_bench(database_url: str, *, request_rides: bool = False) -> Iterator[Bench]:
    """Give opstrail on a database, which is made or brought up to date first."""
    engine = create_engine(database_url)
    ensure_current(engine)
    registry, clock = ToolRegistry(), SystemClock()
    registry.register_dynamic(NoopTool())
    tracer = ExecutionTracer(_RANKED_CALLS, now=clock.now)
    workshop = Workshop(ReaderPlanner(), registry, SqlEstate(engine), tracer)
    store = GroupCommit(_store(engine))
    service = RunService(
        store=store,
        clock=clock,
        ids=UuidIds(),
        workshop=workshop,
        request_rides=request_rides,
        holder=LeaseHolder(SqlLeases(engine), worker_id()),
    )
    try:
        yield Bench(engine, store, service, workshop)
    finally:
        store.close()
        engine.dispose()


def _store(engine: sa.Engine) -> BatchStore:
    if engine.dialect.name == "sqlite":
        return SqliteEventStore(engine)
    from infrastructure.event_store.postgres import PostgresEventStore  # noqa: PLC0415

    return PostgresEventStore(engine)
