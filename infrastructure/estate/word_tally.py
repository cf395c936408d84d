"""Counting what the items of an estate have, while they go by once."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from domain.estate.fields import WORD_FIELDS, RecordKind
from domain.estate.named import EACH, Key, KeyType, joined, unit_of, words_of
from infrastructure.estate.names import MOST_VALUES, is_oddly_written

if TYPE_CHECKING:
    from pydantic import JsonValue

_MOST_KEYS, _LONGEST_VALUE, _LONGEST_EXAMPLE = 60, 100, 40
_SHORTEST_NAME: Final = 3
_EMPTY: Final = "{}"

Counts = dict[str, Counter[str]]
"""How many items of each class have a value, by value."""


class Tally:
    """What was counted so far.

    `values` has the texts of fields, attributes and tags by source, `keys` those of attributes
    and tags by class, `odd` the codes and names that are not found by their own phrases,
    `classed` the names that end in the class, and `words` the words of letters of all of them.
    """

    def __init__(self) -> None:
        """Count from nothing."""
        self.values: dict[str, Counts] = defaultdict(dict)
        self.odd: dict[str, Counts] = defaultdict(dict)
        self.classed: Counts = {}
        self.words: set[str] = set()
        self._keys: dict[str, dict[str, _Seen]] = defaultdict(lambda: defaultdict(_Seen))

    @property
    def keys(self) -> dict[str, list[Key]]:
        """The keys by class, the most frequent first."""
        return {of: _most(seen) for of, seen in sorted(self._keys.items())}

    def count(self, row: Mapping[str, Any]) -> None:
        """Count one item; tags and attributes are JSON."""
        of = row["class"]
        for name in WORD_FIELDS[RecordKind.CI]:
            self._value(f"ci.{name}", row[name], of)
        for name in ("tags", "attributes"):
            if row[name] != _EMPTY:
                self._map(f"ci.{name}", orjson.loads(row[name]), of)
        for name in ("ci_code", "ci_name"):
            self.words.update(words_of(row[name]))
            if is_oddly_written(row[name]):
                _add(self.odd[f"ci.{name}"], row[name], of)
        if without_class(row["ci_name"], of):
            _add(self.classed, row["ci_name"], of)

    def _map(self, source: str, values: Mapping[str, "JsonValue"], of: str) -> None:
        for key, value in values.items():
            if isinstance(value, dict):
                inner = {f"{key}.{name}": each for name, each in value.items()}
                plain = {n: each for n, each in inner.items() if not isinstance(each, dict)}
                self._map(source, plain, of)
            elif isinstance(value, list):
                self._list(f"{source}.{key}", value, of)
            elif value is not None:
                self._key(f"{source}.{key}", value, of)

    def _list(self, source: str, values: Sequence["JsonValue"], of: str) -> None:
        """Count the texts of a list, each of which the item has."""
        for each in values:
            if isinstance(each, str):
                self._value(f"{source}{EACH}", each, of)

    def _key(self, source: str, value: str | float, of: str) -> None:
        self._keys[of][source].note(value)
        if isinstance(value, str):
            self._value(source, value, of)

    def _value(self, source: str, value: str, of: str) -> None:
        if 0 < len(value) <= _LONGEST_VALUE:
            _add(self.values[source], value, of)


def without_class(name: str, of: str) -> str:
    """Return the phrase of a name without its class at the end, or an empty text.

    It is empty where nothing but letters is left to name it: what is only numbered is no name.
    """
    said, words = joined(name), joined(of)
    rest = said.removesuffix(f" {words}")
    is_name = rest != said and len(rest) >= _SHORTEST_NAME and rest.replace(" ", "").isalpha()
    return rest if is_name else ""


class _Seen:
    """What the values of a key were."""

    def __init__(self) -> None:
        self.types: set[KeyType] = set()
        self.example: str | None = None
        self.count = 0

    def note(self, value: str | float) -> None:
        self.count += 1
        self.types.add(_type_of(value))
        text = str(value)[:_LONGEST_EXAMPLE]
        self.example = text if self.example is None else min(self.example, text)


def _add(values: Counts, value: str, of: str) -> None:
    known = values.get(value)
    if known is None:
        # One more than the most is enough to know that there are too many.
        if len(values) > MOST_VALUES:
            return
        known = values[value] = Counter()
    known[of] += 1


def _most(seen: Mapping[str, _Seen]) -> list[Key]:
    keys = [
        Key(
            source=source,
            type=next(iter(each.types)) if len(each.types) == 1 else None,
            unit=unit_of(source.rpartition(".")[2]),
            example=each.example or "",
            count=each.count,
        )
        for source, each in seen.items()
    ]
    return sorted(keys, key=lambda key: (-key.count, key.source))[:_MOST_KEYS]


def _type_of(value: object) -> KeyType:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "instant" if _is_instant(str(value)) else "text"


def _is_instant(text: str) -> bool:
    if text[4:5] != "-":
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
