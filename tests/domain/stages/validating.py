"""Validation of plans against tools whose parameters are written down."""

from typing import Any

import pytest
from pydantic import Field

from domain.plan.plan import Plan
from domain.stages.faults import StageFault
from domain.stages.stage import ValidatedPlan
from domain.stages.validation import validate_plan
from domain.tools.contracts import Operation, ToolParams, ToolResult
from domain.tools.registry import ToolRegistry
from tests.fakes import NOON, ScriptedTool

LOOKUP = {"keywords": ["srv-1"]}
CPU = {"metric_name": "cpu"}


class Resolve(ToolParams):
    text: str


class Search(ToolParams):
    keywords: list[str] = []
    filters: list[Any] = []
    limit: int = 5


class ListPreview(ToolParams):
    limit: int
    offset: int = 0
    filters: list[Any] = []


class Aggregate(ToolParams):
    metric_name: str
    agg: str
    time_range: str
    ci_ids: list[str] | None = None


class Series(ToolParams):
    metric_name: str
    time_range: str
    limit: int = 200
    ci_id: str


class History(ToolParams):
    time_range: str
    limit: int = Field(le=200)
    filters: list[Any] = []
    ci_ids: list[str] | None = None


class Path(ToolParams):
    source_id: str
    target_id: str
    hops: int | None = None


class Expand(ToolParams):
    ci_id: str
    view: str
    depth: int | None = None
    limits: dict[str, int] = {}


class Simulate(ToolParams):
    rule_id: str
    ci_context: Any = None


async def unused(*_: object) -> ToolResult:
    raise AssertionError


class DescribedTool(ScriptedTool):
    """A tool that validation looks at and nobody calls."""

    def __init__(self, tool_type: str, **params: type[ToolParams]) -> None:
        super().__init__(tool_type)
        self._params = params

    @property
    def operations(self) -> dict[str, Operation[Any]]:
        return {
            name: Operation(name, f"Does {name}", params, unused)
            for name, params in self._params.items()
        }


def registry() -> ToolRegistry:
    found = ToolRegistry()
    for tool in (
        DescribedTool("ci", resolve=Resolve, search=Search, list_preview=ListPreview),
        DescribedTool("metric", aggregate=Aggregate, series=Series),
        DescribedTool("history", work_and_maintenance=History),
        DescribedTool("graph", path=Path, expand=Expand),
        DescribedTool("cep", simulate=Simulate),
    ):
        found.register_dynamic(tool)
    return found


def validated(**plan: Any) -> ValidatedPlan:  # noqa: ANN401 - plain JSON
    """Return what validation makes of the plan."""
    return validate_plan(Plan.model_validate(plan), tools=registry(), now=NOON)


def problems(**plan: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - plain JSON
    """Return what validation refuses of the plan, each with field and message."""
    with pytest.raises(StageFault) as raised:
        validated(**plan)
    fault = raised.value.fault
    listed = fault.details["problems"]
    assert isinstance(listed, list)
    said = "; ".join(f"{each['field']}: {each['message']}" for each in map(_as_map, listed))
    assert (fault.code, fault.message) == ("PLAN_INVALID", f"the plan is not valid: {said}")
    return [_as_map(each) for each in listed]


def _as_map(value: object) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value
