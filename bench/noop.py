"""A tool that does nothing, and a service whose runs call it.

What is left is the cost of opstrail itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.planners.rules.planner import RulesPlanner
from domain.run.commands import RequestRun
from domain.run.envelope import Actor
from domain.run.facts import JsonMap
from domain.service import RunService
from domain.stages.workshop import Workshop
from domain.tools.contracts import BaseTool, Operation, ToolContext, ToolParams, ToolResult
from domain.tools.registry import ToolRegistry
from domain.tools.tracer import ExecutionTracer
from domain.writer import Authorship
from infrastructure.clock import SystemClock
from infrastructure.database.engine import create_engine
from infrastructure.database.migrate import ensure_current
from infrastructure.estate.reading import SqlEstate
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.ids import UuidIds

if TYPE_CHECKING:
    from pydantic import JsonValue

BY = Authorship("bench", Actor("service", "bench"))
_PAYLOAD: JsonMap = {
    "rows": [{"ci_code": f"ci-{number}", "note": "x" * 80} for number in range(10)]
}
"""About one kilobyte of JSON."""


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
        return ToolResult(success=True, data=_PAYLOAD)


def request(call_count: int) -> RequestRun:
    """Return a request for a run of five stages with this many calls that do nothing.

    With 0 it asks for a direct answer.
    """
    if call_count == 0:
        answer: JsonMap = {"kind": "direct", "direct_answer": {"answer": "nothing"}}
        return RequestRun(question="nothing", plan_output=answer)
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
def noop_service(folder: Path) -> Iterator[RunService]:
    """Give a service on a new SQLite database in the folder, with `synchronous=FULL` as always."""
    engine = create_engine(f"sqlite:///{folder / 'bench.db'}")
    ensure_current(engine)
    registry, clock = ToolRegistry(), SystemClock()
    registry.register_dynamic(NoopTool())
    estate, tracer = SqlEstate(engine), ExecutionTracer(now=clock.now)
    workshop = Workshop(RulesPlanner(), registry, estate, tracer)
    store = SqliteEventStore(engine)
    try:
        yield RunService(store=store, clock=clock, ids=UuidIds(), workshop=workshop)
    finally:
        engine.dispose()
