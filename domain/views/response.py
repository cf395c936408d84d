"""The response of a run: what the caller gets, folded from the events."""

from collections.abc import Sequence
from typing import Annotated, Final, NotRequired

from msgspec import UNSET, to_builtins
from typing_extensions import TypedDict

from domain.clamps import CLAMPED, clamps_in
from domain.json import JsonMap, plain_json_of
from domain.response.blocks import Block, dump_blocks
from domain.response.builder import Response, ResponseBuilder
from domain.response.freshness import Freshness
from domain.response.next_actions import NextAction
from domain.response.references import Reference
from domain.run.call_events import ToolCallStarted, ToolCallSucceeded
from domain.run.events import (
    HistoryEntry,
    PlanProduced,
    PlanValidated,
    ResponseComposed,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRecovered,
    RunRejected,
    RunRequested,
    RunResumed,
)
from domain.run.facts import PlanDecision
from domain.time_zones import UTC_NAME
from domain.views.call_notes import approve_actions, waiting_calls
from domain.views.freshness import newest_data
from domain.views.history import History
from domain.views.json_form import View
from domain.views.other_sources import other_sources
from domain.views.windows import AskedWindow, asked_windows


class ResponseMeta(TypedDict):
    """What is known of a run beside its answer.

    `timing_ms`, the time that it worked, is null until it has ended; `waited_ms` is the time that
    it waited. Calls count by their last attempt. `windows` are the days and clock times that were
    asked for, which are those of `time_zone`. `limits` are the decisions that the answer tells:
    what of the plan is otherwise than it says, or not used; a tool's own limits are told by call.
    `newest_data` says how new the data of calls are, `other_sources` what the cache, or another
    tool, has answered in place of the plan's.
    """

    question: str
    state: str
    is_finished: bool
    planner: str | None
    used_tools: list[str]
    call_count: int
    failed_call_count: int
    timing_ms: int | None
    waited_ms: int
    confidence: float | None
    confidence_reasons: list[str]
    limits: list[JsonMap]
    requested_at: str
    version: int
    erased_results: list[str]
    time_zone: str
    windows: list[AskedWindow]
    newest_data: list[Freshness]
    other_sources: list[str]


class ResponseFault(TypedDict):
    """Why a run has no answer."""

    code: str
    message: str
    details: JsonMap


class RunResponse(TypedDict):
    """A run as an answer; `error` is there when it failed or was rejected.

    `status` is success, partial or degraded for a completed run, else the run's state. A run that
    has no answer yet has an empty one, and one that waits for approval says for what.
    """

    run_id: str
    status: str
    route: str | None
    answer: str
    blocks: list[Annotated[JsonMap, plain_json_of(Block)]]
    references: list[Annotated[JsonMap, plain_json_of(Reference)]]
    next_actions: list[Annotated[JsonMap, plain_json_of(NextAction)]]
    meta: ResponseMeta
    error: NotRequired[ResponseFault]


RESPONSE: Final[View[RunResponse]] = View("response", RunResponse)


def run_response(entries: Sequence[HistoryEntry]) -> RunResponse:
    """Return the run as an answer."""
    return response_of(History(entries))


def response_of(history: History) -> RunResponse:
    """Return the run as an answer, of a history of which other views are made, too."""
    summary = history.summary
    response = _response(history)
    answer: RunResponse = {
        "run_id": summary.run_id,
        "status": summary.status or summary.state,
        "route": summary.route,
        "answer": response["answer"],
        "blocks": list(response["blocks"]),
        "references": list(response["references"]),
        "next_actions": list(response["next_actions"]),
        "meta": _meta(history),
    }
    if "error" in response:
        answer["error"] = {
            "code": response["error_code"],
            "message": response["error"],
            "details": response["details"],
        }
    return answer


def _response(history: History) -> Response:
    builder = ResponseBuilder(history.summary.tenant_id)
    if waiting := waiting_calls(history.entries):
        answer = f"It waits for approval of {'; '.join(each.sentence for each in waiting)}."
        return builder.build_success_response([], answer, None, [*approve_actions(waiting)])
    composed, end = _last_words(history.entries)
    if isinstance(end, RunFailed):
        error = end.error
        failed = builder.build_error_response(error.message, error.code, error.details)
        failed["blocks"], failed["references"] = _candidates(history)
        return {**failed, "next_actions": _ways_out(history, end)}
    if composed is None:
        return builder.build_success_response([], "")
    if isinstance(end, RunRejected):
        details = {"policy": end.policy}
        refused = builder.build_error_response(end.reason, "POLICY_DENY", details)
        refused |= {"answer": composed.answer, "blocks": list(composed.blocks)}
        return {**refused, "next_actions": _ways_out(history, end)}
    # As stored, not read again: blocks of an older opstrail are shown too.
    return {
        **builder.build_success_response([], composed.answer),
        "blocks": list(composed.blocks),
        "references": list(composed.references),
        "next_actions": list(composed.next_actions),
    }


def _candidates(history: History) -> tuple[list[JsonMap], list[JsonMap]]:
    from domain.views.ways_out import candidates  # noqa: PLC0415 - of runs without an answer

    blocks, references = candidates(history)
    return dump_blocks(blocks), references


def _ways_out(history: History, end: RunFailed | RunRejected) -> list[JsonMap]:
    from domain.views.ways_out import ways_out  # noqa: PLC0415 - of runs without an answer

    return [each.model_dump(mode="json") for each in ways_out(history, end)]


def _last_words(
    entries: Sequence[HistoryEntry],
) -> tuple[ResponseComposed | None, RunEvent | None]:
    """Return the last answer, and the end that the run has come to, unless it went on since.

    A failed run that was cancelled has failed: it has no answer.
    """
    composed: ResponseComposed | None = None
    end: RunEvent | None = None
    for entry in entries:
        match entry.event:
            case ResponseComposed() as event:
                composed = event
            case RunFailed() | RunRejected() | RunCompleted() as event:
                end = event
            case RunResumed() | RunRecovered():
                end = None
            case _:
                pass
    return composed, end


def _meta(history: History) -> ResponseMeta:
    summary, entries = history.summary, history.entries
    used = {entry.event.tool for entry in entries if isinstance(entry.event, ToolCallStarted)}
    produced = [entry.event for entry in entries if isinstance(entry.event, PlanProduced)]
    composed = [entry.event for entry in entries if isinstance(entry.event, ResponseComposed)]
    validated = [entry.event for entry in entries if isinstance(entry.event, PlanValidated)]
    decided = validated[-1].decisions if validated else []
    return {
        "question": summary.question,
        "state": summary.state,
        "is_finished": summary.ended_at is not None,
        "planner": f"{produced[-1].planner} {produced[-1].planner_version}" if produced else None,
        "used_tools": [*sorted(used)],
        "call_count": summary.call_count,
        "failed_call_count": summary.failed_call_count,
        "timing_ms": summary.duration_ms,
        "waited_ms": summary.waited_ms,
        "confidence": composed[-1].confidence if composed else None,
        "confidence_reasons": list(composed[-1].confidence_reasons) if composed else [],
        "limits": [
            *(to_builtins(each) for each in decided if each.deduction is not UNSET),
            *_clamps(entries),
        ],
        "requested_at": summary.requested_at,
        "version": summary.version,
        "erased_results": [f"{c.call_id}: {c.erased}" for c in history.last_calls if c.erased],
        "time_zone": _time_zone(entries),
        "windows": asked_windows(entries),
        "newest_data": newest_data(entries),
        "other_sources": other_sources(history),
    }


def _clamps(entries: Sequence[HistoryEntry]) -> list[JsonMap]:
    """Return what tools brought within their limits, in the form of decisions."""
    request = entries[0].event
    if not isinstance(request, RunRequested) or request.options.edition is UNSET:
        return []
    events = (entry.event for entry in entries)
    last = {event.call_id: event for event in events if isinstance(event, ToolCallSucceeded)}
    return [
        to_builtins(
            PlanDecision(
                rule="tool_limit",
                field=f"{call_id}.{clamp.name}",
                requested=clamp.requested,
                effective=clamp.effective,
                why=f"{clamp.name} {clamp.why}",
                deduction=CLAMPED,
            )
        )
        for call_id, event in last.items()
        for clamp in clamps_in(event.warnings)
    ]


def _time_zone(entries: Sequence[HistoryEntry]) -> str:
    request = entries[0].event
    named = request.options.time_zone if isinstance(request, RunRequested) else UNSET
    return UTC_NAME if named is UNSET else named
