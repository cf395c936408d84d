"""A tenant's own words, and what is known of the words of a question."""

from dataclasses import dataclass
from typing import Final

from domain.views.json_form import View


@dataclass(frozen=True, slots=True)
class OwnWord:
    """A word or phrase of the tenant, and what it stands for: an empty text says nothing."""

    word: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPhrase:
    """A phrase of a question, and what it is known as.

    `source` is "own word" or where the estate has it; `value` is what it stands for or names, and
    `count` how many items or records have that.
    """

    phrase: str
    source: str
    value: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class KnownPhrases:
    """What is known of a question; `unknown` are the words that neither tenant nor estate has.

    A planner may know them: they are words of a language.
    """

    known: tuple[KnownPhrase, ...]
    unknown: tuple[str, ...]


OWN_WORDS: Final[View[list[OwnWord]]] = View("own-words", list[OwnWord])
KNOWN_PHRASES: Final[View[KnownPhrases]] = View("known-phrases", KnownPhrases)
