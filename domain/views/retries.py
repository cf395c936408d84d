"""What a person can do after a failed run: choose one of the items that a name may mean."""

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from domain.plan.plan import Plan
from domain.response.compose.actions import TRACE_DETAILS, choices
from domain.response.compose.call_result import CallResult
from domain.response.next_actions import NextAction
from domain.run.events import HistoryEntry, PlanValidated
from domain.views.calls import CallView, call_views


def retries(entries: Sequence[HistoryEntry]) -> list[NextAction]:
    """Return an action per candidate or close code of the calls that failed, and the trace."""
    return [*_choices(entries), TRACE_DETAILS]


def _choices(entries: Sequence[HistoryEntry]) -> Iterator[NextAction]:
    validated = [entry.event for entry in entries if isinstance(entry.event, PlanValidated)]
    if not validated:
        return
    try:
        plan = Plan.model_validate(validated[-1].plan)
    except ValidationError:  # a plan of another opstrail: it can be read, but not changed here
        return
    for call in call_views(entries):
        if call.status == "failed":
            yield from choices(plan, _result(call))


def _result(call: CallView) -> CallResult:
    return CallResult(
        call_id=call.call_id,
        tool=call.tool,
        operation=call.operation,
        params=call.params,
        status="failed",
        error=call.error,
        error_code=call.error_code,
        details=call.error_details,
    )
