"""One orchestration under way, and the work that its stages are given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from domain.json import JsonMap
from domain.plan.plan import Plan, PlanOutput
from domain.run.facts import Fault
from domain.stages.records import StageRecords
from domain.stages.stages import ValidatedPlan

PlanSource = Callable[[], Awaitable[PlanOutput]]
ValidateFn = Callable[[Plan], ValidatedPlan]
ExecutionFn = Callable[[PlanOutput], Awaitable[JsonMap]]
ComposeFn = Callable[[PlanOutput, JsonMap], Awaitable[JsonMap]]
PresentFn = Callable[..., Awaitable[JsonMap]]


@dataclass(slots=True)
class UnderWay:
    """The records so far, and what will be answered."""

    records: StageRecords
    blocks: list[JsonMap] = field(default_factory=list)
    answer: str = ""
    fault: Fault | None = None
