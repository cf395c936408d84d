"""The tool calls of two runs: which one became which, and whether they are the same."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from msgspec import to_builtins
from pydantic import JsonValue

from domain.json import JsonMap
from domain.replay.compare.json_difference import escaped, sorted_text
from domain.replay.compare.neutral import NeutralRun
from domain.replay.compare.run_calls import RunCall
from domain.run.call_events import ToolCallFailed, ToolCallSkipped, ToolCallSucceeded
from domain.views.comparison import CallSide, ComparedCall, Mark, delta
from domain.views.json_patch import json_patch

_NOT_ANSWERED: Final = frozenset(
    {"call_id", "attempt", "payload", "duration_ms", "answered_by", "source_revision"}
)
"""What the end of a call holds beside what was answered."""

_Pair = tuple[RunCall | None, RunCall | None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call with its parameters, as one text and as single values; a skipped call has none."""

    call: RunCall
    text: str | None
    leaves: frozenset[tuple[str, str]]


def compared_calls(
    a: Sequence[RunCall], b: Sequence[RunCall], *, in_a: NeutralRun, in_b: NeutralRun
) -> list[ComparedCall]:
    """Return the calls of both runs, in the order of A, what only B has at the end."""
    return [_compared(pair, in_a, in_b) for pair in _aligned(a, b, in_a=in_a, in_b=in_b)]


def _compared(pair: _Pair, in_a: NeutralRun, in_b: NeutralRun) -> ComparedCall:
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
    same = _what_counts(a, in_a) == _what_counts(b, in_b)
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


def _what_counts(call: RunCall, run: NeutralRun) -> str:
    """Return what a call asked and answered, without what makes no difference."""
    end, answer = call.end, _outcome(call, run)
    if isinstance(end, ToolCallSucceeded):
        answer = [run.canonical_result(end), [*run.references(end.references)], [*end.warnings]]
    return sorted_text([call.tool, call.operation, run.params(call.tool, call.params), answer])


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


def _aligned(
    a: Sequence[RunCall], b: Sequence[RunCall], *, in_a: NeutralRun, in_b: NeutralRun
) -> list[_Pair]:
    """Return each call with its counterpart or None: in the order of A, then what only B has.

    Counterparts ask the same; else, of the same tool and operation, the most similar; else they
    have the same id.
    """
    left_a = {call.call_id: _asked(call, in_a) for call in a}
    left_b = {call.call_id: _asked(call, in_b) for call in b}
    found: dict[str, RunCall] = {}
    for is_candidate in (_is_same_text, _is_same_operation, _is_same_id):
        for call_id, asked in list(left_a.items()):
            candidates = (each for each in left_b.values() if is_candidate(asked, each))
            best = max(candidates, key=partial(_fit, asked), default=None)
            if best is not None:
                found[call_id] = best.call
                del left_a[call_id], left_b[best.call.call_id]
    pairs: list[_Pair] = [(call, found.get(call.call_id)) for call in a]
    return [*pairs, *((None, asked.call) for asked in left_b.values())]


def _is_same_text(one: _Asked, other: _Asked) -> bool:
    return one.text is not None and one.text == other.text


def _is_same_operation(one: _Asked, other: _Asked) -> bool:
    a, b = one.call, other.call
    return (a.tool, a.operation) == (b.tool, b.operation)


def _is_same_id(one: _Asked, other: _Asked) -> bool:
    return one.call.call_id == other.call.call_id


def _fit(asked: _Asked, other: _Asked) -> tuple[float, bool]:
    """Return how alike two calls are: the share of equal parameters, whether ids are equal."""
    shared, every = len(asked.leaves & other.leaves), len(asked.leaves | other.leaves)
    return shared / every if every else 0.0, _is_same_id(asked, other)


def _asked(call: RunCall, run: NeutralRun) -> _Asked:
    if call.label is None:
        return _Asked(call, None, frozenset())
    params = run.params(call.tool, call.params)
    text = sorted_text([call.tool, call.operation, params])
    return _Asked(call, text, frozenset(_leaves("", params)))


def _leaves(pointer: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    match value:
        case dict():
            for key, each in value.items():
                yield from _leaves(f"{pointer}/{escaped(key)}", each)
        case list():
            for index, each in enumerate(value):
                yield from _leaves(f"{pointer}/{index}", each)
        case _:
            yield pointer, json.dumps(value)
