"""Spans of a question: the words next to each other that an estate may have a name for."""

from collections.abc import Sequence
from typing import Final

from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words, form_of

_LONGEST: Final = 6

Span = tuple[int, int]
"""Where the first token is, and where the last one ends."""


def spans_of(tokens: Sequence[Token], words: Words) -> dict[Span, str]:
    """Return the spans with what is said in each; what is quoted is one by itself."""
    found: dict[Span, str] = {}
    for start, token in enumerate(tokens):
        if token.kind == "mark":
            # A disk may be called so.
            if token.word == "/":
                found[start, start + 1] = token.word
            continue
        first = start + 1 + _is_verb(tokens, start, words)
        for end in range(first, min(len(tokens), start + _LONGEST) + 1):
            said = tokens[start:end]
            if said[-1].kind == "mark" or (len(said) > 1 and said[-1].kind == "quoted"):
                break
            found[start, end] = " ".join(word.word for word in said)
    return found


def _is_verb(tokens: Sequence[Token], at: int, words: Words) -> bool:
    """Return whether "was" is no class: in "what was patched", but not "which was instances"."""
    said = [
        {kind for each in near for kind, _ in words.phrases.get(form_of(each.word), ())}
        for near in (tokens[at - 1 : at], tokens[at : at + 1], tokens[at + 1 : at + 2])
    ]
    is_behind = bool(said[0] & {"which", "that"}) and not tokens[at].text.isupper()
    return is_behind and "be" in said[1] and not said[2] & {"RECORD", "piece"}
