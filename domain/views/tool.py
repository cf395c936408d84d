"""Tools as faces show them: what they can do, how they are ranked, and what a call answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum
from typing import Final

from pydantic import JsonValue
from typing_extensions import TypedDict

from domain.figures import figure, whole_sum
from domain.json import JsonMap
from domain.tools.capability_registry import CapabilityRegistry
from domain.tools.contracts import ToolResult
from domain.tools.registry import OperationInfo, ToolInfo
from domain.tools.selector import CandidateScore, ToolSelectionContext
from domain.tools.statistics import ToolHour
from domain.values.effect import Effect
from domain.views.json_form import View

__all__ = ["TOOL", "TOOLS", "TOOL_RANKING", "TOOL_RESULT", "ToolInfo", "ToolResult"]


class PolicyField(TypedDict):
    """A value of a policy, and where it comes from: built-in, effect, or a key of the document."""

    value: int | str | bool | None
    origin: str


class WeekOfCalls(TypedDict):
    """The ended calls of the last seven days."""

    call_count: int
    error_count: int
    average_ms: float


class OperationDescription(TypedDict):
    """An operation as one tenant may use it.

    `known_as` are the capabilities that stand for it, `calls_left` how many more may begin within
    the minute; None is no limit. `unavailable` says why it cannot be called.
    """

    summary: str
    capabilities: list[str]
    known_as: list[str]
    params: JsonMap
    effect: Effect
    unavailable: str | None
    deprecated: str | None
    policy: dict[str, PolicyField]
    calls_left: int | None
    week: WeekOfCalls | None


class ToolDescription(TypedDict):
    """A tool as one tenant may use it."""

    name: str
    type: str
    origin: str
    description: str
    operations: dict[str, OperationDescription]
    input_schema: dict[str, JsonValue] | None
    output_schema: dict[str, JsonValue] | None


@dataclass(frozen=True, slots=True)
class ToolRanking:
    """The candidates, the best first, each with the terms of its score, and what was looked at."""

    context: ToolSelectionContext
    candidates: list[CandidateScore]


TOOL: Final[View[ToolDescription]] = View("tool", ToolDescription)
TOOLS: Final[View[list[ToolInfo]]] = View("tools", list[ToolInfo])
TOOL_RANKING: Final[View[ToolRanking]] = View("tool-ranking", ToolRanking)
TOOL_RESULT: Final[View[ToolResult]] = View("tool-result", ToolResult)


def tool_description(
    info: ToolInfo, registry: CapabilityRegistry, hours: Iterable[ToolHour]
) -> ToolDescription:
    """Return a tool with its policies, and the calls of a week by these statistics."""
    hours = [*hours]
    operations = {
        name: _operation((info["name"], name), each, registry, hours)
        for name, each in info["operations"].items()
    }
    return ToolDescription({**info, "operations": operations})


def _operation(
    key: tuple[str, str],
    info: OperationInfo,
    registry: CapabilityRegistry,
    hours: list[ToolHour],
) -> OperationDescription:
    operation, names = registry.operation(*key), registry.get_capabilities()
    return {
        **info,
        "known_as": [name for name, stands_for in names.items() if stands_for == ".".join(key)],
        "effect": operation.effect,
        "unavailable": registry.why_not(*key),
        "deprecated": operation.availability.deprecated,
        "policy": {
            field: {"value": value, "origin": origin}
            for field, (value, origin) in registry.explain_policy(*key).items()
        },
        "calls_left": registry.check_rate_limit(*key),
        "week": _week([hour for hour in hours if (hour.tool, hour.operation) == key]),
    }


def _week(hours: list[ToolHour]) -> WeekOfCalls | None:
    count = whole_sum(hour.call_count for hour in hours)
    if not count:
        return None
    total_ms = fsum(hour.total_ms for hour in hours)
    errors = whole_sum(hour.error_count for hour in hours)
    return {"call_count": count, "error_count": errors, "average_ms": figure(total_ms / count)}
