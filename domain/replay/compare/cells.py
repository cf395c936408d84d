"""How much of a block changed, counted in cells."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from domain.json import JsonMap

_NOT_CELLS: Final = frozenset({"type", "title", "id", "reference_ids"})
"""What a block holds beside its content."""


@dataclass(frozen=True, slots=True)
class Cells:
    """How many cells two blocks have together, and how many of these are not the same in both.

    A cell is a number, a text, a truth value or a null.
    """

    count: int = 0
    changed_count: int = 0


NO_CELLS: Final = Cells()


def compared_cells(a: JsonMap, b: JsonMap) -> Cells:
    """Return how two blocks compare; rows that both have are the same wherever they stand."""
    return _compared(_content(a), _content(b))


def _content(block: JsonMap) -> JsonMap:
    return {key: value for key, value in block.items() if key not in _NOT_CELLS}


def _compared(a: JsonValue, b: JsonValue) -> Cells:
    match a, b:
        case dict(), dict():
            keys = [*a, *(key for key in b if key not in a)]
            return _sum(
                _compared(a[key], b[key])
                if key in a and key in b
                else _one_sided(a[key] if key in a else b[key])
                for key in keys
            )
        case list(), list():
            has_rows = all(isinstance(each, dict | list) for each in [*a, *b])
            return _sum(_rows(a, b) if has_rows else _in_order(a, b))
        case _:
            count = max(_size(a), _size(b))
            return Cells(count, 0 if _is_equal(a, b) else count)


def _rows(a: list[JsonValue], b: list[JsonValue]) -> Iterator[Cells]:
    """Yield the rows that both have, then what is left, pair by pair in order."""
    in_a, in_b = Counter(map(_text, a)), Counter(map(_text, b))
    both = in_a & in_b
    yield from (Cells(_size(json.loads(row))) for row in both.elements())
    left_a, left_b = (in_a - both).elements(), (in_b - both).elements()
    yield from _in_order([json.loads(row) for row in left_a], [json.loads(row) for row in left_b])


def _in_order(a: list[JsonValue], b: list[JsonValue]) -> Iterator[Cells]:
    yield from (_compared(one, other) for one, other in zip(a, b, strict=False))
    yield from (_one_sided(each) for each in [*a[len(b) :], *b[len(a) :]])


def _one_sided(value: JsonValue) -> Cells:
    return Cells(_size(value), _size(value))


def _sum(parts: Iterable[Cells]) -> Cells:
    cells = list(parts)
    return Cells(sum(each.count for each in cells), sum(each.changed_count for each in cells))


def _size(value: JsonValue) -> int:
    match value:
        case dict():
            return sum(map(_size, value.values()))
        case list():
            return sum(map(_size, value))
        case _:
            return 1


def _is_equal(a: JsonValue, b: JsonValue) -> bool:
    """Compare by value: 2 is 2.0, but a truth value is no number."""
    return isinstance(a, bool) is isinstance(b, bool) and a == b


def _text(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True)
