"""How the calls of a run went together: the one rule from tool outcomes to the status of a run."""

from collections import Counter
from collections.abc import Sequence

from domain.response.compose.call_result import CallResult
from domain.run.facts import Fault
from domain.stages.faults import FaultCode
from domain.stages.stages import OrchestrationStatus


def overall_status(calls: Sequence[CallResult]) -> OrchestrationStatus:
    """Return how the calls went together.

    failed when nothing was answered (finding the item is no answer), partial when some calls did
    not answer, degraded when only a fallback did for one.
    """
    counts = call_counts(calls)
    if calls and not any(call.status == "succeeded" and call.is_answer for call in calls):
        return OrchestrationStatus.FAILED
    if counts["failed"] or counts["skipped"]:
        return OrchestrationStatus.PARTIAL
    if any(call.is_fallback for call in calls):
        return OrchestrationStatus.DEGRADED
    return OrchestrationStatus.SUCCESS


def call_counts(calls: Sequence[CallResult]) -> dict[str, int]:
    """Return how many calls succeeded, failed and were skipped."""
    counted = Counter(call.status for call in calls)
    return {status: counted[status] for status in ("succeeded", "failed", "skipped")}


def main_fault(calls: Sequence[CallResult]) -> Fault:
    """Return why nothing usable came out: the first failed call, else the first skipped one."""
    failed = [call for call in calls if call.status == "failed"] or list(calls)
    first = failed[0]
    return Fault(
        code=first.error_code or FaultCode.EXECUTE_FAILED,
        message=first.error or f"{first.name} gave no answer",
        details={**first.details, "call_id": first.call_id},
    )
