"""Words that are said once and meant again: zones a, b and c, this week against last."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words

_MARKS: Final = frozenset({",", "&"})
_LONGER: Final = 3
"""A word before letters has more letters than this."""


def spread(tokens: Sequence[Token], words: frozenset[str]) -> list[Token]:
    """Return the tokens with a word in the plural said for each letter: zones a, b and c."""
    found, word, links = list[Token](), None, _MARKS | words
    for at, token in enumerate(tokens):
        is_letter = token.kind == "word" and len(token.word) == 1
        if not is_letter and token.word not in links:
            word = token if _is_shared(tokens, at) else None
        if word is not None and token is word:
            found.append(replace(token, word=token.word.removesuffix("s")))
            continue
        if word is not None and is_letter and found[-1].word in links:
            found.append(replace(word, word=word.word.removesuffix("s")))
        found.append(token)
    return found


def with_unit(tokens: list[Token], words: Words) -> list[Token]:
    """Return the tokens with the unit said again: this week compared to last week."""
    against, last = ["", "", *(token.word for token in tokens)][-2:]
    this, past = words.time_phrases["this"], words.time_phrases["past"]
    if against not in words.joints["against"] or last not in past:
        return tokens
    units = [
        unit
        for before, unit in pairwise(tokens)
        if before.word in this and unit.word in words.units_of_time
    ]
    return [*tokens, *units[-1:]]


def _is_shared(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a plural stands here before at least two letters."""
    words = [token.word for token in tokens[at : at + 4]]
    is_plural = len(words[0]) > _LONGER and words[0].endswith("s") and tokens[at].kind == "word"
    letters = [word for word in words[1:] if len(word) == 1 and word.isalpha()]
    return is_plural and len(words) > 1 and len(words[1]) == 1 and len(letters) > 1
