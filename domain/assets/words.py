"""A tenant's own words: what each of them stands for in questions."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict

from domain.assets.applied import AppliedAsset
from domain.estate.named import phrase_of
from domain.values.text import NAME, shown

_WORD: Final = re.compile(r"\w+")
_LONGEST: Final = 100


def _known(words: dict[str, str]) -> dict[str, str]:
    known = dict[str, str]()
    for word, meaning in words.items():
        if why := NAME.problem(word) or (meaning and NAME.problem(meaning)):
            message = f"{shown(word)}: {why}"
            raise ValueError(message)
        if max(len(word), len(meaning)) > _LONGEST or not _WORD.search(word):
            message = f"{shown(word)}: words have letters, and at most {_LONGEST} characters"
            raise ValueError(message)
        if (same := known.setdefault(phrase_of(word), word)) != word:
            message = f"{word!r} and {same!r} are one word; leave one out"
            raise ValueError(message)
    return words


class WordsContent(BaseModel):
    """What words and phrases stand for; what stands for an empty text says nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    words: Annotated[dict[str, str], AfterValidator(_known)]


def meanings(words: AppliedAsset | None) -> dict[str, str]:
    """Return what phrases stand for, in the form of `phrase_of`."""
    own = {} if words is None else WordsContent.model_validate(words.content).words
    return {phrase_of(word): meaning for word, meaning in own.items()}


def said(words: Mapping[str, str], question: str) -> Iterator[str]:
    """Yield those of the words that a question has, in any case and number.

    A word may have an ending of letters that are not ASCII: 서버 stands in 서버는.
    """
    text = _plain(question)
    for word in words:
        plain = _plain(word)
        # Most are not there in any form, and there may be many.
        if plain in text and re.search(rf"(?<!\w){re.escape(plain)}(?![a-z0-9])", text):
            yield word


def _plain(text: str) -> str:
    return " ".join(map(phrase_of, _WORD.findall(text)))
