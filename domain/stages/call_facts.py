"""What is made of a tool call: its parameters before, its event and its result after it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from msgspec import UNSET, to_builtins
from pydantic import JsonValue

from domain.json import JsonMap
from domain.plan.mapping import parse_mapping, resolve_mapping
from domain.plan.planned_call import PlannedCall
from domain.plan.time_range import parse_time_range
from domain.response.compose.call_result import CallResult
from domain.run.call_events import ToolCallFailed, ToolCallSucceeded, ToolsRanked
from domain.run.facts import CallWindow, Fault
from domain.stages.sources import Answer
from domain.times import in_utc
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.selector import CandidateScore, ToolSelectionContext

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_CAN_RETRY = frozenset(
    {ToolErrorCode.TOOL_TIMEOUT, ToolErrorCode.UPSTREAM_UNAVAILABLE, ToolErrorCode.RATE_LIMITED}
)


def call_params(call: PlannedCall, data: Mapping[str, JsonValue]) -> JsonMap:
    """Return the parameters with the values of earlier results filled in.

    Raises `MappingError`.
    """
    params = dict(call.params)
    for name, expression in call.output_mapping.items():
        mapping = parse_mapping(expression, known=data.keys() | set(call.depends_on))
        params[name] = resolve_mapping(mapping, data)
    return params


def call_label(call: PlannedCall, params: JsonMap) -> str:
    """Return a short digest of tool, operation and parameters, by which equal calls are found."""
    called = [call.tool, call.operation, params]
    return hashlib.sha256(_CANONICAL(called).encode()).hexdigest()[:16]


def call_window(params: JsonMap, *, now: datetime) -> CallWindow | None:
    """Return the absolute span of the call's `time_range`, or None when it has none."""
    text = params.get("time_range")
    if not isinstance(text, str):
        return None
    window = parse_time_range(text, now=now).window
    return CallWindow(start=window.start.isoformat(), end=window.end.isoformat())


def ranked(context: ToolSelectionContext, candidates: Sequence[CandidateScore]) -> ToolsRanked:
    """Return the event that tells how the tools were ranked."""
    scores: list[JsonMap] = [to_builtins(candidate) for candidate in candidates]
    seen: JsonMap = {
        "intent": context.intent.value if context.intent else None,
        "strategy": context.user_pref.value,
        "current_load": dict(context.current_load),
        "estimated_time": dict(context.estimated_time),
        "success_rate": dict(context.success_rate),
        "mode_hint": context.mode_hint,
    }
    return ToolsRanked(context=seen, candidates=scores)


def call_ended(call_id: str, attempt: int, answer: Answer) -> ToolCallSucceeded | ToolCallFailed:
    """Return the event that tells how a call ended."""
    result = answer.result
    if not result.success:
        return ToolCallFailed(
            call_id=call_id,
            attempt=attempt,
            error=_fault(result),
            duration_ms=answer.duration_ms,
            answered_by=answer.answered_by,
        )
    return ToolCallSucceeded(
        call_id=call_id,
        attempt=attempt,
        data=result.data,
        row_count=_whole(result.metadata.get("row_count")),
        references=result.references,
        warnings=result.warnings,
        source_revision=_text(result.metadata.get("source_revision")),
        duration_ms=answer.duration_ms,
        answered_by=answer.answered_by,
        newest=newest_of(result) or UNSET,
        observed_effect=result.metadata.get("effect") or UNSET,
    )


def newest_of(result: ToolResult) -> str | None:
    """Return the instant of the newest record behind a result, in UTC; None if none is told."""
    with suppress(ValueError, OverflowError):  # a tool of others may say something else
        return in_utc(datetime.fromisoformat(str(result.metadata.get("newest")))).isoformat()
    return None


def recorded_result(ended: ToolCallSucceeded | ToolCallFailed) -> ToolResult:
    """Return the tool's result that an event on record was made from."""
    if isinstance(ended, ToolCallFailed):
        return ToolResult(
            success=False,
            error=ended.error.message,
            error_code=ToolErrorCode(ended.error.code),
            error_details=dict(ended.error.details),
        )
    return ToolResult(
        success=True,
        data=ended.data,
        references=list(ended.references),
        warnings=list(ended.warnings),
        metadata={
            "row_count": ended.row_count,
            "source_revision": ended.source_revision,
            "newest": None if ended.newest is UNSET else ended.newest,
            "effect": None if ended.observed_effect is UNSET else ended.observed_effect,
        },
    )


def call_result(
    call: PlannedCall, params: JsonMap, result: ToolResult, *, is_fallback: bool
) -> CallResult:
    """Return the outcome of a call that was made."""
    return CallResult(
        call_id=call.call_id,
        tool=call.tool,
        operation=call.operation,
        params=params,
        status="succeeded" if result.success else "failed",
        data=result.data,
        references=result.references,
        warnings=result.warnings,
        error=result.error,
        error_code=result.error_code,
        details=result.error_details or {},
        is_fallback=is_fallback,
        is_answer=call.is_answer,
        newest=newest_of(result),
    )


def skipped_result(call: PlannedCall, reason: str, *, is_on_purpose: bool = False) -> CallResult:
    """Return the outcome of a call that was not made."""
    return CallResult(
        call_id=call.call_id,
        tool=call.tool,
        operation=call.operation,
        params=call.params,
        status="skipped",
        error=reason,
        is_answer=call.is_answer,
        is_on_purpose=is_on_purpose,
    )


def _fault(result: ToolResult) -> Fault:
    code = result.error_code or ToolErrorCode.INTERNAL_ERROR
    return Fault(
        code=code,
        message=result.error or "the tool failed without saying why",
        details=result.error_details or {},
        can_retry=code in _CAN_RETRY,
    )


def _whole(value: JsonValue) -> int | None:
    return int(value) if isinstance(value, int) else None


def _text(value: JsonValue) -> str | None:
    return str(value) if isinstance(value, str) else None
