"""The port through which an orchestration tells each of its steps the moment it happens."""

from collections.abc import Sequence
from typing import Protocol

from domain.plan.plan import Plan, PlanOutput
from domain.run.facts import Fault, PlanDecision
from domain.run.lifecycle import Stage
from domain.stages.router import PlanAnalysis, RouteConfig, RoutingContext
from domain.stages.stage import StageInput, StageOutput


class StageListener(Protocol):
    """Hears of every step of an orchestration, in order.

    What it raises stops the orchestration.
    """

    def stage_started(self, stage_input: StageInput) -> None:
        """A stage begins."""

    def stage_completed(self, output: StageOutput) -> None:
        """A stage ended with an output."""

    def stage_skipped(self, stage: Stage, reason: str) -> None:
        """A stage is not needed."""

    def stage_failed(self, stage: Stage, error: Fault) -> None:
        """A stage could not do its work; nothing follows."""

    def plan_produced(self, plan_output: PlanOutput) -> None:
        """The planner gave its plan, its answer or its refusal."""

    def route_chosen(
        self, route: str, *, config: RouteConfig, analysis: PlanAnalysis, seen: RoutingContext
    ) -> None:
        """The router decided; `seen` is the routing context."""

    def plan_validated(self, plan: Plan, decisions: Sequence[PlanDecision]) -> None:
        """The plan passed the checks; `plan` is what will be executed, adjusted by `decisions`."""
