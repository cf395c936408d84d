"""Superlatives of a plural: "which servers have the highest cpu" asks for several."""

from collections.abc import Sequence
from typing import Final

from adapters.planners.reader.reading import Reading
from adapters.planners.reader.senses import Sense
from adapters.planners.reader.words import form_of
from domain.query.model import Ask, Query, TopWant

SEVERAL: Final = 10
"""So many are shown where a superlative is said of several without a number."""
_NOUNS: Final = frozenset({"N0", "RECORD", "FIELD", "FIELDNAME"})
_MOST: Final = frozenset({"SUPER", "AGG", "METRICAL", "EXTREME", "FREQUENT"})
_OF_ONE: Final = frozenset({"has", "is", "was", "does"})


def in_plural(query: Query, reading: Reading) -> Query:
    """Return the query with several members instead of one, where the noun is a plural."""
    (first, *others) = query.asks
    if others or not _is_of_one(first) or not _is_plural(reading):
        return query
    return Query(asks=(first.model_copy(update={"want": _several(first.want)}),))


def _is_of_one(ask: Ask) -> bool:
    return isinstance(ask.want, TopWant) and ask.want.n == 1


def _several(want: object) -> object:
    return want.model_copy(update={"n": SEVERAL}) if isinstance(want, TopWant) else want


def _is_plural(reading: Reading) -> bool:
    """Return whether the noun before the superlative, or right behind it, is a plural."""
    most = _first(reading.bare, _MOST)
    noun = _first(reading.bare, _NOUNS)
    if most is None or noun is None:
        return False
    is_head = noun.start < most.start or (most.category == "METRICAL" and noun.start == most.end)
    word = reading.tokens[noun.end - 1].word
    after = reading.tokens[noun.end].word if noun.end < len(reading.tokens) else ""
    return is_head and form_of(word) != word and word.endswith("s") and after not in _OF_ONE


def _first(senses: Sequence[Sense], categories: frozenset[str]) -> Sense | None:
    found = [each for each in senses if each.category in categories]
    return min(found, key=lambda each: (each.start, -each.end), default=None)
