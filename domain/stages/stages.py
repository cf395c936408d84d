"""What goes into a stage and what comes out of it."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.json import JsonMap
from domain.plan.plan import Plan
from domain.run.facts import PlanDecision, StageDiagnostics, StoredMap
from domain.run.lifecycle import Stage


class StageInput(BaseModel):
    """What a stage works on: its assets, the plan, and what the stage before put out.

    The first stage has an empty `prev_output`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Stage
    applied_assets: dict[str, str]
    params: StoredMap
    prev_output: StoredMap = {}
    trace_id: str | None = None

    def plain(self) -> JsonMap:
        """Return the input as plain JSON; nothing in it is copied, for it may be large."""
        return {
            "stage": self.stage.value,
            "applied_assets": {**self.applied_assets},
            "params": self.params,
            "prev_output": self.prev_output,
            "trace_id": self.trace_id,
        }


class StageOutput(BaseModel):
    """What a stage put out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Stage
    result: StoredMap
    diagnostics: StageDiagnostics
    references: list[StoredMap] = []
    duration_ms: int

    def plain(self) -> JsonMap:
        """Return the output as plain JSON; nothing in it is copied, for it may be large."""
        return {
            "stage": self.stage.value,
            "result": self.result,
            "diagnostics": self.diagnostics.model_dump(mode="json"),
            "references": [*self.references],
            "duration_ms": self.duration_ms,
        }


class OrchestrationStatus(StrEnum):
    """How the calls of a run went together.

    success: all answered. partial: some failed or were skipped. degraded: an answer came only from
    a fallback. failed: nothing usable.
    """

    SUCCESS = "success"
    PARTIAL = "partial"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ValidatedPlan:
    """The plan that may be executed, and what validation decided about it."""

    plan: Plan
    decisions: tuple[PlanDecision, ...] = ()
