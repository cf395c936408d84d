"""What goes into a stage and what comes out of it, and how they are made."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from msgspec import Struct, structs, to_builtins
from pydantic import JsonValue

from domain.json import JsonMap, as_map, as_maps, as_texts
from domain.plan.plan import Plan, PlanOutput
from domain.plan.planned_call import PlannedCall
from domain.response.blocks import TextBlock, dump_blocks
from domain.run.facts import PlanDecision, StageDiagnostics, StoredMap
from domain.run.lifecycle import Stage

_FILLED: Final = ("calls", "results", "blocks")
"""What a result holds that is not empty."""
_WITH_RESULTS: Final = frozenset({Stage.EXECUTE, Stage.COMPOSE, Stage.PRESENT})


class StageInput(Struct, frozen=True, kw_only=True):
    """What a stage works on: its assets, the plan, and what the stage before put out.

    The first stage has an empty `prev_output`.
    """

    stage: Stage
    applied_assets: dict[str, str]
    params: StoredMap
    prev_output: StoredMap = {}
    trace_id: str | None = None


class StageOutput(Struct, frozen=True, kw_only=True):
    """What a stage put out."""

    stage: Stage
    result: StoredMap
    diagnostics: StageDiagnostics
    references: list[StoredMap] = []
    duration_ms: int


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
    """The plan that may be executed, what validation decided about it, and its tool calls."""

    plan: Plan
    decisions: tuple[PlanDecision, ...] = ()
    calls: tuple[PlannedCall, ...] = ()


def stage_output(stage: Stage, result: JsonMap, *, duration_ms: int) -> StageOutput:
    """Return the output of a stage whose work returned `result`.

    Of the result, `warnings` and `errors` (lists of text), `counts` (whole numbers) and
    `references` are also told in the diagnostics. Errors of single calls are a warning of the
    stage: a stage that cannot go on raises.
    """
    references = as_maps(result.get("references"))
    warnings, errors = as_texts(result.get("warnings")), as_texts(result.get("errors"))
    diagnostics = StageDiagnostics(
        status="warning" if warnings or errors else "ok",
        warnings=warnings,
        errors=errors,
        empty_flags={"result_empty": not any(result.get(key) for key in _FILLED)}
        if stage in _WITH_RESULTS
        else {},
        counts={**_counts(result.get("counts")), "references": len(references)},
    )
    return StageOutput(
        stage=stage,
        result=result,
        diagnostics=diagnostics,
        references=references,
        duration_ms=duration_ms,
    )


def plain(record: StageInput | StageOutput) -> JsonMap:
    """Return an input or output as plain JSON; what may be large in it is not copied."""
    values: JsonMap = structs.asdict(record)
    values["stage"] = str(record.stage)
    if isinstance(record, StageOutput):
        values["diagnostics"] = to_builtins(record.diagnostics)
    return values


def validation_result(validated: ValidatedPlan) -> JsonMap:
    """Return the result of the validate stage."""
    decisions = validated.decisions
    return {
        "is_valid": True,
        "decisions": [to_builtins(decision) for decision in decisions],
        "warnings": [decision.why for decision in decisions],
    }


async def refusal(plan_output: PlanOutput) -> JsonMap:
    """Return what is presented for a question that a policy forbids."""
    payload = plan_output.reject_payload
    text = f"Query rejected: {payload.reason if payload else 'Query rejected'}"
    return {"blocks": [*dump_blocks([TextBlock(text=text)])], "summary": text, "references": []}


def named_item(plan_output: PlanOutput) -> str | None:
    """Return the text that names the one configuration item of a plan, or None."""
    primary = plan_output.plan.primary if plan_output.plan else None
    if primary is None or primary.tool_type != "ci_lookup" or not primary.keywords:
        return None
    return " ".join(primary.keywords)


def _counts(value: JsonValue) -> dict[str, int]:
    return {key: count for key, count in as_map(value).items() if isinstance(count, int)}
