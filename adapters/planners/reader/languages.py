"""Other languages: their words become English ones in English order, and one grammar reads both.

A language is a file: its words with what they say in English, what sticks to words, and the order
of sentences. What it does not know stays as it is, so that it is not understood.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from adapters.planners.reader.tokens import Spelling, Token, tokens_of
from domain.plan.look_ups import LookUps

_FOLDER: Final = Path(__file__).with_name("words")
_LANGUAGES: Final = ("ko",)
_LONGEST: Final = 4
_BLANK: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its file; `particles` and `words` are with what they say in English."""

    script: re.Pattern[str]
    particles: Mapping[str, str]
    words: Mapping[str, str]
    orders: Sequence[tuple[re.Pattern[str], str]]


def in_english(
    tokens: Sequence[Token], look_ups: LookUps, spelling: Spelling, own: Collection[str]
) -> list[Token]:
    """Return the tokens as English has them; those of English, and own words, as they are."""
    for language in map(_language, _LANGUAGES):
        if any(language.script.search(token.word) for token in tokens):
            apart = [each for token in tokens for each in _apart(token, language, spelling)]
            return _ordered([*_said(apart, language, look_ups, own)], language)
    return [*tokens]


@cache
def _language(name: str) -> Language:
    table = tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
    particles = _by_phrase(table["particles"])
    return Language(
        script=re.compile(table["script"]),
        particles=dict(sorted(particles.items(), key=lambda each: -len(each[0]))),
        words=_by_phrase(table["words"]),
        orders=[(_pattern(each["said"], table["sets"]), each["read"]) for each in table["orders"]],
    )


def _by_phrase(table: Mapping[str, str]) -> dict[str, str]:
    return {phrase: said for said, phrases in table.items() for phrase in phrases.split("|")}


def _pattern(said: str, sets: Mapping[str, Any]) -> re.Pattern[str]:
    for name, words in sets.items():
        said = said.replace(f"{{{name}}}", f"(?:{words})")
    return re.compile(said)


def _apart(token: Token, language: Language, spelling: Spelling) -> Iterator[Token]:
    """Yield the parts of a token in the script and in others: 24시간 is a number and a word."""
    if token.kind == "quoted" or not language.script.search(token.word):
        yield token
        return
    own = language.script.pattern
    for part in re.findall(f"{own}+|(?:(?!{own}).)+", token.text):
        is_own = language.script.match(part)
        yield from (
            [replace(token, text=part, word=part, kind="word")]
            if is_own
            else tokens_of(part, spelling)
        )


def _said(
    tokens: Sequence[Token], language: Language, look_ups: LookUps, own: Collection[str]
) -> Iterator[Token]:
    left = [*tokens]
    while left:
        known = ((count, _meant(left[:count], language)) for count in range(_LONGEST, 0, -1))
        count, meant = next((each for each in known if each[1] is not None), (1, None))
        words, particle = meant or _unknown(left[0], language, look_ups, own)
        yield from (replace(left[0], word=word) for word in words)
        # What was cut may begin a phrase: 에 있는.
        cut = [replace(left[0], text=particle, word=particle)] if particle else []
        left = [*cut, *left[count:]]


def _meant(tokens: Sequence[Token], language: Language) -> tuple[list[str], str] | None:
    """Return what a phrase says in English, and what was cut; None if there is no such phrase."""
    if any(token.kind == "quoted" for token in tokens):
        return None
    words = [token.word for token in tokens]
    for last, particle in _cut(words[-1], language):
        said = language.words.get(" ".join([*words[:-1], last]))
        if said is not None:
            return said.split(), particle
    said = language.particles.get(" ".join(words))
    return None if said is None else (said.split(), "")


def _cut(word: str, language: Language) -> Iterator[tuple[str, str]]:
    """Yield a word as it is and without each particle, and the particle."""
    yield word, ""
    for particle in language.particles:
        if word.endswith(particle) and word != particle:
            yield word.removesuffix(particle), particle


def _unknown(
    token: Token, language: Language, look_ups: LookUps, own: Collection[str]
) -> tuple[list[str], str]:
    """Return a word that the language does not have, without a particle if somebody has it so."""
    if not language.script.search(token.word) or token.kind == "quoted":
        return [token.word], ""
    forms = dict(_cut(token.word, language))
    named = look_ups.named([*forms])
    word = next((form for form in forms if form in own or form in named), token.word)
    return [word], forms[word]


def _ordered(tokens: Sequence[Token], language: Language) -> list[Token]:
    known = {token.word.replace(" ", _BLANK): token for token in tokens}
    text = " ".join(token.word.replace(" ", _BLANK) for token in tokens)
    for pattern, read in language.orders:
        if found := pattern.fullmatch(text):
            text = found.expand(read)
    return [known.get(word) or Token(word, word, 0, 0, "word") for word in text.split(" ")]
