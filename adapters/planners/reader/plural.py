"""Superlatives of a plural: "which servers have the highest cpu" asks for several."""

from typing import Final

from adapters.planners.reader.choosing import Meaning
from adapters.planners.reader.reading import Reading
from adapters.planners.reader.senses import Sense
from adapters.planners.reader.words import Words, form_of
from domain.query.model import NthWant, Query, TopWant

SEVERAL: Final = 10
"""So many are shown where a superlative is said of several without a number."""
_NOTE: Final = f"several are asked for: the first {SEVERAL}"
_NOUNS: Final = frozenset({"N0", "RECORD", "FIELD", "FIELDNAME"})
_BEFORE: Final = frozenset({"METRICAL", "EXTREME", "SIZED", "FREQUENT", "ORDER", "AGG"})
"""Superlatives that stand right before what they are said of: busiest servers."""
_MOST: Final = frozenset({"SUPER"}) | _BEFORE


def in_plural(meaning: Meaning, reading: Reading, words: Words) -> Meaning:
    """Return the meaning with several members instead of one, where the noun is a plural."""
    first, want = meaning.query.asks[0], meaning.query.asks[0].want
    match want:
        case TopWant(n=1):
            several = {"n": SEVERAL}
        case NthWant(n=1, limit=1, fields=() | ("ci_code", _)):
            several = {"limit": SEVERAL}
        case _:
            return meaning
    if len(meaning.query.asks) > 1 or first.claim or not _is_plural(reading, words):
        return meaning
    ask = first.model_copy(update={"want": want.model_copy(update=several)})
    return Meaning(Query(asks=(ask,)), meaning.cost, (*meaning.notes, _NOTE))


def _is_plural(reading: Reading, words: Words) -> bool:
    """Return whether the noun before the superlative, or right behind it, is a plural."""
    most, noun = _first(reading, _MOST), _first(reading, _NOUNS)
    if most is None or noun is None:
        return False
    before = {each.end for each in reading.bare if each.category in _BEFORE}
    is_head = noun.start < most.start or noun.start in before
    said = [token.word for token in reading.tokens]
    word = said[noun.end - 1]
    is_many = word.endswith("s") and form_of(word) != word
    return is_head and is_many and not words.joints["of_one"] & {*said[noun.end : noun.end + 1]}


def _first(reading: Reading, categories: frozenset[str]) -> Sense | None:
    found = [each for each in reading.bare if each.category in categories]
    return min(found, key=lambda each: (each.start, -each.end), default=None)
