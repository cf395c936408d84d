"""What changed in an event, field by field, as short texts in which the difference is in view."""

import difflib
import json
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from domain.replay.compare.json_difference import sorted_text, unescaped, value_at
from domain.views.verdict import Change

SHOWN_CHARACTERS: Final = 60
"""A longer value is cut."""

_SHOWN_BEFORE: Final = 20
"""So much of a cut value is shown before the place where it differs."""

_LINE_CHARACTERS: Final = 80
_NOTHING: Final = "(none)"
_ABSENT: Final = object()
_NAMED_BY: Final = ("title", "label", "name", "ci_code", "code", "tool", "id")
_IMPLIED: Final = (
    *("plan_output/plan", "plan_output", "plan", "data", "error", "result"),
    *("params", "blocks", "references"),
)
"""What an event is about, and need not be said of each of its fields."""


def changes_of(before: Any, after: Any, pointers: Sequence[str]) -> list[Change]:  # noqa: ANN401 - any JSON
    """Return the changes at these places, in order.

    A list that has only another order, or more or fewer elements, is one change.
    """
    found: dict[str, Change] = {}
    for pointer in pointers:
        place = _list_around(before, after, pointer)
        if place is None:
            found[pointer] = _change(pointer, _at(before, pointer), _at(after, pointer))
        elif place not in found:
            found[place] = _list_change(place, value_at(before, place), value_at(after, place))
    return list(found.values())


def pairs_of(before: Any, after: Any, pointers: Iterable[str]) -> set[tuple[str, str, str]]:  # noqa: ANN401 - any JSON
    """Return what became what, by which the same change is known at another place.

    Texts speak for themselves; other values do so together with the names of their fields.
    """
    return {
        _pair(pointer, value_at(before, pointer), value_at(after, pointer)) for pointer in pointers
    }


def shortened(before: str, after: str) -> tuple[str, str]:
    """Return both texts; the long ones cut around the first place where they differ."""
    differ_at = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    return _cut(before, differ_at), _cut(after, differ_at)


def _pair(pointer: str, before: Any, after: Any) -> tuple[str, str, str]:  # noqa: ANN401 - any JSON
    is_text = isinstance(before, str) and isinstance(after, str)
    name = "" if is_text else pointer.rsplit("/", 1)[-1]
    return name, sorted_text(before), sorted_text(after)


def _change(pointer: str, before: Any, after: Any) -> Change:  # noqa: ANN401 - any JSON
    texts = _text(before), _text(after)
    if _looks(texts[0]) == _looks(texts[1]):  # and are not the same
        texts = _text(before, is_ascii=True), _text(after, is_ascii=True)
    short = shortened(*texts)
    return Change(
        pointer=pointer,
        field=field_of(pointer),
        before=short[0],
        after=short[1],
        diff=tuple(_diff(before, after)) if short != texts else (),
    )


def _looks(text: str) -> str:
    """Return a text as people see it: without what has no width, composed in one way."""
    composed = unicodedata.normalize("NFKC", text)
    return "".join(each for each in composed if unicodedata.category(each) != "Cf")


def field_of(pointer: str) -> str:
    """Return the field that a pointer means as people write it, such as `rows[0].name`."""
    place = pointer.removeprefix("/")
    for implied in _IMPLIED:
        if place.startswith(f"{implied}/"):
            is_list = place.removeprefix(f"{implied}/")[:1].isdigit()
            place = place if is_list else place.removeprefix(f"{implied}/")
            break
    steps = [unescaped(each) for each in place.split("/")]
    return "".join(f"[{n}]" if n.isdecimal() else f".{n}" for n in steps).removeprefix(".")


def _list_around(before: Any, after: Any, pointer: str) -> str | None:  # noqa: ANN401 - any JSON
    """Return the outermost list on the way whose elements moved, came or went."""
    place = ""
    for token in pointer.split("/")[1:]:
        one, other = value_at(before, place), value_at(after, place)
        are_lists = isinstance(one, list) and isinstance(other, list)
        if are_lists and (len(one) != len(other) or _counted(one) == _counted(other)):
            return place
        place = f"{place}/{token}"
    return None


def _list_change(pointer: str, before: list[Any], after: list[Any]) -> Change:
    one, other = _counted(before), _counted(after)
    field = field_of(pointer)
    if one == other:
        then, now = shortened(_names(before), _names(after))
        return Change(pointer=pointer, field=field, before=then, after=now, is_order=True)
    gone, come = list((one - other).elements()), list((other - one).elements())
    told = [f"{len(after)} item{'' if len(after) == 1 else 's'}", *_gone_and_come(gone, come)]
    return Change(
        pointer=pointer,
        field=field,
        before=str(len(before)),
        after=", ".join(told),
        diff=(*(f"-{each}" for each in gone), *(f"+{each}" for each in come)),
    )


def _gone_and_come(gone: list[str], come: list[str]) -> Iterator[str]:
    """Yield which elements, as JSON, are no longer or newly there: by name if that tells them."""
    sides = gone, come
    names = [[_names([json.loads(each)]) for each in side] for side in sides]
    shown = sides if set(names[0]) & set(names[1]) else names
    for word, some in zip(("without", "with"), shown, strict=True):
        if some:
            yield f"{word} {_cut(', '.join(some), 0)}"


def _names(values: list[Any]) -> str:
    """Return the elements by what they are called, where they say so."""
    return ", ".join(
        next((str(each[name]) for name in _NAMED_BY if each.get(name)), _text(each))
        if isinstance(each, dict)
        else _text(each)
        for each in values
    )


def _counted(values: list[Any]) -> Counter[str]:
    return Counter(map(sorted_text, values))


def _at(value: Any, pointer: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands there; what is not there is told from a null."""
    parent, _, token = pointer.rpartition("/")
    around, name = value_at(value, parent), unescaped(token)
    if not pointer:
        return value
    if isinstance(around, dict):
        return around.get(name, _ABSENT)
    if isinstance(around, list) and int(name) < len(around):
        return around[int(name)]
    return _ABSENT


def _text(value: Any, *, is_ascii: bool = False) -> str:  # noqa: ANN401 - any JSON
    if value is _ABSENT:
        return _NOTHING
    return json.dumps(value, ensure_ascii=is_ascii)


def _cut(text: str, differ_at: int) -> str:
    if len(text) <= SHOWN_CHARACTERS:
        return text
    start = max(0, min(differ_at - _SHOWN_BEFORE, len(text) - SHOWN_CHARACTERS))
    end = start + SHOWN_CHARACTERS
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"


def _diff(before: Any, after: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield the unified diff of two values, without its head; texts by their lines."""
    lines = list(difflib.unified_diff(_lines(before), _lines(after), lineterm="", n=1))
    yield from lines[2:]


def _lines(value: Any) -> list[str]:  # noqa: ANN401 - any JSON
    if value is _ABSENT:
        return []
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, indent=1).splitlines()
    wrapped = (textwrap.wrap(line, _LINE_CHARACTERS) or [""] for line in value.splitlines())
    return [part for parts in wrapped for part in parts]
