"""Planting situations: a real database with a small estate, real tools, and what goes wrong."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.bootstrap import Opstrail
from adapters.tools.builtin import builtin_registry
from domain.aggregate.envelope import Actor
from domain.estate.port import EstateDataset
from domain.estate.records import EventLogEntry, MetricPoint
from domain.operations.comparisons import DIAGNOSE_RUN
from domain.operations.one_run import RunAt
from domain.operations.operation import Caller
from domain.replay.diagnosis.case import Case
from domain.replay.fork.descent import Fork
from domain.replay.resume.resumption import Resumption
from domain.run.commands import RequestRun
from domain.run.facts import RunOptions
from domain.services.diagnosis import case_of
from domain.stages.given_plan import plan_output_of
from domain.tools.contracts import (
    BaseTool,
    Operation,
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolResult,
)
from domain.tools.policies.policy import EVERY_TOOL, Policies, PolicyDocument, ToolPolicy
from domain.tools.registry import ToolRegistry
from domain.views.diagnosis import Diagnosis, Hypothesis
from domain.writer import Authorship
from tests.bound import bind
from tests.estate_fixture import NOW, TENANT

BY = Authorship(TENANT, Actor("person", "ada"))
METRIC_OF_SRV_01: dict[str, Any] = {
    "primary": {"keywords": ["srv-01"]},
    "metric": {"metric_name": "cpu_usage"},
}
Hindrance = Callable[[], Awaitable[None]]


class PassingClock:
    """Runs on from the instant of the small estate; a situation may let more time pass."""

    def __init__(self) -> None:
        self._begun, self._passed = time.monotonic(), timedelta()

    def now(self) -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - self._begun) + self._passed

    def let_pass(self, **time_passed: float) -> None:
        self._passed += timedelta(**time_passed)


class Hindered(BaseTool):
    """A real tool that something happens to before it answers."""

    def __init__(self, tool: BaseTool, hindrance: Hindrance, *, name: str | None = None) -> None:
        self._tool, self._hindrance, self._name = tool, hindrance, name or tool.tool_name

    @property
    def tool_name(self) -> str:
        return self._name

    @property
    def tool_type(self) -> str:
        return self._tool.tool_type

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        return self._tool.operations

    async def execute(self, context: ToolContext, params: Mapping[str, Any]) -> ToolResult:
        await self._hindrance()
        return await self._tool.execute(context, params)


def failing(code: ToolErrorCode, message: str) -> Hindrance:
    async def fail() -> None:
        raise ToolFailure(code, message)

    return fail


def raising(error: Exception) -> Hindrance:
    async def fail() -> None:
        raise error

    return fail


def slow(seconds: float) -> Hindrance:
    async def wait() -> None:
        await asyncio.sleep(seconds)

    return wait


def in_turn(*hindrances: Hindrance | None) -> Hindrance:
    """Return what happens at the first call, at the second and so on; nothing after the last."""
    left = list(hindrances)

    async def next_one() -> None:
        hindrance = left.pop(0) if left else None
        if hindrance is not None:
            await hindrance()

    return next_one


class Site:
    """An opstrail in which situations are planted; `hindered` maps tools to what happens there."""

    def __init__(
        self,
        database: Path,
        hindered: Mapping[str, Hindrance] | None = None,
        *,
        without: str = "",
        standing_in: Mapping[str, str] | None = None,
    ) -> None:
        """`standing_in` maps tools to a second, sound one of that name that may answer for it."""
        self.database, self.clock = database, PassingClock()
        self.opstrail = Opstrail(f"sqlite:///{database}")
        vars(self.opstrail)["clock"] = self.clock
        registry = self._registry(hindered or {}, without)
        vars(self.opstrail)["tools"] = registry
        named = (standing_in or {}).items()
        policies = {name: ToolPolicy(fallback=other) for name, other in named}
        # What is planted happens once, and is not mended by asking again.
        planted = ToolPolicy(max_retries=0, breaker_enabled=False)
        document = PolicyDocument(tools={EVERY_TOOL: planted, **policies})
        for name, other in (standing_in or {}).items():
            sound = builtin_registry(self.opstrail.estate).get_tool(name)
            registry.register_dynamic(Hindered(sound, in_turn(), name=other))
        bind(self.opstrail, Policies(document))

    def ask(self, question: str, **options: Any) -> str:  # noqa: ANN401 - run options
        """Ask, and return the id of the run."""
        return self._run(RequestRun(question=question, options=RunOptions(**options)))

    def run(self, plan: dict[str, Any], *, question: str = "Planted?", **options: Any) -> str:  # noqa: ANN401 - run options
        """Carry out a plan, and return the id of the run."""
        return self._run(
            RequestRun(
                question=question,
                plan_output=plan_output_of(plan),
                options=RunOptions(**options),
            )
        )

    def request(self, question: str) -> str:
        """Ask, and let nobody carry it out yet."""
        return self.opstrail.runs.request(RequestRun(question=question), BY).run_id

    def carry_out(self, run_id: str) -> None:
        asyncio.run(self.opstrail.runs.carry_out(TENANT, run_id))

    def resume(self, run_id: str) -> str:
        self.opstrail.runs.resume(run_id, Resumption(reason="again"), BY)
        self.carry_out(run_id)
        return run_id

    def fork(self, run_id: str, **fork: Any) -> str:  # noqa: ANN401 - a fork's fields
        forked = self.opstrail.replays.fork(run_id, Fork(reason="what if", **fork), BY).run_id
        self.carry_out(forked)
        return forked

    def cancel(self, run_id: str, why: str) -> str:
        self.opstrail.runs.cancel(run_id, why=why, by=BY)
        return run_id

    def happens(
        self,
        *entries: EventLogEntry,
        points: Iterable[MetricPoint] = (),
        **more: Any,  # noqa: ANN401 - lists of a dataset
    ) -> None:
        """Let something happen in the estate."""
        dataset = EstateDataset(source="planted", event_log=entries, metric_points=points, **more)
        self.opstrail.estates.writer.load(TENANT, dataset, mode="merge", at=self.clock.now())

    def case(self, run_id: str) -> Case:
        return case_of(self.opstrail.reader, self.opstrail.estate, TENANT, run_id)

    def diagnosis(self, run_id: str) -> Diagnosis:
        return asyncio.run(DIAGNOSE_RUN.do(self.opstrail, Caller(BY), RunAt(run=run_id)))

    def cause(self, run_id: str) -> Hypothesis:
        """Return what the diagnosis puts first."""
        return self.diagnosis(run_id).hypotheses[0]

    def types(self, run_id: str, evidence: Iterable[int]) -> list[str]:
        """Return the types of the events of these versions."""
        history = self.opstrail.reader.history(TENANT, run_id)
        return [history[version - 1].event.stored_as for version in evidence]

    def _run(self, request: RequestRun) -> str:
        run_id = self.opstrail.runs.request(request, BY).run_id
        self.carry_out(run_id)
        return run_id

    def _registry(self, hindered: Mapping[str, Hindrance], without: str) -> ToolRegistry:
        registry = ToolRegistry()
        for name, tool in builtin_registry(self.opstrail.estate).get_available_tools().items():
            if name != without:
                hindrance = hindered.get(name)
                registry.register_dynamic(Hindered(tool, hindrance) if hindrance else tool)
        return registry


def entry(
    entry_id: str, *, event_type: str, minutes_ago: float, severity: int = 1, code: str = "srv-01"
) -> EventLogEntry:
    return EventLogEntry(
        entry_id=entry_id,
        ci_id=f"id-{code}",
        occurred_at=NOW - timedelta(minutes=minutes_ago),
        event_type=event_type,
        severity=severity,
        title=f"{event_type} {entry_id}",
    )


def cpu(code: str, value: float, **ago: Any) -> MetricPoint:  # noqa: ANN401 - parts of a point
    quality = ago.pop("quality", "good")
    return MetricPoint(
        ci_id=f"id-{code}",
        metric_name="cpu_usage",
        measured_at=NOW - timedelta(**ago),
        value=value,
        quality=quality,
    )
