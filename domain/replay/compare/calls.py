"""The tool calls of two runs, aligned: which are the same, which are not, and how."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import JsonValue

from domain.json import JsonMap
from domain.replay.compare.alignment import Pair, aligned
from domain.replay.compare.deltas import Delta, delta
from domain.replay.compare.neutral import NeutralRun
from domain.replay.compare.run_calls import RunCall
from domain.run.call_events import ToolCallFailed, ToolCallSkipped, ToolCallSucceeded
from domain.views.json_patch import json_patch

_NOT_ANSWERED: Final = frozenset(
    {"call_id", "attempt", "payload", "duration_ms", "answered_by", "source_revision"}
)
"""What the end of a call holds beside what was answered."""


class Mark(StrEnum):
    """How two aligned things compare.

    same; cosmetic: they differ only in what does not count (the order of rows that have none,
    white space, windows that moved, what is ignored); different; only in B; only in A.
    """

    SAME = "="
    COSMETIC = "≈"
    DIFFERENT = "≠"
    ADDED = "+"
    REMOVED = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSide:
    """A call in one of the runs; `started_version` is where it is in that run's events."""

    call_id: str
    tool: str
    operation: str
    params: JsonMap
    status: str
    attempt_count: int
    started_version: int
    ended_version: int | None
    duration_ms: float | None
    row_count: int | None
    reason: str | None
    is_erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedCall:
    """A call of A beside the one of B that it became; a side is None where there is none.

    The patches (RFC 6902) turn what is compared of A into that of B, and are empty unless the
    call is different.
    """

    mark: Mark
    a: CallSide | None
    b: CallSide | None
    params_patch: list[JsonMap]
    result_patch: list[JsonMap]
    duration: Delta


def compared_calls(
    a: Sequence[RunCall], b: Sequence[RunCall], *, in_a: NeutralRun, in_b: NeutralRun
) -> list[ComparedCall]:
    """Return the calls of both runs, in the order of A, what only B has at the end."""
    return [_compared(pair, in_a, in_b) for pair in aligned(a, b, in_a=in_a, in_b=in_b)]


def _compared(pair: Pair, in_a: NeutralRun, in_b: NeutralRun) -> ComparedCall:
    a, b = pair
    mark = _mark(a, b, in_a, in_b)
    params, result = list[JsonMap](), list[JsonMap]()
    if a is not None and b is not None and mark is Mark.DIFFERENT:
        params = json_patch(in_a.params(a.tool, a.params), in_b.params(b.tool, b.params))
        result = json_patch(_outcome(a, in_a), _outcome(b, in_b))
    return ComparedCall(
        mark=mark,
        a=_side(a),
        b=_side(b),
        params_patch=params,
        result_patch=result,
        duration=delta(a.duration_ms if a else None, b.duration_ms if b else None),
    )


def _mark(a: RunCall | None, b: RunCall | None, in_a: NeutralRun, in_b: NeutralRun) -> Mark:
    if a is None or b is None:
        return Mark.ADDED if a is None else Mark.REMOVED
    if _recorded(a) == _recorded(b):
        return Mark.SAME
    same = _counting(a, in_a) == _counting(b, in_b)
    return Mark.COSMETIC if same else Mark.DIFFERENT


def _recorded(call: RunCall) -> str:
    """Return all that a call asked and answered, exactly."""
    end, answer = call.end, None
    if end is not None:
        answer = end.model_dump(mode="json", exclude=set(_NOT_ANSWERED))
    if isinstance(end, ToolCallSucceeded) and answer is not None:
        # A large result is as its payload, which may be erased.
        answer["data"] = end.payload.digest if end.payload else end.data
    return _text([call.tool, call.operation, call.params, answer])


def _counting(call: RunCall, run: NeutralRun) -> str:
    """Return what counts of that."""
    end, answer = call.end, _outcome(call, run)
    if isinstance(end, ToolCallSucceeded):
        answer = [run.canonical_result(end), [*run.references(end.references)], [*end.warnings]]
    return _text([call.tool, call.operation, run.params(call.tool, call.params), answer])


def _text(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True)


def _outcome(call: RunCall, run: NeutralRun) -> JsonValue:
    """Return the result of a call that succeeded, else why there is none."""
    match call.end:
        case ToolCallSucceeded() as end:
            result: JsonValue = run.result(end)
            return result
        case ToolCallFailed(error=error):
            return {"error": error.model_dump(mode="json")}
        case ToolCallSkipped(reason=reason):
            return {"skipped": reason}
        case None:
            return None


def _side(call: RunCall | None) -> CallSide | None:
    if call is None:
        return None
    end = call.end
    return CallSide(
        call_id=call.call_id,
        tool=call.tool,
        operation=call.operation,
        params=call.params,
        status=call.status,
        attempt_count=call.attempt_count,
        started_version=call.started_version,
        ended_version=call.ended_version,
        duration_ms=call.duration_ms,
        row_count=end.row_count if isinstance(end, ToolCallSucceeded) else None,
        reason=_reason(call),
        is_erased=isinstance(end, ToolCallSucceeded) and bool(end.payload) and end.data is None,
    )


def _reason(call: RunCall) -> str | None:
    match call.end:
        case ToolCallFailed(error=error):
            return f"{error.code}: {error.message}"
        case ToolCallSkipped(reason=reason):
            return reason
        case _:
            return None
