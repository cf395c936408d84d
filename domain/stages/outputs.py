"""From what the work of a stage returns to the stage's output."""

from pydantic import JsonValue

from domain.json import JsonMap, as_map, as_maps, as_texts
from domain.plan.plan import PlanOutput
from domain.response.blocks import TextBlock, dump_blocks
from domain.run.facts import StageDiagnostics
from domain.run.lifecycle import Stage
from domain.stages.stages import StageOutput, ValidatedPlan


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
        empty_flags={"result_empty": not any(result.get(key) for key in ("calls", "blocks"))}
        if stage in {Stage.EXECUTE, Stage.COMPOSE, Stage.PRESENT}
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


def plan_json(plan_output: PlanOutput) -> JsonMap:
    """Return the plan output as stored: plain JSON, only what it says."""
    dumped: JsonMap = plan_output.model_dump(mode="json", exclude_unset=True)
    return dumped


def validation_result(validated: ValidatedPlan) -> JsonMap:
    """Return the result of the validate stage."""
    decisions = validated.decisions
    return {
        "is_valid": True,
        "decisions": [decision.model_dump(mode="json") for decision in decisions],
        "warnings": [decision.why for decision in decisions],
    }


def refusal(plan_output: PlanOutput) -> JsonMap:
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
