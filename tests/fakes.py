"""Fakes of the ports that the core needs, and a tool whose answers a test writes down."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from pydantic import JsonValue

from domain.estate.port import Estate
from domain.estate.queries import Vocabulary
from domain.plan.plan import PlanOutput
from domain.plan.planner import PlanningContext
from domain.tools.contracts import (
    BaseTool,
    Operation,
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolParams,
    ToolResult,
)
from tests.item_names import MemoryItemNames, MemoryNames

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FrozenClock:
    """Stands still, or moves on by `step` whenever it is read; see `domain.ports.Clock`."""

    def __init__(self, at: datetime = NOON, step: timedelta = timedelta()) -> None:
        self._next, self._step = at, step

    def now(self) -> datetime:
        at, self._next = self._next, self._next + self._step
        return at


class CountingIds:
    """Counts from 1; see `domain.ports.Ids`."""

    def __init__(self) -> None:
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return f"{self._count:08d}"


class Empty:
    """An estate of no items; it has what a run itself asks of an estate."""

    def __init__(self, newest_at: datetime | None = None) -> None:
        self._newest_at = newest_at

    def vocabulary(self, tenant_id: str) -> Vocabulary:
        return Vocabulary(
            values={}, metrics=(), cep_rules={}, items=MemoryItemNames({}), names=MemoryNames()
        )

    def newest_at(self, tenant_id: str) -> datetime | None:
        return self._newest_at

    def revision(self, tenant_id: str) -> str:
        return ""


def empty_estate(newest_at: datetime | None = None) -> Estate:
    return cast("Estate", Empty(newest_at))


class PlannedBeforehand:
    """A planner that has one answer, or one refusal, for every question."""

    name = "fixed"
    version = "7"

    def __init__(self, answer: PlanOutput | Exception) -> None:
        self._answer = answer
        self.contexts: list[PlanningContext] = []
        self.questions: list[str] = []

    def words_begun(self, beginning: str) -> list[str]:
        return [beginning]

    async def plan(self, question: str, context: PlanningContext) -> PlanOutput:
        self.contexts.append(context)
        self.questions.append(question)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


class AnyParams(ToolParams):
    """Takes the parameters of the operations that tests call."""

    text: JsonValue = None
    keywords: JsonValue = None
    filters: JsonValue = None
    limit: JsonValue = None
    query: JsonValue = None
    metric_name: JsonValue = None
    agg: JsonValue = None
    time_range: JsonValue = None
    ci_id: JsonValue = None
    ci_ids: JsonValue = None
    per_item: JsonValue = None
    group_by: JsonValue = None
    metrics: JsonValue = None
    top_n: int | None = None
    ascending: JsonValue = None
    rule_id: JsonValue = None
    view: JsonValue = None
    depth: JsonValue = None
    limits: JsonValue = None
    ci_context: JsonValue = None
    metric_context: JsonValue = None
    history_context: JsonValue = None


Script = Callable[[ToolContext, AnyParams], ToolResult | Awaitable[ToolResult]]


def answering(data: JsonValue = None, **parts: Any) -> Script:  # noqa: ANN401 - the parts of a result
    """Return a script that gives this result."""

    async def answer(*_: object) -> ToolResult:
        return ToolResult(success=True, data=data, **parts)

    return answer


def failing(code: ToolErrorCode, message: str = "no answer") -> Script:
    """Return a script that fails like this."""

    async def fail(*_: object) -> ToolResult:
        raise ToolFailure(code, message, details={"source": "script"})

    return fail


class ScriptedTool(BaseTool):
    """Does what the test wrote down, by operation."""

    def __init__(self, tool_type: str, *, name: str | None = None, **scripts: Script) -> None:
        self._type, self._name, self._scripts = tool_type, name or tool_type, scripts

    @property
    def tool_type(self) -> str:
        return self._type

    @property
    def tool_name(self) -> str:
        return self._name

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        return {
            name: Operation(name, f"Does {name}", AnyParams, script)
            for name, script in self._scripts.items()
        }
