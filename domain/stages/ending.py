"""How a run ends: the last events, told from its stages' records and its calls' outcomes."""

from collections.abc import Sequence
from typing import Literal

from domain.json import JsonMap, as_map, as_maps
from domain.plan.plan import PlanOutput
from domain.response.compose.call_result import CallResult
from domain.run.events import ResponseComposed, RunCompleted, RunEvent, RunFailed, RunRejected
from domain.run.facts import Fault
from domain.run.lifecycle import Stage
from domain.stages.outcome import call_counts, overall_status
from domain.stages.stages import OrchestrationStatus

_COMPLETED: dict[OrchestrationStatus, Literal["success", "partial", "degraded"]] = {
    OrchestrationStatus.SUCCESS: "success",
    OrchestrationStatus.PARTIAL: "partial",
    OrchestrationStatus.DEGRADED: "degraded",
}


def ending_events(
    full_result: JsonMap, plan_output: PlanOutput | None, calls: Sequence[CallResult]
) -> list[RunEvent]:
    """Return the last events of a run whose orchestration gave this full result."""
    last = as_maps(full_result["stage_outputs"])[-1]
    if "error" in full_result:
        fault = Fault.model_validate(full_result["error"])
        return [RunFailed(error=fault, stage=Stage(str(last["stage"])))]
    result = last["result"]
    composed = _composed(as_map(result))
    if plan_output is not None and plan_output.reject_payload is not None:
        refusal = plan_output.reject_payload
        return [composed, RunRejected(reason=refusal.reason, policy=refusal.policy)]
    counts = call_counts(calls)
    return [
        composed,
        RunCompleted(
            status=_COMPLETED[overall_status(calls)],
            succeeded_calls=counts["succeeded"],
            failed_calls=counts["failed"],
            skipped_calls=counts["skipped"],
        ),
    ]


def _composed(presented: JsonMap) -> ResponseComposed:
    return ResponseComposed.model_validate(
        {
            "answer": presented.get("summary") or "",
            **{
                key: presented[key]
                for key in (
                    "blocks",
                    "references",
                    "next_actions",
                    "confidence",
                    "confidence_reasons",
                )
                if key in presented
            },
        }
    )
