"""The tool calls of two runs side by side, and whether they are the same."""

from collections.abc import Iterable
from typing import Final

from msgspec import to_builtins
from pydantic import JsonValue

from domain.figures import Exactness
from domain.json import JsonMap
from domain.replay.compare.call_alignment import Pair
from domain.replay.compare.json_difference import is_same_json, patch_beyond, sorted_text
from domain.replay.compare.neutral import NeutralRun
from domain.replay.compare.run_calls import RunCall
from domain.run.call_events import ToolCallFailed, ToolCallSkipped, ToolCallSucceeded
from domain.views.comparison import CallSide, ComparedCall, Mark, delta

_NOT_ANSWERED: Final = frozenset(
    {"call_id", "attempt", "payload", "duration_ms", "answered_by", "source_revision", "newest"}
    | {"cached_age_ms", "retry_after_ms", "fallback"}
)
"""What the end of a call holds beside what was answered."""


def compared_calls(
    pairs: Iterable[Pair], *, in_a: NeutralRun, in_b: NeutralRun, exactness: Exactness
) -> list[ComparedCall]:
    """Return the calls of both runs as they are aligned."""
    return [_compared(pair, in_a, in_b, exactness) for pair in pairs]


def _compared(
    pair: Pair, in_a: NeutralRun, in_b: NeutralRun, exactness: Exactness
) -> ComparedCall:
    a, b = pair
    mark = _mark(a, b, in_a, in_b, exactness)
    params, result = list[JsonMap](), list[JsonMap]()
    if a is not None and b is not None and mark is Mark.DIFFERENT:
        asked = in_a.params(a.tool, a.params), in_b.params(b.tool, b.params)
        params = patch_beyond(*asked, exactness)
        result = patch_beyond(_outcome(a, in_a), _outcome(b, in_b), exactness)
    return ComparedCall(
        mark=mark,
        a=_side(a),
        b=_side(b),
        params_patch=params,
        result_patch=result,
        duration=delta(a.duration_ms if a else None, b.duration_ms if b else None),
    )


def _mark(
    a: RunCall | None,
    b: RunCall | None,
    in_a: NeutralRun,
    in_b: NeutralRun,
    exactness: Exactness,
) -> Mark:
    if a is None or b is None:
        return Mark.ADDED if a is None else Mark.REMOVED
    if _recorded(a) == _recorded(b):
        return Mark.SAME
    same = is_same_json(_what_counts(a, in_a), _what_counts(b, in_b), exactness)
    return Mark.COSMETIC if same else Mark.DIFFERENT


def _recorded(call: RunCall) -> str:
    """Return all that a call asked and answered, exactly."""
    end, answer = call.end, None
    if end is not None:
        told = to_builtins(end).items()
        answer = {name: value for name, value in told if name not in _NOT_ANSWERED}
    if isinstance(end, ToolCallSucceeded) and answer is not None:
        # A large result is as its payload, which may be erased.
        answer["data"] = end.payload.digest if end.payload else end.data
    return sorted_text([call.tool, call.operation, call.params, answer])


def _what_counts(call: RunCall, run: NeutralRun) -> JsonValue:
    """Return what a call asked and answered, without what makes no difference."""
    end, answer = call.end, _outcome(call, run)
    if isinstance(end, ToolCallSucceeded):
        answer = [run.canonical_result(end), [*run.references(end.references)], [*end.warnings]]
    return [call.tool, call.operation, run.params(call.tool, call.params), answer]


def _outcome(call: RunCall, run: NeutralRun) -> JsonValue:
    """Return the result of a call that succeeded, else why there is none."""
    match call.end:
        case ToolCallSucceeded() as end:
            result: JsonValue = run.result(end)
            return result
        case ToolCallFailed(error=error):
            return {"error": to_builtins(error)}
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
        is_erased=isinstance(end, ToolCallSucceeded) and end.erased is not None,
    )


def _reason(call: RunCall) -> str | None:
    match call.end:
        case ToolCallFailed(error=error):
            return f"{error.code}: {error.message}"
        case ToolCallSkipped(reason=reason):
            return reason
        case _:
            return None
