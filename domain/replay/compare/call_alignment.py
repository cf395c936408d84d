"""Which call of one run became which call of another."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from domain.replay.compare.json_difference import escaped, sorted_text
from domain.replay.compare.neutral import NeutralRun
from domain.replay.compare.run_calls import RunCall
from domain.run.call_events import ToolCallSucceeded

Pair = tuple[RunCall | None, RunCall | None]

_RARE: Final = 32
"""A parameter that more calls have than this does not tell which of them is meant."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call with its place and its parameters, as one text and as single values.

    A skipped call has no text.
    """

    place: int
    call: RunCall
    text: str | None
    leaves: frozenset[tuple[str, str]]


_Left = dict[str, _Asked]
"""The calls by their ids that have no counterpart yet, in order."""


def aligned(
    a: Sequence[RunCall], b: Sequence[RunCall], *, in_a: NeutralRun, in_b: NeutralRun
) -> list[Pair]:
    """Return each call with its counterpart or None: in the order of A, then what only B has.

    Counterparts ask the same. Of several that do, they have the same ids, or else, if only one run
    has some of these ids, the same answers, and of these the same ids before others. Other calls
    are paired of the same tool and operation, the most similar ones; what is left then by the
    same id.
    """
    left_a = {each.call.call_id: each for each in _all_asked(a, in_a)}
    left_b = {each.call.call_id: each for each in _all_asked(b, in_b)}
    found = dict[str, RunCall]()
    for one, other in _pairs(left_a, left_b, in_a, in_b):
        found[one.call.call_id] = other.call
        del left_a[one.call.call_id], left_b[other.call.call_id]
    pairs: list[Pair] = [(call, found.get(call.call_id)) for call in a]
    return [*pairs, *((None, asked.call) for asked in left_b.values())]


def names_in_a(pairs: Sequence[Pair]) -> dict[str, str]:
    """Return the ids that calls of B have in A, where they are others.

    A call that only B has gets a name that is free when its own is that of another call of A.
    """
    known = {a.call_id for a, _ in pairs if a is not None}
    names = dict[str, str]()
    for a, b in pairs:
        if b is None:
            continue
        name = a.call_id if a is not None else b.call_id
        while a is None and name in known:
            name = f"{name}'"
        known.add(name)
        if name != b.call_id:
            names[b.call_id] = name
    return names


def _pairs(
    left_a: _Left, left_b: _Left, in_a: NeutralRun, in_b: NeutralRun
) -> Iterator[tuple[_Asked, _Asked]]:
    """Yield the counterparts; the caller takes them from what is left before it goes on."""
    for alike, others in _groups(left_a, left_b, _text):
        yield from _of_equal_calls(alike, others, in_a, in_b)
    for alike, others in _groups(left_a, left_b, _operation):
        yield from _of_similar_calls(alike, others)
    for call_id in [call_id for call_id in left_a if call_id in left_b]:
        yield left_a[call_id], left_b[call_id]


def _groups(
    left_a: _Left, left_b: _Left, name: Callable[[_Asked], object]
) -> Iterator[tuple[_Left, _Left]]:
    """Yield the calls of A and of B that have the same name, group by group; None is no name."""
    groups = defaultdict[object, tuple[_Left, _Left]](lambda: ({}, {}))
    for side, left in enumerate((left_a, left_b)):
        for call_id, each in left.items():
            groups[name(each)][side][call_id] = each
    yield from (pair for key, pair in groups.items() if key is not None and all(pair))


def _text(asked: _Asked) -> str | None:
    return asked.text


def _operation(asked: _Asked) -> tuple[str, str]:
    return asked.call.tool, asked.call.operation


def _of_equal_calls(
    a: _Left, b: _Left, in_a: NeutralRun, in_b: NeutralRun
) -> Iterator[tuple[_Asked, _Asked]]:
    if a.keys() != b.keys():
        for one, other in list(_of_equal_answers(a, b, in_a, in_b)):
            yield one, other
            del a[one.call.call_id], b[other.call.call_id]
    for call_id in [call_id for call_id in a if call_id in b]:
        yield a.pop(call_id), b.pop(call_id)
    yield from zip(a.values(), b.values(), strict=False)


def _of_equal_answers(
    a: _Left, b: _Left, in_a: NeutralRun, in_b: NeutralRun
) -> Iterator[tuple[_Asked, _Asked]]:
    """Yield the calls that were answered alike: first those of one id, then others in order."""
    by_answer = defaultdict[str, _Left](dict)
    for call_id, each in b.items():
        by_answer[_answer(each.call, in_b)][call_id] = each
    likely = {call_id: by_answer[_answer(one.call, in_a)] for call_id, one in a.items()}
    for call_id, alike in likely.items():
        if call_id in alike:
            yield a[call_id], alike.pop(call_id)
            likely[call_id] = {}
    for call_id, alike in likely.items():
        if alike:
            yield a[call_id], alike.pop(next(iter(alike)))


def _answer(call: RunCall, run: NeutralRun) -> str:
    end = call.end
    result = run.canonical_result(end) if isinstance(end, ToolCallSucceeded) else None
    return sorted_text([call.status, result])


def _of_similar_calls(a: _Left, b: _Left) -> Iterator[tuple[_Asked, _Asked]]:
    """Yield each call with the most similar one that is left, of those that share what is rare.

    Without such a one, with that of its id, or the first. Calls whose ids both runs have choose
    first.
    """
    having = defaultdict[tuple[str, str], list[str]](list)
    for call_id, each in b.items():
        for leaf in each.leaves:
            having[leaf].append(call_id)
    left = dict(b)
    for call_id, asked in sorted(a.items(), key=lambda item: item[0] not in b):
        if not left:
            return
        rare = (having[leaf] for leaf in asked.leaves if len(having[leaf]) <= _RARE)
        named = {call_id, next(iter(left)), *(each for ids in rare for each in ids)}
        candidates = [left[each] for each in named if each in left]
        best = max(candidates, key=partial(_fit, asked))
        yield asked, left.pop(best.call.call_id)


def _fit(asked: _Asked, other: _Asked) -> tuple[float, bool, int]:
    """Return how alike calls are: equal parameters, by share; equal ids; which comes first."""
    shared, every = len(asked.leaves & other.leaves), len(asked.leaves | other.leaves)
    share = shared / every if every else 0.0
    return share, asked.call.call_id == other.call.call_id, -other.place


def _all_asked(calls: Iterable[RunCall], run: NeutralRun) -> Iterator[_Asked]:
    for place, call in enumerate(calls):
        if call.label is None:
            yield _Asked(place, call, None, frozenset())
            continue
        params = run.params(call.tool, call.params)
        text = sorted_text([call.tool, call.operation, params])
        yield _Asked(place, call, text, frozenset(_leaves("", params)))


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
