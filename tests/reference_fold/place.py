"""A whole opstrail whose clock, tools, planner and workers follow a seed."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from adapters.bootstrap import Opstrail
from domain.aggregate.envelope import RecordedEvent
from domain.json import JsonMap
from domain.payloads import Payloads
from domain.plan.plan import PlanOutput
from domain.plan.planner import PlanningContext, QuestionNotUnderstood
from domain.ports import Append, Appended, EventStore, StreamHead
from domain.tools.contracts import ToolErrorCode, ToolFailure, ToolResult
from domain.tools.policies.policy import EVERY_TOOL, Policies, PolicyDocument, ToolPolicy
from domain.tools.registry import ToolRegistry
from tests.bound import bind
from tests.domain.stages.orchestrating import DIRECT, REJECT
from tests.domain.stages.running import ITEM, LOOKUP, METRIC, TWO_STEPS, plan_output
from tests.fakes import Script, ScriptedTool, empty_estate

CALL_TIMEOUT_MS: Final = 5
_MORE_THAN_THAT_SECONDS: Final = 0.02
_STEPS_MS: Final = (0, 0, *[0.997] * 4, *[6.979] * 4, *[398.8] * 4, 59_820.5, -57.25)
NEW_YEAR: Final = datetime(2020, 1, 1, tzinfo=UTC)

PLANS: Final[dict[str, PlanOutput]] = {
    "Which server?": plan_output(**LOOKUP),
    "How busy is the server?": plan_output(**METRIC),
    "Who and how busy?": plan_output(**TWO_STEPS),
    "Which plan fits nothing?": plan_output(tool_dependencies=[{"tool_id": "nobody"}], **LOOKUP),
    "Hello": DIRECT,
    "Delete it": REJECT,
}
"""The questions that are asked, and what the planner makes of them; it knows no others."""


class RandomClock:
    """Moves on when it is read, and now and then goes back; it jumps when it is told to."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.begin()

    def begin(self) -> None:
        """Begin with a year that is over, wherever the tests run: nothing is before it happens."""
        self._next = NEW_YEAR

    def now(self) -> datetime:
        at, step = self._next, self._chance.choice(_STEPS_MS)
        self._next += timedelta(milliseconds=step)
        return at

    def jump(self, **span: float) -> None:
        self._next += timedelta(**span)


class NobodyLives:
    """Workers that are gone as soon as nobody waits for them; see `domain.ports.Workers`."""

    own = "here/1/1.0"

    def is_alive(self, worker: str) -> bool | None:
        return False


class KnownQuestions:
    """A planner with a plan for each of the questions."""

    name, version = "known", "1"

    async def plan(self, question: str, context: PlanningContext) -> PlanOutput:
        if question in PLANS:
            return PLANS[question]
        raise QuestionNotUnderstood(question, why="No word is known", examples=list(PLANS))


class WorkerLost(Exception):
    """The process that carried out a run is gone."""


@dataclass
class FragileStore:
    """Loses its worker at the append that it is told; see `domain.ports.EventStore`."""

    inner: EventStore
    breaks_in: int | None = None

    @property
    def payloads(self) -> Payloads:
        return self.inner.payloads

    def append(self, request: Append) -> Appended:
        self._break()
        return self.inner.append(request)

    async def append_async(self, request: Append) -> Appended:
        self._break()
        return await self.inner.append_async(request)

    def head(self, tenant_id: str, stream_id: str) -> StreamHead:
        return self.inner.head(tenant_id, stream_id)

    def read(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        return self.inner.read(tenant_id, stream_id)

    def read_log(self, *, after: int = 0, limit: int = 1000) -> list[RecordedEvent]:
        return self.inner.read_log(after=after, limit=limit)

    def _break(self) -> None:
        if self.breaks_in is None:
            return
        self.breaks_in -= 1
        if self.breaks_in < 0:
            raise WorkerLost


@dataclass
class Moods:
    """How tools answer: well, with nothing, with much, late or not at all."""

    chance: Random
    is_calm: bool = False

    def script(self, data: JsonMap) -> Script:
        async def answer(*_: object) -> ToolResult:
            mood = "well" if self.is_calm else self.chance.choice(_MOODS)
            if mood in _FAILURES:
                raise _FAILURES[mood]
            if mood == "late":
                await asyncio.sleep(_MORE_THAN_THAT_SECONDS)
            found = _NOTHING if mood == "nothing" else data
            much = _MUCH if mood == "much" else {}
            return ToolResult(success=True, data={**found, **much}, references=_REFERENCES)

        return answer


_NOTHING: Final[JsonMap] = {"rows": [], "total": 0, "sample_count": 0}
_MUCH: Final[JsonMap] = {
    "rows": [{"ci_id": f"c{number}", "ci_name": "x" * 20} for number in range(300)],
    "total": 300,
}
_REFERENCES: Final[list[JsonMap]] = [{"kind": "ci", "id": "c1"}]
_FAILURES: Final = {
    "not there": ToolFailure(ToolErrorCode.DATA_NOT_FOUND, "nothing is called 'x'"),
    "unreachable": ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, "the source does not answer"),
    "broken": ValueError("broken"),
}
_MOODS: Final = (*["well"] * 7, "nothing", "much", "late", *_FAILURES)


# The reference knows of no waits for policies: nothing is asked again, and nobody is left alone.
_ONCE: Final = ToolPolicy(max_retries=0, breaker_enabled=False)
STANDING_IN: Final = Policies(
    PolicyDocument(tools={EVERY_TOOL: _ONCE, "metric": ToolPolicy(fallback="spare")})
)


class Place:
    """An opstrail on a database, and what decides how things go there."""

    def __init__(self, url: str, chance: Random) -> None:
        self.url = url
        self.clock, self.moods = RandomClock(chance), Moods(chance)
        self.opstrail = Opstrail(url)
        parts = vars(self.opstrail)
        self.store = FragileStore(self.opstrail.store)
        parts |= {
            "store": self.store,
            "clock": self.clock,
            "workers": NobodyLives(),
            "planner": KnownQuestions(),
            "estate": empty_estate(),
            "tools": (tools := self._tools()),
            "known_tools": tools,
        }
        bind(self.opstrail, STANDING_IN)

    def _tools(self) -> ToolRegistry:
        registry = ToolRegistry()
        found = self.moods.script({"rows": [ITEM], "total": 1})
        value = self.moods.script({"metric_name": "cpu", "agg": "avg", "value": 40.0})
        for tool in (
            ScriptedTool("ci", resolve=found, search=found),
            ScriptedTool("metric", aggregate=value),
            ScriptedTool("metric", name="spare", aggregate=value),
        ):
            registry.register_dynamic(tool)
        return registry

    @contextmanager
    def losing_its_worker(self, appends: int) -> Iterator[None]:
        """Let the worker go after so many appends of the block, if it makes more."""
        self.store.breaks_in = appends
        try:
            with suppress(WorkerLost):
                yield
        finally:
            self.store.breaks_in = None

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Let every tool answer well."""
        self.moods.is_calm = True
        try:
            yield
        finally:
            self.moods.is_calm = False

    def close(self) -> None:
        self.opstrail.close()


def opened(path: Path | str, chance: Random) -> closing[Place]:
    """Give a place on the database of a file or URL."""
    url = f"sqlite:///{path}" if isinstance(path, Path) else path
    return closing(Place(url, chance))
