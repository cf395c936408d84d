"""How far an answer can be trusted: 1 without deductions, with a reason for each deduction."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

from domain.json import as_count, as_list, as_map
from domain.plan.flow import steps_of
from domain.plan.intent import PlanMode
from domain.plan.plan import Plan
from domain.response.compose.call_result import CallResult
from domain.response.next_actions import NextAction

if TYPE_CHECKING:
    from domain.response.compose.recipe import Review

FAILED = 0.25
SKIPPED = 0.10
TRUNCATED = 0.10
WITHOUT_POINTS = 0.25
WITHOUT_HISTORY = 0.20
NOT_EVALUATED = 0.25
OLD = 0.10
_SEARCHES = {"ci.search", "document.search"}


@dataclass(frozen=True, slots=True)
class Quality:
    """A confidence from 0 to 1, and what lowered it."""

    confidence: float
    reasons: tuple[str, ...] = ()


def judge(calls: Sequence[CallResult], more: Sequence[tuple[float, str]] = ()) -> Quality:
    """Return the quality of an answer from these calls; without one that succeeded it is 0.

    `more` are deductions that are not the calls'.
    """
    deductions = [*(each for call in calls for each in _deductions(call)), *more]
    reasons = tuple(reason for _, reason in deductions)
    wanted = [call for call in calls if not call.is_on_purpose]
    if wanted and not any(call.status == "succeeded" for call in wanted):
        return Quality(0.0, reasons)
    left = 1.0 - fsum(points for points, _ in deductions)
    return Quality(max(0.0, round(left, 2)), reasons)


def _deductions(call: CallResult) -> list[tuple[float, str]]:
    if call.status == "failed":
        return [(FAILED, f"{call.call_id} failed")]
    if call.is_on_purpose:
        return []
    if call.status == "skipped":
        return [(SKIPPED, f"{call.call_id} was skipped")]
    found: list[tuple[float, str]] = []
    if _is_truncated(call):
        found.append((TRUNCATED, f"{call.call_id} is truncated"))
    if call.tool == "metric" and _has_no_points(call):
        found.append((WITHOUT_POINTS, f"{call.call_id} has no points"))
    if call.tool == "history" and call.facts.get("total") == 0:
        found.append((WITHOUT_HISTORY, f"{call.call_id} has no records"))
    if call.facts.get("condition_evaluated") is False:
        found.append((NOT_EVALUATED, f"the condition of {call.call_id} could not be evaluated"))
    return found


def _is_truncated(call: CallResult) -> bool:
    data = call.facts
    test_payload = as_map(data.get("test_payload_meta"))
    flags = (data.get("truncated"), data.get("ci_ids_truncated"), test_payload.get("truncated"))
    if any(flag is True for flag in flags):
        return True
    shown, total = len(as_list(data.get("rows"))), as_count(data.get("total"))
    # A page of a list, of groups or of history says its true totals, so nothing is missing there.
    return call.name in _SEARCHES and shown < total


def _has_no_points(call: CallResult) -> bool:
    counts = [call.facts.get(name) for name in ("sample_count", "ci_count_with_data")]
    return any(count == 0 for count in counts if count is not None)


def reviewed(plan: Plan, calls: Sequence[CallResult], edition: int) -> Sequence["Review"]:
    """Return the reviews of the recipes of a plan."""
    if PlanMode.AUTO not in {plan.mode, *(step.mode for step in steps_of(plan))}:
        return []
    from domain.response.compose.recipe import reviews_of  # noqa: PLC0415 - few plans have them

    return reviews_of(plan, calls, edition)


def recommended(reviews: Sequence["Review"]) -> list[NextAction]:
    """Return what the reviews recommend to do next."""
    if not reviews:
        return []
    from domain.response.compose.recommendations import recommendations  # noqa: PLC0415 - the same

    return [action for review in reviews for action in recommendations(review)]
