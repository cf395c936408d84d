"""JSON from outside, read within limits: what is taken can be recorded and read back by everybody.

BadJson   a text is no JSON, or JSON that is too large, or that holds what cannot be kept
"""

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from pydantic import JsonValue

from domain.figures import whole_sum
from domain.values import limits
from domain.values.text import BadText, forbidden, shown

_SIGNS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[{,]', re.DOTALL)
_NOT_FINITE: Final = "NaN and Infinity are no numbers of JSON, and none is beyond 1.8e308"
_SMALLEST: Final = -limits.LARGEST_INTEGER - 1
_NESTED: Final = (dict, list, tuple)  # quicker than a union
_Place = tuple["_Place | None", str | int]
"""The last step of the way to a value, after the place before it."""
_Found = tuple[_Place, object]


class BadJson(BadText):
    """JSON from outside cannot be taken; `why` has the JSON pointer of what is wrong."""


@dataclass(frozen=True, slots=True)
class JsonLimits:
    """How large a JSON text may be: in bytes, in objects, arrays and values, and in levels."""

    size: int = limits.JSON_BYTES
    members: int = limits.JSON_MEMBERS
    depth: int = limits.JSON_DEPTH


DOCUMENT: Final = JsonLimits()
ESTATE_FILE: Final = JsonLimits(limits.ESTATE_FILE_BYTES, limits.ESTATE_FILE_MEMBERS)


@dataclass(frozen=True, slots=True)
class _Repeated:
    """Stands in a value for an object that has a key twice."""

    key: str


def bounded_json(data: bytes | str, *, where: str, within: JsonLimits = DOCUMENT) -> JsonValue:
    """Return what the JSON is. Raises `BadJson`, before the memory is spent where it is too large.

    Besides what is no JSON, it refuses NaN and Infinity, numbers that no database holds, repeated
    keys, texts that the text policy forbids, and what is nested too deeply.
    """
    try:
        value = _read(_decoded(data, within), within)
    except json.JSONDecodeError as error:
        why = f"it is no JSON: {error.msg} at line {error.lineno} column {error.colno}"
        raise BadJson(where, why) from None
    except ValueError as error:
        raise BadJson(where, str(error)) from None
    check_json(value, where=where, depth=within.depth)
    return value


def check_json(value: object, *, where: str, depth: int = limits.JSON_DEPTH) -> None:
    """Raise `BadJson` for a JSON value that `bounded_json` would not have returned."""
    for why, place in _problems(value, depth):
        pointer = _pointer(place)
        raise BadJson(where, f"{why}, at {shown(pointer)}" if pointer else why)


def is_deeper(value: object, depth: int) -> bool:
    """Return whether a value of objects and arrays has more levels; it takes no stack."""
    level = [value] if _has_parts(value) else []
    while level and depth:
        level = [part for each in level for part in _parts(each) if isinstance(part, _NESTED)]
        depth -= 1
    return bool(level)


def _read(text: str, within: JsonLimits) -> JsonValue:
    if has_more_values(text, within.members):
        message = f"it has more than {within.members:,} values, which is the most that are read"
        raise ValueError(message)
    try:
        value: JsonValue = _DECODER.decode(text)
    except RecursionError:
        raise ValueError(_too_deep(within.depth)) from None
    except json.JSONDecodeError:
        raise
    except ValueError:  # Python's own limit, which says how to raise it
        message = f"it holds a number of more than {sys.get_int_max_str_digits():,} digits"
        raise ValueError(message) from None
    return value


def _decoded(data: bytes | str, within: JsonLimits) -> str:
    if len(data) > within.size:
        message = f"it is longer than {within.size:,} bytes, which is the most that is read"
        raise ValueError(message)
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"it is not UTF-8 at byte {error.start + 1}, in line {line}"
        raise ValueError(message) from None


def has_more_values(text: str, members: int) -> bool:
    """Return whether the text has too many values; signs inside texts do not count."""
    if whole_sum(map(text.count, "[{,")) < members:
        return False
    found = (1 for match in _SIGNS.finditer(text) if match[0] in "[{,")
    return next(islice(found, members, None), None) is not None


def _object(pairs: list[tuple[str, JsonValue]]) -> "dict[str, JsonValue] | _Repeated":
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    counts = Counter(name for name, _ in pairs)
    return _Repeated(next(name for name, count in counts.items() if count > 1))


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object)


def _problems(value: object, depth: int) -> Iterator[tuple[str, _Place]]:
    """Yield what is wrong and where, the outermost first."""
    root: _Place = (None, "")
    if why := _problem(value):
        yield why, root
    level: list[_Found] = [(root, value)]
    for _ in range(depth):
        deeper: list[_Found] = []
        for each in level:
            yield from _problems_of_parts(*each, deeper)
        level = deeper
    if any(_has_parts(each) for _, each in level):
        yield _too_deep(depth), root


def _problems_of_parts(
    place: _Place, value: object, deeper: list[_Found]
) -> Iterator[tuple[str, _Place]]:
    for step, part in _steps(value):
        if isinstance(step, str) and (why := _problem(step)):
            yield f"a key cannot be taken: {why}", place
        if _has_parts(part):
            deeper.append(((place, step), part))
        elif why := _problem(part):
            yield why, (place, step)


def _parts(value: Any) -> Iterable[object]:  # noqa: ANN401 - an object or an array
    return value.values() if isinstance(value, dict) else value


def _steps(value: Any) -> Iterable[tuple[str | int, object]]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if _has_parts(value) else ()


def _problem(value: object) -> str | None:
    """Return what is wrong with a value, whatever its parts are; the usual ones come first."""
    if isinstance(value, str):
        return None if value.isprintable() else forbidden(value)
    if isinstance(value, float):
        return None if math.isfinite(value) else _NOT_FINITE
    if isinstance(value, int) and not _SMALLEST <= value <= limits.LARGEST_INTEGER:
        return f"the number {shown(value)} is beyond 64 bits; write it as a text"
    return f"the key {shown(value.key)} is there twice" if isinstance(value, _Repeated) else None


def _has_parts(value: object) -> bool:
    return isinstance(value, _NESTED)


def _too_deep(depth: int) -> str:
    return f"it is nested deeper than {depth} levels, which is the most that are read"


def _pointer(place: _Place) -> str:
    """Return the way to a place as a JSON pointer; empty for the whole."""
    steps: list[str] = []
    before: _Place | None = place
    while before is not None:
        before, step = before
        steps.append(str(step).replace("~", "~0").replace("/", "~1"))
    return "/".join(reversed(steps))
