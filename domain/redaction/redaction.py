"""The redaction: patterns that find what may not be recorded, and what is left without it.

Each pattern has hints, texts in lower case of which one is in everything that it finds: most of
what is recorded has none, and is only looked at for them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec
from msgspec import UNSET
from pydantic import JsonValue

from domain.aggregate.event import EventData, Removal
from domain.redaction.marks import MARK_BEGINS, mark_of, secret_named

E = TypeVar("E", bound=EventData)

_PLACES: Final = 100
"""So many places are named of one event; what was removed elsewhere is counted together."""

_SEPARATORS: Final = str.maketrans("", "", "_-. ")
_UNDERSCORES: Final = str.maketrans("-. ", "___")
_NAMES: Final = ("name", "key", "field")
"""Where the name of a value stands that is beside it: {"name": "DB_PASSWORD", "value": ...}."""
_SAID: Final = ("looked_up.", "asked.looked_up.")
"""Where names are phrases of a question, with what they name: the package passwd is no secret."""

Encoded = tuple[str, int, str]
"""An event as `Aggregate.encode` returns it: stored name, schema version, JSON text."""

Removed = Counter[tuple[str, str]]
"""How many values were removed, by pattern and place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What is removed: the groups of `regex`, or all of it where it has none.

    Also the values of names that end in one of `keys`, in lower case without separators; a key
    that begins with one, `_`, is that of a word of its own.
    """

    name: str
    regex: str
    hints: tuple[str, ...]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redacted:
    """A value without what was removed from it."""

    value: JsonValue
    removals: tuple[Removal, ...] = ()


class Redaction:
    """Removes what the patterns find, and counts it; what was removed once stays as it is."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        """Keep the patterns; none removes nothing."""
        self._patterns = tuple(patterns)
        hints = {hint for each in self._patterns for hint in each.hints}
        self._hints = tuple(
            hint for hint in sorted(hints) if not any(other in hint for other in hints - {hint})
        )
        self._keys = {key: each.name for each in self._patterns for key in each.keys}

    def suspects(self, text: str) -> bool:
        """Return whether there may be something to remove."""
        lowered = text.lower()
        return any(hint in lowered for hint in self._hints)

    def of_text(self, text: str) -> str:
        """Return the text without what the patterns find."""
        return self._text(text, "", Counter()) if self.suspects(text) else text

    def of_json(self, value: JsonValue, where: str = "") -> Redacted:
        """Return JSON without what the patterns find in its texts, and the values of its names."""
        removed: Removed = Counter()
        clean = self._value(value, where, removed, None)
        return Redacted(clean, _removals(removed)) if removed else Redacted(value)

    def recordable(
        self, event: E, encoded: Encoded, encode: Callable[[E], Encoded]
    ) -> tuple[E, Encoded]:
        """Return the event without what the patterns find, also as it is encoded."""
        if event.is_derived or not self.suspects(encoded[2]):
            return event, encoded
        clean = self.of_event(event)
        return clean, encode(clean)

    def of_event(self, event: E) -> E:
        """Return the event without what the patterns find; it then says what was removed."""
        found = self.of_json(msgspec.to_builtins(event))
        if not found.removals or not isinstance(found.value, dict):
            return event
        before = () if event.removed is UNSET else event.removed
        clean = {**found.value, "removed": [*before, *found.removals]}
        return msgspec.convert(clean, type(event))

    def _value(
        self, value: JsonValue, where: str, removed: Removed, pattern: str | None
    ) -> JsonValue:
        match value:
            case str():
                if pattern is None or not value:
                    return self._text(value, where, removed)
                return _whole(value, where, removed, pattern)
            case dict():
                named = _named_beside(value)
                clean: dict[str, JsonValue] = {}
                for name, part in value.items():
                    said = self._text(name, where, removed)
                    by_name = self._secret_key(named if named and name == "value" else name)
                    by_name = None if where.startswith(_SAID) else by_name
                    at = f"{where}.{said}" if where else said
                    clean[said] = self._value(part, at, removed, by_name or pattern)
                return clean
            case list():
                return [self._value(part, f"{where}.*", removed, pattern) for part in value]
            case bool() | None:
                return value
            case _:
                return value if pattern is None else _whole(str(value), where, removed, pattern)

    def _secret_key(self, name: str) -> str | None:
        lowered = name.lower()
        ends = (lowered.translate(_SEPARATORS), lowered.translate(_UNDERSCORES))
        return next(
            (said for key, said in self._keys.items() if any(end.endswith(key) for end in ends)),
            None,
        )

    def _text(self, text: str, where: str, removed: Removed) -> str:
        lowered = text.lower()
        for pattern in self._patterns:
            if any(hint in lowered for hint in pattern.hints):
                text, count = _without(pattern, text)
                if count:
                    removed[pattern.name, where] += count
        return text


def together(removals: Iterable[Removal]) -> list[Removal]:
    """Return the removals with those of one place counted together."""
    removed: Removed = Counter()
    for each in removals:
        removed[each.pattern, each.where] += each.count
    return [*_removals(removed)]


NOTHING: Final = Redaction(())
"""Removes nothing."""


def _named_beside(value: dict[str, JsonValue]) -> str | None:
    if "value" not in value:
        return None
    names = (value.get(each) for each in _NAMES)
    return next((name for name in names if isinstance(name, str)), None)


def _whole(value: str, where: str, removed: Removed, pattern: str) -> str:
    if _is_kept(value):
        return value
    removed[pattern, where] += 1
    return mark_of(pattern)


def _without(pattern: Pattern, text: str) -> tuple[str, int]:
    """Return the text with marks in place of what the pattern finds, and how many."""
    kept, at, count = list[str](), 0, 0
    for found in re.finditer(pattern.regex, text):
        groups = range(1, len(found.groups()) + 1) if found.groups() else (0,)
        for begin, end in (found.span(group) for group in groups):
            value = text[begin:end]
            if begin >= at and value and not _is_kept(value):
                kept += [text[at:begin], mark_of(pattern.name)]
                at, count = end, count + 1
    return ("".join([*kept, text[at:]]), count) if count else (text, 0)


def _is_kept(value: str) -> bool:
    return MARK_BEGINS in value or secret_named(value) is not None


def _removals(removed: Removed) -> tuple[Removal, ...]:
    merged: Removed = Counter()
    for number, ((pattern, where), count) in enumerate(removed.items()):
        merged[pattern, where if number < _PLACES else "elsewhere"] += count
    return tuple(
        Removal(pattern=pattern, where=where, count=count)
        for (pattern, where), count in merged.items()
    )
