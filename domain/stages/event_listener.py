"""The listener that turns every step of an orchestration into an event on record."""

from collections.abc import Sequence
from datetime import UTC

from msgspec import UNSET, UnsetType

from domain.json import JsonMap
from domain.run.events import (
    PlanProduced,
    PlanValidated,
    RouteChosen,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.run.facts import AskedPlanner, Fault, PlanDecision
from domain.run.lifecycle import Stage
from domain.stages.recorder import Recorder
from domain.stages.router import PlanAnalysis, RouteConfig, RoutingContext
from domain.stages.runner_context import BaseRunner
from domain.stages.sources import Sources
from domain.stages.stage import StageInput, StageOutput

_RECORDED: dict[Stage, tuple[str, ...]] = {
    Stage.ROUTE_PLAN: ("kind", "route"),
    Stage.VALIDATE: ("is_valid",),
    Stage.EXECUTE: ("status", "counts", "strategy", "rounds", "signature"),
    Stage.COMPOSE: ("answer", "confidence"),
    Stage.PRESENT: ("summary",),
}
"""What of a stage's result no other event holds: plans, results and blocks are stored once."""


class EventListener:
    """See `StageListener`. The planner's name and version go with the plan that it made."""

    def __init__(self, recorder: Recorder, runner: BaseRunner, sources: Sources) -> None:
        """Report to the recorder; tell the runner about phases and errors."""
        self._recorder, self._runner, self.sources = recorder, runner, sources
        self._has_plan = False
        self.end: StageOutput | StageFailed | None = None
        """What the last stage that ended put out, or how it failed."""

    def stage_started(self, stage_input: StageInput) -> None:
        """See `StageListener`."""
        self._runner.log_phase_start(stage_input.stage)
        self._recorder.report(
            StageStarted(
                stage=stage_input.stage,
                attempt=self._attempt(stage_input.stage),
                applied_assets=stage_input.applied_assets,
            )
        )

    def stage_completed(self, output: StageOutput) -> None:
        """See `StageListener`."""
        self._runner.log_phase_end(output.stage, output.duration_ms)
        self.end = output
        kept = {key: output.result[key] for key in _RECORDED[output.stage] if key in output.result}
        self._recorder.report(
            StageCompleted(
                stage=output.stage,
                attempt=self._attempt(output.stage),
                result=kept,
                diagnostics=output.diagnostics,
                reference_count=len(output.references),
            )
        )

    def stage_skipped(self, stage: Stage, reason: str) -> None:
        """See `StageListener`."""
        self._recorder.report(StageSkipped(stage=stage, reason=reason))

    def stage_failed(self, stage: Stage, error: Fault) -> None:
        """See `StageListener`."""
        self._runner.log_error(error.message, detail=error.details)
        asked = self._asked() if stage is Stage.ROUTE_PLAN and not self._has_plan else UNSET
        attempt = self._attempt(stage)
        self.end = StageFailed(stage=stage, attempt=attempt, error=error, asked=asked)
        self._recorder.report(self.end)

    def plan_produced(self, plan_output: JsonMap) -> None:
        """See `StageListener`."""
        planning, self._has_plan = self.sources.planning, True
        self._recorder.report(
            PlanProduced(
                planner=planning.planner,
                planner_version=planning.version,
                plan_output=plan_output,
                anchored_at=self.sources.now.astimezone(UTC).isoformat(),
                looked_up=planning.looked_up,
            )
        )

    def route_chosen(
        self, route: str, *, config: RouteConfig, analysis: PlanAnalysis, seen: RoutingContext
    ) -> None:
        """See `StageListener`."""
        self._recorder.report(
            RouteChosen(
                route=route,
                route_config={**config},
                plan_analysis={**analysis},
                routing_context={**seen},
            )
        )

    def plan_validated(self, plan: JsonMap, decisions: Sequence[PlanDecision]) -> None:
        """See `StageListener`."""
        self._recorder.report(PlanValidated(plan=plan, decisions=list(decisions)))

    def _asked(self) -> AskedPlanner | UnsetType:
        """Return who was asked for a plan; unset when no planner was."""
        planning, looked_up = self.sources.planning, self.sources.planning.looked_up
        if looked_up is UNSET:
            return UNSET
        return AskedPlanner(
            planner=planning.planner,
            planner_version=planning.version,
            anchored_at=self.sources.now.astimezone(UTC).isoformat(),
            looked_up=looked_up,
        )

    def _attempt(self, stage: Stage) -> int:
        return self.sources.past.next_attempt(stage)
