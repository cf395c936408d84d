"""Superlatives of a plural: "which servers have the highest cpu" asks for several."""

from typing import Final

from adapters.planners.reader.reading import Reading
from adapters.planners.reader.senses import Sense
from adapters.planners.reader.words import form_of
from domain.query.model import NthWant, Query, TopWant

SEVERAL: Final = 10
"""So many are shown where a superlative is said of several without a number."""
_NOUNS: Final = frozenset({"N0", "RECORD", "FIELD", "FIELDNAME"})
_MOST: Final = frozenset({"SUPER", "AGG", "METRICAL", "EXTREME", "FREQUENT", "ORDER"})
_OF_ONE: Final = frozenset({"has", "is", "was", "does"})


def in_plural(query: Query, reading: Reading) -> Query:
    """Return the query with several members instead of one, where the noun is a plural."""
    first, want = query.asks[0], query.asks[0].want
    is_top = isinstance(want, TopWant) and want.n == 1
    is_first = isinstance(want, NthWant) and want.n == want.limit == 1
    if len(query.asks) > 1 or not (is_top or is_first) or not _is_plural(reading):
        return query
    changed = {"n" if is_top else "limit": SEVERAL}
    several = first.model_copy(update={"want": want.model_copy(update=changed)})
    return Query(asks=(several,))


def _is_plural(reading: Reading) -> bool:
    """Return whether the noun before the superlative, or right behind it, is a plural."""
    most, noun = _first(reading, _MOST), _first(reading, _NOUNS)
    if most is None or noun is None:
        return False
    is_head = noun.start < most.start or (most.category != "SUPER" and noun.start == most.end)
    words = [token.word for token in reading.tokens]
    word = words[noun.end - 1]
    is_many = word.endswith("s") and form_of(word) != word
    return is_head and is_many and not {*words[noun.end : noun.end + 1]} & _OF_ONE


def _first(reading: Reading, categories: frozenset[str]) -> Sense | None:
    found = [each for each in reading.bare if each.category in categories]
    return min(found, key=lambda each: (each.start, -each.end), default=None)
