"""How a run ends: its status, told from the outcomes of its calls, and its last events."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final, Literal

from domain.json import JsonMap
from domain.plan.plan import PlanOutput
from domain.response.compose.call_result import CallResult
from domain.run.events import (
    ResponseComposed,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRejected,
    StageFailed,
)
from domain.run.facts import Fault
from domain.stages.faults import FaultCode, StageFault
from domain.stages.stage import OrchestrationStatus, StageOutput

_COMPLETED: dict[OrchestrationStatus, Literal["success", "partial", "degraded"]] = {
    OrchestrationStatus.SUCCESS: "success",
    OrchestrationStatus.PARTIAL: "partial",
    OrchestrationStatus.DEGRADED: "degraded",
}
_FIELDS: Final = tuple(each.name for each in fields(CallResult))
_values_of: Final = attrgetter(*_FIELDS)
_OF_RESPONSE = ("blocks", "references", "next_actions", "confidence", "confidence_reasons")


def ending_events(
    end: StageOutput | StageFailed,
    plan_output: PlanOutput | None,
    calls: Sequence[CallResult],
    status: OrchestrationStatus,
) -> list[RunEvent]:
    """Return the last events of a run whose last stage put this out, or failed like this."""
    if isinstance(end, StageFailed):
        return [RunFailed(error=end.error, stage=end.stage)]
    composed = _composed(end.result)
    if plan_output is not None and plan_output.reject_payload is not None:
        refusal = plan_output.reject_payload
        return [composed, RunRejected(reason=refusal.reason, policy=refusal.policy)]
    counts = call_counts(calls)
    return [
        composed,
        RunCompleted(
            status=_COMPLETED[status],
            succeeded_calls=counts["succeeded"],
            failed_calls=counts["failed"],
            skipped_calls=counts["skipped"],
        ),
    ]


def _composed(presented: JsonMap) -> ResponseComposed:
    given: dict[str, Any] = {key: presented[key] for key in _OF_RESPONSE if key in presented}
    return ResponseComposed(**given, answer=str(presented.get("summary") or ""))


def executed_result(calls: Sequence[CallResult], status: OrchestrationStatus) -> JsonMap:
    """Return the result of execute. Raises `StageFault` where nothing was answered."""
    if status is OrchestrationStatus.FAILED:
        raise StageFault(main_fault(calls))
    return {
        "status": status.value,
        "calls": {call.call_id: call.status for call in calls},
        "counts": {**call_counts(calls)},
        "results": [dict(zip(_FIELDS, _values_of(call), strict=True)) for call in calls],
        "references": [each for call in calls for each in call.references],
        "warnings": [warning for call in calls for warning in call.warnings],
        "errors": [f"{call.call_id}: {call.error}" for call in calls if call.is_unwanted],
    }


def overall_status(calls: Sequence[CallResult]) -> OrchestrationStatus:
    """Return how the calls went together.

    failed when nothing was answered (finding the item is no answer), partial when some calls did
    not answer, degraded when for one only a fallback did, or another step. What the plan leaves
    out on purpose is as it should be.
    """
    unwanted = [call for call in calls if call.is_unwanted]
    if unwanted and not any(call.status == "succeeded" and call.is_answer for call in calls):
        return OrchestrationStatus.FAILED
    if not all(call.is_answered_for for call in unwanted):
        return OrchestrationStatus.PARTIAL
    if unwanted or any(call.is_fallback for call in calls):
        return OrchestrationStatus.DEGRADED
    return OrchestrationStatus.SUCCESS


def call_counts(calls: Sequence[CallResult]) -> dict[str, int]:
    """Return how many calls succeeded, failed and were skipped."""
    counted = Counter(call.status for call in calls)
    return {status: counted[status] for status in ("succeeded", "failed", "skipped")}


def main_fault(calls: Sequence[CallResult]) -> Fault:
    """Return why nothing usable came out: the first failed call, else the first skipped one."""
    failed = [call for call in calls if call.status == "failed"]
    first = next(iter(failed or (call for call in calls if call.is_unwanted)), calls[0])
    return Fault(
        code=first.error_code or FaultCode.EXECUTE_FAILED,
        message=first.error or f"{first.name} gave no answer",
        details={**first.details, "call_id": first.call_id},
    )
