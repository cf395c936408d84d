"""From a planned call and the tool's result to what is recorded and passed on."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from domain.plan.mapping import parse_mapping, resolve_mapping
from domain.plan.planned_call import PlannedCall
from domain.plan.time_range import parse_time_range
from domain.response.compose.call_result import CallResult
from domain.run.call_events import ToolCallFailed, ToolCallSucceeded
from domain.run.facts import CallWindow, Fault, JsonMap
from domain.tools.contracts import ToolErrorCode, ToolResult

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
    """Return the digest of tool, operation and canonical parameters.

    Equal calls have equal labels.
    """
    canonical = json.dumps(
        [call.tool, call.operation, params], sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def call_window(params: JsonMap, *, now: datetime) -> CallWindow | None:
    """Return the absolute span of the call's `time_range`, or None when it has none."""
    text = params.get("time_range")
    if not isinstance(text, str):
        return None
    window = parse_time_range(text, now=now).window
    return CallWindow(start=window.start.isoformat(), end=window.end.isoformat())


def call_ended(
    call_id: str, attempt: int, result: ToolResult, *, duration_ms: float
) -> ToolCallSucceeded | ToolCallFailed:
    """Return the event that tells how a call ended."""
    if not result.success:
        error = _fault(result)
        return ToolCallFailed(
            call_id=call_id, attempt=attempt, error=error, duration_ms=duration_ms
        )
    return ToolCallSucceeded(
        call_id=call_id,
        attempt=attempt,
        data=result.data,
        row_count=_whole(result.metadata.get("row_count")),
        references=result.references,
        warnings=result.warnings,
        source_revision=_text(result.metadata.get("source_revision")),
        duration_ms=duration_ms,
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
    )


def skipped_result(call: PlannedCall, reason: str) -> CallResult:
    """Return the outcome of a call that was not made."""
    return CallResult(
        call_id=call.call_id,
        tool=call.tool,
        operation=call.operation,
        params=call.params,
        status="skipped",
        error=reason,
        is_answer=call.is_answer,
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
    return value if isinstance(value, int) else None


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None
