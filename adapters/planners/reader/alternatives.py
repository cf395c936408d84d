"""A question with an alternative in it, "A (or B)" or "A / B", as two."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from adapters.planners.reader.choosing import Meaning, query_of
from adapters.planners.reader.reading import Reading
from adapters.planners.reader.words import Words
from domain.plan.planner import QuestionNotUnderstood

_IN_BRACKETS: Final = r"\s*\(\s*(?:{0})\s+([^()]+?)\s*\)"
_BEHIND_SLASH: Final = re.compile(r"\s+/\s+([^/]+?)\s*[?.!]*\s*$")
_WHOLE: Final = 3
_UNITS: Final = frozenset(
    {"N0", "RECORD", "FIELD", "FIELDNAME", "NUMBER", "TIME", "COND", "NAME", "METRIC"}
)


def of_both(
    question: str,
    mean: Callable[[str], Meaning],
    read: Callable[[str], Reading],
    words: Words,
) -> Meaning | None:
    """Return what a question with an alternative means, as two; None for one without."""
    if (found := _parted(question, words)) is None:
        return None
    alone, before, other = found
    one = _meant(alone, mean)
    if one is None:
        return None
    for text in _alternatives(read(alone), before, other, alone[len(before) :]):
        two = _meant(text, mean)
        if two is not None and two.query != one.query:
            both = query_of((*one.query.asks, *two.query.asks))
            return Meaning(both, one.cost + two.cost, (*one.notes, *two.notes))
    return None


def _meant(question: str, mean: Callable[[str], Meaning]) -> Meaning | None:
    try:
        return mean(question)
    except QuestionNotUnderstood:
        return None


def _parted(question: str, words: Words) -> tuple[str, str, str] | None:
    """Return the question without its alternative, the text before that, and the alternative."""
    pattern = _IN_BRACKETS.format("|".join(sorted(words.joints["alternative"])))
    in_brackets = re.search(pattern, question, re.IGNORECASE) if "(" in question else None
    match = in_brackets or _BEHIND_SLASH.search(question)
    if match is None:
        return None
    before = question[: match.start()]
    return before + question[match.end() :], before, match[1]


def _alternatives(first: Reading, before: str, other: str, behind: str) -> Iterator[str]:
    """Yield the question with the alternative in place of the phrase before it, the longest first.

    `first` is the reading of the question without it, whose tokens have their places there.
    """
    ends = {
        first.tokens[sense.start].start
        for sense in first.bare
        if sense.category in _UNITS and first.tokens[sense.end - 1].end == len(before)
    }
    units = [sense.start for sense in first.bare if sense.category in _UNITS]
    if len(other.split()) >= _WHOLE and units:
        # "servers in zone-a / databases in zone-b": the alternative has a noun of its own.
        ends.add(first.tokens[min(units)].start)
    yield from (f"{before[:start]}{other}{behind}" for start in sorted(ends))
