"""Which call of one run became which call of another."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from domain.replay.compare.json_difference import escaped
from domain.replay.compare.neutral import NeutralRun
from domain.replay.compare.run_calls import RunCall

Pair = tuple[RunCall | None, RunCall | None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call with what it asked, as one text and leaf by leaf; nothing for a skipped call."""

    call: RunCall
    text: str | None
    leaves: frozenset[tuple[str, str]]


def aligned(
    a: Sequence[RunCall], b: Sequence[RunCall], *, in_a: NeutralRun, in_b: NeutralRun
) -> list[Pair]:
    """Return each call with its counterpart or None: in the order of A, then what only B has.

    Counterparts ask the same; else, of the same tool and operation, the most similar; else they
    have the same id.
    """
    left_a = {call.call_id: _asked(call, in_a) for call in a}
    left_b = {call.call_id: _asked(call, in_b) for call in b}
    found: dict[str, RunCall] = {}
    for candidates in (_of_same_text, _of_same_operation, _of_same_id):
        for call_id, asked in list(left_a.items()):
            best = max(candidates(asked, left_b), key=lambda each: _fit(asked, each), default=None)
            if best is not None:
                found[call_id] = best.call
                del left_a[call_id], left_b[best.call.call_id]
    pairs: list[Pair] = [(call, found.get(call.call_id)) for call in a]
    return [*pairs, *((None, asked.call) for asked in left_b.values())]


Candidates = Iterator[_Asked]


def _of_same_text(asked: _Asked, others: dict[str, _Asked]) -> Candidates:
    return (each for each in others.values() if each.text is not None and each.text == asked.text)


def _of_same_operation(asked: _Asked, others: dict[str, _Asked]) -> Candidates:
    return (each for each in others.values() if _operation(each) == _operation(asked))


def _of_same_id(asked: _Asked, others: dict[str, _Asked]) -> Candidates:
    return (each for each in others.values() if each.call.call_id == asked.call.call_id)


def _operation(asked: _Asked) -> tuple[str, str]:
    return asked.call.tool, asked.call.operation


def _fit(asked: _Asked, other: _Asked) -> tuple[float, bool]:
    """Return how many of all leaves both have, and whether they have the same id."""
    shared, every = len(asked.leaves & other.leaves), len(asked.leaves | other.leaves)
    return shared / every if every else 0.0, asked.call.call_id == other.call.call_id


def _asked(call: RunCall, run: NeutralRun) -> _Asked:
    if call.label is None:
        return _Asked(call, None, frozenset())
    params = run.params(call.tool, call.params)
    text = json.dumps([call.tool, call.operation, params], sort_keys=True)
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
