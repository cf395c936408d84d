"""Where two JSON values differ, and how many of the cells of two blocks do."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic import JsonValue

from domain.figures import EXACT, Exactness, is_same_figure, whole_sum
from domain.json import JsonMap
from domain.views.comparison import Cells
from domain.views.json_patch import json_patch

_NOT_CELLS: Final = frozenset({"type", "title", "id", "reference_ids"})
"""What a block holds beside its content."""

_FIGURE: Final = re.compile(r"(?<![\w.:/-])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w:/-]|[.,]\d)", re.ASCII)


def differing_pointers(
    one: Any,  # noqa: ANN401 - any JSON
    other: Any,  # noqa: ANN401 - any JSON
    exactness: Exactness = EXACT,
) -> list[str]:
    """Return the JSON pointers (RFC 6901) of the places that differ, in the order of the values.

    A place that only one of the two has is such a place; the whole value is "".
    """
    return list(_differing("", one, other, exactness))


def is_same_json(one: Any, other: Any, exactness: Exactness = EXACT) -> bool:  # noqa: ANN401 - any JSON
    """Return whether two values differ nowhere."""
    return next(_differing("", one, other, exactness), None) is None


def patch_beyond(before: JsonValue, after: JsonValue, exactness: Exactness) -> list[JsonMap]:
    """Return the JSON Patch from one value to the other, without what is the same in both."""
    return json_patch(before, _settled(before, after, exactness))


def is_filled_in(pointer: str, value: Any, *, stored: Any) -> bool:  # noqa: ANN401 - any JSON
    """Return whether what was stored lacks a field on the way to a place, and the value has it."""
    for token in map(unescaped, pointer.split("/")[1:]):
        if isinstance(stored, dict) and isinstance(value, dict) and token not in stored:
            return token in value
        stored, value = _child(stored, token), _child(value, token)
    return False


def value_at(value: Any, pointer: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands at a JSON pointer, or None where there is nothing."""
    for token in pointer.split("/")[1:]:
        value = _child(value, unescaped(token))
    return value


def escaped(key: str) -> str:
    """Return a key as it stands in a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescaped(token: str) -> str:
    """Return the key that a token of a JSON pointer stands for."""
    return token.replace("~1", "/").replace("~0", "~")


def sorted_text(value: JsonValue) -> str:
    """Return the value as JSON with its keys in order: values that are the same read the same."""
    return json.dumps(plain_numbers(value), sort_keys=True)


def plain_numbers(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the value with whole floats as whole numbers: 2 and 2.0 are one number in JSON."""
    match value:
        case dict():
            return {key: plain_numbers(each) for key, each in value.items()}
        case list():
            return [plain_numbers(each) for each in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def compared_cells(a: JsonMap, b: JsonMap, exactness: Exactness = EXACT) -> Cells:
    """Return how two blocks compare; rows that both have are the same wherever they stand."""
    return _cells_of(_content(a), _content(b), exactness)


def _differing(pointer: str, one: Any, other: Any, exactness: Exactness) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            if key in one and key in other:
                below = f"{pointer}/{escaped(key)}"
                yield from _differing(below, one[key], other[key], exactness)
            else:
                yield f"{pointer}/{escaped(key)}"
    elif isinstance(one, list) and isinstance(other, list):
        shared = min(len(one), len(other))
        for index in range(shared):
            yield from _differing(f"{pointer}/{index}", one[index], other[index], exactness)
        yield from (f"{pointer}/{index}" for index in range(shared, max(len(one), len(other))))
    elif not _is_same_leaf(one, other, exactness):
        yield pointer


def _settled(one: Any, other: Any, exactness: Exactness) -> Any:  # noqa: ANN401 - any JSON
    """Return the other value, with what is the same in both by the exactness as it is in one."""
    match one, other:
        case dict(), dict():
            return {
                key: _settled(one[key], each, exactness) if key in one else each
                for key, each in other.items()
            }
        case list(), list():
            shared = [_settled(*pair, exactness) for pair in zip(one, other, strict=False)]
            return [*shared, *other[len(shared) :]]
        case _:
            return one if _is_same_leaf(one, other, exactness) else other


def _is_same_leaf(one: Any, other: Any, exactness: Exactness = EXACT) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other  # for Python true is 1, for JSON it is not
    if isinstance(one, int | float) and isinstance(other, int | float):
        return is_same_figure(one, other, exactness)
    if exactness.is_loose and isinstance(one, str) and isinstance(other, str):
        return is_same_text(one, other, exactness)
    return bool(one == other)


def is_same_text(one: str, other: str, exactness: Exactness) -> bool:
    """Return whether two texts are the same but for figures in them that are the same.

    Digits of names, times and addresses are no figures.
    """
    if one == other:
        return True
    if without_figures(one) != without_figures(other):
        return False
    pairs = zip(_FIGURE.findall(one), _FIGURE.findall(other), strict=True)
    return all(is_same_figure(_number(a), _number(b), exactness) for a, b in pairs)


def without_figures(text: str) -> str:
    """Return a text with the same sign for each figure."""
    return _FIGURE.sub("#", text)


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _child(value: Any, token: str) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return value.get(token)
    if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
        return value[int(token)]
    return None


def _content(block: JsonMap) -> JsonMap:
    return {key: value for key, value in block.items() if key not in _NOT_CELLS}


def _cells_of(a: JsonValue, b: JsonValue, exactness: Exactness) -> Cells:
    match a, b:
        case dict(), dict():
            keys = [*a, *(key for key in b if key not in a)]
            return _sum(
                _cells_of(a[key], b[key], exactness)
                if key in a and key in b
                else _one_sided(a[key] if key in a else b[key])
                for key in keys
            )
        case list(), list():
            has_rows = all(isinstance(each, dict | list) for each in [*a, *b])
            return _sum((_rows if has_rows else _in_order)(a, b, exactness))
        case _:
            count = max(_leaf_count(a), _leaf_count(b))
            return Cells(count, 0 if _is_same_leaf(a, b, exactness) else count)


def _rows(a: list[JsonValue], b: list[JsonValue], exactness: Exactness) -> Iterator[Cells]:
    """Yield the rows that both have, then what is left, pair by pair in order."""
    in_a, in_b = Counter(map(sorted_text, a)), Counter(map(sorted_text, b))
    both = in_a & in_b
    yield from (Cells(_leaf_count(json.loads(row))) for row in both.elements())
    left_a, left_b = (map(json.loads, (side - both).elements()) for side in (in_a, in_b))
    yield from _in_order(list(left_a), list(left_b), exactness)


def _in_order(a: list[JsonValue], b: list[JsonValue], exactness: Exactness) -> Iterator[Cells]:
    yield from (_cells_of(one, other, exactness) for one, other in zip(a, b, strict=False))
    yield from (_one_sided(each) for each in [*a[len(b) :], *b[len(a) :]])


def _one_sided(value: JsonValue) -> Cells:
    return Cells(_leaf_count(value), _leaf_count(value))


def _sum(parts: Iterable[Cells]) -> Cells:
    cells = list(parts)
    changed_count = whole_sum(each.changed_count for each in cells)
    return Cells(whole_sum(each.count for each in cells), changed_count)


def _leaf_count(value: JsonValue) -> int:
    match value:
        case dict():
            return whole_sum(map(_leaf_count, value.values()))
        case list():
            return whole_sum(map(_leaf_count, value))
        case _:
            return 1
