"""What words name in an estate: values, attributes, items, metrics, relations and people."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal, Protocol

from domain.aggregate.fact import Fact

NamedKind = Literal["value", "attribute", "item", "metric", "relation", "person"]

_JOINTS: Final = re.compile(r"[\s_\-/()\[\]{},;\"']+")
_SHORT: Final = 3
"""Words that are no longer have no plural: os, dns, gas."""


EACH: Final = "[]"
"""What a source ends in whose value is one of a list: ci.attributes.tenants[]."""

KeyType = Literal["number", "text", "instant", "boolean"]


class Named(Fact, frozen=True, kw_only=True, array_like=True):
    """One thing that a phrase names.

    `source` says where it stands: a field ("ci.location", "ci.attributes.engine",
    "event_log.event_type"), "metric", or "relation". `value` is the value as it is stored; of an
    attribute it is the name of the key, of an item its code, or, from "ci.ci_name", its name:
    several share it, or it is written in an unusual way.
    `count` says how many items or records have it, and `of` up to five classes of them, the most
    frequent first.
    """

    kind: NamedKind
    source: str
    value: str
    count: int
    of: list[str] = []


class Key(Fact, frozen=True, kw_only=True, array_like=True):
    """A key in attributes or tags of items, what its values are, and one of them.

    `source` is as in `Named`; `unit` is what the name says: gb of memory_gb. A `type` of None
    stands for values of several.
    """

    source: str
    type: KeyType | None
    unit: str
    example: str
    count: int


class Related(Fact, frozen=True, kw_only=True, array_like=True):
    """How many relations of a type lead from items of one class to those of another."""

    rel_type: str
    source: str
    target: str
    count: int


class Names(Protocol):
    """What phrases name in one estate, found through indexes: never by reading all there is."""

    def named(self, phrases: Collection[str]) -> dict[str, list[Named]]:
        """Return what each of the phrases names, of those that name anything.

        Phrases are as questions have them. What has most items or records comes first.
        """

    def neighbours(self, phrase: str) -> Collection[str]:
        """Return values and names of keys in small letters, near it in the order of phrases."""

    def near_words(self, word: str) -> Collection[str]:
        """Return words of letters alone that the estate has, and that share parts with this."""


@lru_cache(maxsize=4096)
def phrase_of(text: str) -> str:
    """Return the one form of a phrase by which it is found.

    That is without capitals, accents, and joints of words other than blanks, and with the last
    word in the singular. It needs not be a word: databases and database become the same.
    """
    words = joined(text).split(" ")
    return " ".join([*words[:-1], _singular(words[-1])])


def joined(text: str) -> str:
    """Return a text in small letters without accents, its words joined by blanks alone."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _JOINTS.sub(" ", unicodedata.normalize("NFC", letters)).strip()


def attribute_phrases(key: str, *, is_date: bool = False) -> set[str]:
    """Return the phrases of a key: with its unit, and without; of a nested one, also the last.

    Of a date, as installed_on, also what comes before its last word.
    """
    names = {key, key.rpartition(".")[2]}
    units = {name: unit_of(name) for name in names}
    bare = {name.removesuffix(units[name]) for name in names if units[name]}
    phrases = {phrase_of(name.replace(".", " ")) for name in names | bare}
    return phrases | {phrase_of(_DATED.sub("", each)) for each in phrases if is_date}


_DATED: Final = re.compile(r" (?:on|at|until|date|due|day|ends?|expiry|expires|expiration)$")
"""What the name of a date ends in: installed_on, warranty_until."""


def _singular(word: str) -> str:
    if len(word) <= _SHORT or word.endswith(("us", "is")) or not word.isalpha():
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    stem = word.removesuffix("s") if not word.endswith("ss") else word
    is_hissed = stem.endswith("e") and stem[:-1].endswith(("s", "x", "z", "ch", "sh"))
    return stem[:-1] if is_hissed else stem


_LETTERS: Final = re.compile(r"[^\W\d_]{3,}")


def words_of(text: str) -> list[str]:
    """Return the words of letters in a text, in small letters, that may be misspelt."""
    return _LETTERS.findall(text.casefold())


def unit_of(key: str) -> str:
    """Return the unit that the name of a key ends in, or an empty text."""
    last = _JOINTS.split(key.casefold())[-1]
    return last if last in _UNITS and last != key.casefold() else ""


_UNITS: Final = frozenset(
    {"b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "bytes", "bps", "kbps", "mbps"}
    | {"gbps", "hz", "khz", "mhz", "ghz", "w", "kw", "va", "kva", "v", "kv", "a", "ma", "ms"}
    | {"us", "s", "sec", "seconds", "min", "minutes", "h", "hours", "d", "days", "years"}
    | {"percent", "pct", "rpm", "c", "mm", "cm", "m", "km", "u", "kg"}
    | {"m2", "m3", "sqm", "litres", "liters", "amps", "volts", "watts", "metres", "meters"}
    | {"eur", "usd", "gbp", "chf", "db", "dbi", "dbm", "deg", "ml", "l", "bar"}
    | {"t", "tons", "tonnes", "sph", "kwh", "kn", "kmh", "psi", "kpa", "ppm", "dpi", "hp"}
)


def relations_of(relations: Sequence[Related], classes: Collection[str]) -> list[Related]:
    """Return the relations that have one of the classes at an end; all without any class."""
    return [each for each in relations if not classes or {each.source, each.target} & {*classes}]


def keys_of(keys: Mapping[str, Sequence[Key]], classes: Collection[str]) -> list[Key]:
    """Return the keys that items of these classes have, each once; of all without any class."""
    merged: dict[str, Key] = {}
    for each in (key for of in (sorted(classes) or sorted(keys)) for key in keys.get(of, ())):
        known = merged.get(each.source)
        merged[each.source] = each if known is None else _both(known, each)
    return sorted(merged.values(), key=lambda key: (-key.count, key.source))


def _both(one: Key, other: Key) -> Key:
    type_ = one.type if one.type == other.type else None
    return Key(
        source=one.source,
        type=type_,
        unit=one.unit,
        example=one.example,
        count=one.count + other.count,
    )
