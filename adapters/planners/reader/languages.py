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

from adapters.planners.reader.tokens import Token, tokens_of
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
    tokens: Sequence[Token], look_ups: LookUps, own: Collection[str] = ()
) -> list[Token]:
    """Return the tokens as English has them; those of English, and own words, as they are."""
    for language in map(_language, _LANGUAGES):
        if any(language.script.search(token.word) for token in tokens):
            apart = [each for token in tokens for each in _apart(token, language)]
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


def _apart(token: Token, language: Language) -> Iterator[Token]:
    """Yield the parts of a token in the script and in others: 24시간 is a number and a word."""
    if token.kind == "quoted" or not language.script.search(token.word):
        yield token
        return
    own = language.script.pattern
    for part in re.findall(f"{own}+|(?:(?!{own}).)+", token.text):
        is_own = language.script.match(part)
        yield from (
            [replace(token, text=part, word=part, kind="word")] if is_own else tokens_of(part, {})
        )


def _said(
    tokens: Sequence[Token], language: Language, look_ups: LookUps, own: Collection[str]
) -> Iterator[Token]:
    at = 0
    while at < len(tokens):
        for end in range(min(len(tokens), at + _LONGEST), at, -1):
            words = _meant(tokens[at:end], language)
            if words is not None:
                yield from (replace(tokens[at], word=word, kind="word") for word in words)
                at = end
                break
        else:
            yield from _unknown(tokens[at], language, look_ups, own)
            at += 1


def _meant(tokens: Sequence[Token], language: Language) -> list[str] | None:
    """Return the English words of a phrase, None where the language has no such phrase."""
    if any(token.kind == "quoted" for token in tokens):
        return None
    before = [token.word for token in tokens[:-1]]
    if not before and tokens[0].word in language.particles:
        return language.particles[tokens[0].word].split()
    for word, particle in _cut(tokens[-1].word, language):
        said = language.words.get(" ".join([*before, word]))
        if said is not None:
            return [*said.split(), *particle.split()]
    return None


def _cut(word: str, language: Language) -> Iterator[tuple[str, str]]:
    """Yield a word as it is and without each particle, and what the particle says."""
    yield word, ""
    for particle, said in language.particles.items():
        if word.endswith(particle) and word != particle:
            yield word.removesuffix(particle), said


def _unknown(
    token: Token, language: Language, look_ups: LookUps, own: Collection[str]
) -> Iterator[Token]:
    """Yield a word that the language does not have, without a particle where somebody has it."""
    if not language.script.search(token.word) or token.kind == "quoted":
        yield token
        return
    forms = dict(_cut(token.word, language))
    named = look_ups.named([*forms])
    word = next((form for form in forms if form in own or form in named), token.word)
    yield replace(token, word=word)
    yield from (replace(token, word=each) for each in forms[word].split())


def _ordered(tokens: Sequence[Token], language: Language) -> list[Token]:
    known = {token.word.replace(" ", _BLANK): token for token in tokens}
    text = " ".join(token.word.replace(" ", _BLANK) for token in tokens)
    for pattern, read in language.orders:
        if found := pattern.fullmatch(text):
            text = found.expand(read)
    return [known.get(word) or Token(word, word, 0, 0, "word") for word in text.split(" ")]
