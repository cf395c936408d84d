"""How the tools of a run did together: the status that they make, and what each of them gave."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from domain.json import JsonMap, plain_json_of
from domain.response.blocks import Block
from domain.run.call_events import ToolCallSkipped
from domain.run.events import HistoryEntry, RunResumed
from domain.run.replanning import ReplanDecided
from domain.views.history import History
from domain.views.json_form import View
from domain.views.other_sources import stand_ins
from domain.views.response import response_of
from domain.views.trace import RunTrace, trace_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What came of one call, whose id is `tool_id`; `data` that are no object are its `value`."""

    tool_id: str
    tool_name: str
    success: bool
    data: JsonMap | None = None
    error: str | None = None
    error_code: str | None = None
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrchestrationResponse:
    """How the tools of a run did together.

    `status` is success, partial, degraded (something answered in place of what was planned) or
    failed; of a run that is under way, cancelled or rejected its state. `results` are the calls by
    their last attempt, without those that are running or skipped on purpose.
    """

    status: str
    answer: str | None = None
    blocks: list[Annotated[JsonMap, plain_json_of(Block)]]
    results: list[ToolResult]
    trace: RunTrace
    successful_tools: int
    failed_tools: int
    fallback_applied: bool
    fallback_reason: str | None = None
    total_duration_ms: int | None = None
    error_message: str | None = None


STATUS: Final[View[OrchestrationResponse]] = View("status", OrchestrationResponse)


def run_status(entries: Sequence[HistoryEntry]) -> OrchestrationResponse:
    """Return the status of a history that is not empty."""
    history = History(entries)
    response, results = response_of(history), [*_results(history)]
    in_place = [*_in_place(history)] if response["status"] != "success" else []
    failed = [each.tool_id for each in results if not each.success]
    if response["status"] == "degraded" and failed and not in_place:
        in_place.append(f"another step answered in place of {', '.join(failed)}")
    return OrchestrationResponse(
        status=response["status"],
        answer=response["answer"] or None,
        blocks=response["blocks"],
        results=results,
        trace=trace_of(history),
        successful_tools=len(results) - len(failed),
        failed_tools=len(failed),
        fallback_applied=bool(in_place),
        fallback_reason="; ".join(in_place) or None,
        total_duration_ms=history.summary.duration_ms,
        error_message=history.summary.error,
    )


def _results(history: History) -> Iterator[ToolResult]:
    for call in history.last_calls:
        begun = history.entries[call.started_version - 1].event
        is_open = call.status in {"running", "interrupted"}
        is_on_purpose = isinstance(begun, ToolCallSkipped) and begun.on_purpose is True
        if is_on_purpose or (is_open and history.summary.ended_at is None):
            continue
        data, took, cut_off = call.data, call.duration_ms, "it had not answered when the run ended"
        yield ToolResult(
            tool_id=call.call_id,
            tool_name=f"{call.tool}.{call.operation}",
            success=call.status == "succeeded",
            data=data if data is None or isinstance(data, dict) else {"value": data},
            error=cut_off if is_open else call.error or call.reason,
            error_code=call.error_code,
            duration_ms=None if took is None else round(took),
        )


def _in_place(history: History) -> Iterator[str]:
    """Yield what answered in place of what was planned, and why."""
    yield from stand_ins(history)
    for entry in reversed(history.entries):
        if isinstance(entry.event, RunResumed):  # which asks what was planned again
            return
        if isinstance(entry.event, ReplanDecided) and entry.event.is_approved:
            yield entry.event.why
