"""Words that are spelt much like others: what was meant by a word that an estate does not have."""

import re
from collections.abc import Callable, Collection, Iterable
from itertools import product
from typing import Final

from domain.estate.named import words_of

_MOST = 3
_LONG: Final = 8
"""From so many letters on a word may have two slips."""
_LETTERS: Final = re.compile(r"[^\W\d_]{3,}")
_PARTS: Final = re.compile(r"[^\W_]+")


def nearest(word: str, others: Iterable[str]) -> list[str]:
    """Return the texts that are spelt most like the word, at most three, in any case.

    A letter less, more or changed, or two neighbours swapped, is a slip. One is allowed, in long
    words two; of three letters only two neighbours may be swapped.
    """
    from rapidfuzz.distance import DamerauLevenshtein  # noqa: PLC0415 - few questions need it

    asked, most = word.casefold(), most_slips(word)
    slips = {
        other: DamerauLevenshtein.distance(asked, other.casefold(), score_cutoff=most)
        for other in {*others}
        if _may_be(asked, other.casefold())
    }
    fewest = min(slips.values(), default=most + 1)
    return sorted(other for other, count in slips.items() if count == fewest <= most)[:_MOST]


def most_slips(word: str) -> int:
    """Return how many slips a word may have."""
    return 1 + (len(word) >= _LONG)


def _may_be(word: str, other: str) -> bool:
    if min(len(word), len(other)) <= len("srv"):
        return sorted(word) == sorted(other)
    # The first letter is seldom wrong, and two slips are many.
    return word[0] == other[0] or len(word) < _LONG


def respelt(text: str, near_words: Callable[[str], Collection[str]]) -> list[str]:
    """Return the text with its misspelt words put right; without any, nothing.

    Only words of three letters or more can be misspelt: what a number or a single letter says is
    another thing when it is another one.
    """
    pieces, at = list[list[str]](), 0
    for match in _LETTERS.finditer(text):
        pieces += [[text[at : match.start()]], _words_for(match[0], near_words)]
        at = match.end()
    found = ["".join(each) for each in product(*pieces, [text[at:]])]
    return [each for each in found if each != text]


def _words_for(word: str, near_words: Callable[[str], Collection[str]]) -> list[str]:
    known = near_words(word)
    return [word] if word.casefold() in known else nearest(word, known) or [word]


def is_slip(word: str, other: str) -> bool:
    """Return whether a word can only be the other one with slips, and is no other thing's name.

    Its numbers and its parts of one or two letters must be those of the other one: zone-d is not
    zone-a, and srv-02 not srv-01.
    """
    parts, others = _PARTS.findall(word.casefold()), _PARTS.findall(other.casefold())
    if len(parts) != len(others):
        return False
    return all(
        one == another or ([one] == words_of(one) and [another] == nearest(one, [another]))
        for one, another in zip(parts, others, strict=True)
    )
