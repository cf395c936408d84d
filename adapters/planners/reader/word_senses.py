"""The senses that words have in their language."""

from collections.abc import Iterator, Sequence
from typing import Final

from adapters.planners.reader.senses import Sense
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words, form_of

_LONGEST: Final = 6


def word_senses(tokens: Sequence[Token], words: Words) -> Iterator[Sense]:
    """Yield what the language says that words mean; times that recur only as they are written."""
    for start, token in enumerate(tokens):
        if token.kind == "number":
            yield Sense("NUMBER", start, start + 1, float(token.word))
        if token.kind == "quoted":
            continue
        for end in range(start + 1, min(len(tokens), start + _LONGEST) + 1):
            # A mark within a phrase would be taken for a blank.
            if end - start > 1 and any(each.kind == "mark" for each in tokens[start:end]):
                break
            phrase = " ".join(each.word for each in tokens[start:end])
            if phrase in words.recurring:
                yield Sense("RECURS", start, end, words.recurring[phrase])
            for category, value in words.phrases.get(form_of(phrase), ()):
                yield Sense(category, start, end, value)
