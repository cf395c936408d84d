"""What is made of a tool call: its parameters before, its event and its result after it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from msgspec import UNSET, UnsetType, to_builtins
from pydantic import JsonValue

from domain.json import JsonMap, as_count, as_list, as_map
from domain.plan.mapping import parse_mapping, resolve_mapping
from domain.plan.plan import Plan
from domain.plan.planned_call import PlannedCall
from domain.plan.time_range import parse_time_range
from domain.response.compose.call_result import CallResult
from domain.run.call_events import ToolCallFailed, ToolCallLogged, ToolCallSucceeded, ToolsRanked
from domain.run.facts import CallWindow, Fault
from domain.stages.sources import Answer
from domain.times import in_utc
from domain.tools.answers import UNSAID
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.selector import CandidateScore, ToolSelectionContext, strategy_of

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_CAN_RETRY = frozenset(
    {ToolErrorCode.TOOL_TIMEOUT, ToolErrorCode.UPSTREAM_UNAVAILABLE, ToolErrorCode.RATE_LIMITED}
)
_LOGGED = frozenset({"live", "record"})
"""Whose answers come with what was logged on the way to them."""


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
    if context.cache_status:
        seen["cache_status"] = dict(context.cache_status)
    return ToolsRanked(context=seen, candidates=scores)


def ranked_by(seen: JsonMap, plan: Plan) -> ToolSelectionContext:
    """Return what a ranking on record looked at, for the plan of today."""
    return ToolSelectionContext(
        intent=plan.intent,
        user_pref=strategy_of(plan.mode),
        current_load=_numbers(seen["current_load"]),
        cache_status={tool: bool(held) for tool, held in as_map(seen.get("cache_status")).items()},
        estimated_time=_numbers(seen["estimated_time"]),
        mode_hint=plan.mode_hint,
        success_rate=_numbers(seen["success_rate"]),
    )


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
            retry_after_ms=_or_unset(answer.retry_after_ms),
            fallback=answer.fallback or UNSET,
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
        cached_age_ms=_or_unset(answer.cached_age_ms),
        observed_effect=result.metadata.get("effect") or UNSET,
    )


def call_logged(call_id: str, attempt: int, answer: Answer) -> ToolCallLogged | None:
    """Return the event that tells what a call logged; None when it logged nothing."""
    log = answer.result.log
    if not log or answer.answered_by not in _LOGGED:
        return None
    return ToolCallLogged(
        call_id=call_id,
        attempt=attempt,
        data=log,
        line_count=len(as_list(log.get("lines"))) + as_count(log.get("dropped_count")),
        exception_count=len(as_list(log.get("exceptions"))),
    )


def _or_unset(value: int | None) -> int | UnsetType:
    return UNSET if value is None else value


def newest_of(result: ToolResult) -> str | None:
    """Return the instant of the newest record behind a result, in UTC; None if none is told."""
    newest = result.metadata.get("newest")
    if newest is None:
        return None
    with suppress(ValueError, OverflowError):  # a tool of others may say something else
        return in_utc(datetime.fromisoformat(str(newest))).isoformat()
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
        message=result.error or UNSAID,
        details=result.error_details or {},
        can_retry=code in _CAN_RETRY,
    )


def _numbers(value: object) -> dict[str, float]:
    return {str(k): float(v) for k, v in value.items()} if isinstance(value, dict) else {}


def _whole(value: JsonValue) -> int | None:
    return int(value) if isinstance(value, int) else None


def _text(value: JsonValue) -> str | None:
    return str(value) if isinstance(value, str) else None
