"""The records of one orchestration: what went into each stage, what came out, how long it took."""

import time
from collections.abc import Awaitable, Callable, Sequence
from types import NoneType
from typing import Protocol

from domain.json import JsonMap
from domain.plan.plan import Plan, PlanOutput
from domain.run.facts import Fault, PlanDecision, StageDiagnostics
from domain.run.lifecycle import Stage
from domain.stages.faults import fault_of
from domain.stages.router import PlanAnalysis, RouteConfig, RoutingContext
from domain.stages.stage import StageInput, StageOutput, ValidatedPlan, plain, stage_output
from domain.values.arguments import listed, require, require_function

StageWork = Callable[[], Awaitable[JsonMap]]
PlanSource = Callable[[], Awaitable[PlanOutput]]
ValidateFn = Callable[[Plan], ValidatedPlan]
ExecutionFn = Callable[[PlanOutput], Awaitable[object]]
ComposeFn = Callable[[PlanOutput, JsonMap], Awaitable[JsonMap]]
PresentFn = Callable[..., Awaitable[object]]
RecordStage = Callable[[str, StageInput, StageOutput], None]
"""Takes the record of a stage: its name, its input and its output."""
ReplanFn = Callable[[Stage, Fault | None], None]
"""Hears how a stage ended; raises `PlanChanged` to begin anew at validate."""


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

    def plan_produced(self, plan_output: JsonMap) -> None:
        """The planner gave its plan, its answer or its refusal, here as stored JSON."""

    def route_chosen(
        self, route: str, *, config: RouteConfig, analysis: PlanAnalysis, seen: RoutingContext
    ) -> None:
        """The router decided; `seen` is the routing context."""

    def plan_validated(self, plan: JsonMap, decisions: Sequence[PlanDecision]) -> None:
        """The plan passed the checks.

        `plan` is what will be executed, adjusted by `decisions`, as stored JSON.
        """


class Unheard:
    """Hears every step and does nothing; see `StageListener`."""

    def stage_started(self, *_: object, **__: object) -> None:
        """See `StageListener`."""

    stage_completed = stage_skipped = stage_failed = stage_started
    plan_produced = route_chosen = plan_validated = stage_started


class StageFailedError(Exception):
    """Ends an orchestration because a stage failed; the failure is recorded already."""

    def __init__(self, stage: Stage, error: Exception) -> None:
        self.stage, self.fault = stage, fault_of(error)
        super().__init__(self.fault.message)


class PlanChanged(Exception):
    """Ends the stages of a plan early, for another one is to be validated."""

    def __init__(self, plan_output: PlanOutput) -> None:
        self.plan_output = plan_output
        super().__init__()


class StageRecords:
    """Runs stages one after another and records each, skipped and failed ones too."""

    def __init__(
        self,
        listener: StageListener,
        replan_fn: ReplanFn,
        record_stage: RecordStage,
        before: StageOutput | None = None,
    ) -> None:
        """Go on after what the stage `before` put out; None where the first stage begins."""
        require_function("record_stage", record_stage)
        require("route_output", before, (StageOutput, NoneType), "a StageOutput")
        self._listener, self._replan_fn, self._record_stage = listener, replan_fn, record_stage
        self.last_result: JsonMap = before.result if before else {}

    async def run(self, stage_input: StageInput, work: StageWork) -> StageOutput:
        """Return what the stage put out, recorded.

        Raises `StageFailedError` after recording what the work raised, or `PlanChanged`.
        """
        self._listener.stage_started(stage_input)
        started = time.monotonic()
        try:
            result = await work()
            output = stage_output(stage_input.stage, result, duration_ms=_elapsed_ms(started))
        except Exception as error:
            failed = StageFailedError(stage_input.stage, error)
            self._keep(stage_input, _error_output(failed, _elapsed_ms(started)))
            self._listener.stage_failed(stage_input.stage, failed.fault)
            self._replan_fn(stage_input.stage, failed.fault)
            raise failed from error
        self._keep(stage_input, output)
        self._listener.stage_completed(output)
        self._replan_fn(stage_input.stage, None)
        return output

    def skip(self, stage_input: StageInput, reason: str) -> None:
        """Record a stage that is not needed."""
        diagnostics = StageDiagnostics(status="warning", warnings=["skipped"])
        result: JsonMap = {"skipped": True, "reason": reason}
        stage = stage_input.stage
        output = StageOutput(stage=stage, result=result, diagnostics=diagnostics, duration_ms=0)
        self._keep(stage_input, output)
        self._listener.stage_skipped(stage, reason)

    def _keep(self, stage_input: StageInput, output: StageOutput) -> None:
        self._record_stage(str(output.stage), stage_input, output)
        self.last_result = output.result


class KeptRecords:
    """The records of stages as plain JSON: whole, inputs, outputs; none where nobody looks."""

    def __init__(self, *, is_looked_at: bool = True) -> None:
        self._is_looked_at = is_looked_at
        self.lists: tuple[list[JsonMap], list[JsonMap], list[JsonMap]] = [], [], []

    def record(self, name: str, stage_input: StageInput, stage_output: StageOutput) -> None:
        """Keep the record of a stage; see `RecordStage`."""
        if not self._is_looked_at:
            return
        stages, stage_inputs, stage_outputs = self.lists
        stage_inputs.append(given := plain(stage_input))
        stage_outputs.append(output := plain(stage_output))
        stages.append(
            {
                "name": name,
                "input": given,
                "output": output["result"],
                "duration_ms": output["duration_ms"],
                "status": stage_output.diagnostics.status,
            }
        )


def full_result(
    trace_id: str, stages: list[JsonMap], stage_inputs: list[JsonMap], stage_outputs: list[JsonMap]
) -> JsonMap:
    """Return the records of an orchestration as one object."""
    return {
        "stages": listed("stages", stages),
        "stage_inputs": listed("stage_inputs", stage_inputs),
        "stage_outputs": listed("stage_outputs", stage_outputs),
        "trace_id": trace_id,
    }


def _error_output(failed: StageFailedError, duration_ms: int) -> StageOutput:
    fault = failed.fault
    return StageOutput(
        stage=failed.stage,
        result={"error": fault.message, "error_code": fault.code},
        diagnostics=StageDiagnostics(status="error", errors=[fault.message]),
        duration_ms=duration_ms,
    )


def _elapsed_ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
