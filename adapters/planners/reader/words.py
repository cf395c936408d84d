"""The words of a language as the reader uses them, from its data file."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

from adapters.planners.reader.tokens import Spelling, Token, spelling_of
from domain.estate.named import phrase_of

_FOLDER: Final = Path(__file__).with_name("words")
_TABLES: Final = {
    "operators": "OP",
    "operators_after": "OPAFTER",
    "crossings": "CROSS",
    "aggregates": "AGG",
    "orders": "ORDER",
    "turns": "TURN",
    "superlatives": "SUPER",
    "sortings": "SORTING",
    "frequent": "FREQUENT",
    "often": "TWICE",
    "ages": "OLDER",
    "alone": "ALONE",
    "buckets": "BUCKET",
    "peaks": "PEAK",
    "stretches": "DAYS",
    "units": "UNIT",
    "records": "RECORD",
    "happenings": "HAPPENED",
    "overview_parts": "OVERPART",
    "recalled": "HOW",
    "close": "CLOSE",
}
"""Tables of a value with its phrases, and the categories of these."""
_NESTED: Final = {"fields": "FIELDNAME", "people": "BYWHOM"}
_LOOKED_UP: Final = (
    *("classes", "attributes", "metrics", "values", "done", "measured_in", "exceeding"),
    *("highest", "lowest", "loads", "sizes", "least_sizes", "adjectives", "undercutting"),
    *("higher", "lower"),
)
"""Tables of a phrase with what an estate may call it."""

OWN: Final = "own"
"""The table of a tenant's own words, with what they stand for."""

Entry = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; `phrases` has what each means in the grammar.

    `candidates` has, by table and phrase, the words that an estate may use for it.
    """

    language: str
    phrases: Mapping[str, Sequence[Entry]]
    candidates: Mapping[str, Mapping[str, Sequence[str]]]
    verb_endings: Mapping[str, Sequence[str]]
    spelling: Spelling
    joints: Mapping[str, frozenset[str]]
    fillers: frozenset[str]
    noise: frozenset[str]
    openings: Sequence[tuple[str, ...]]
    endings: Sequence[tuple[str, ...]]
    numbers: Mapping[str, float]
    ordinals: Mapping[str, int]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    units_of_time: Mapping[str, str]
    parts_of_days: Mapping[str, Sequence[int]]
    clock_names: Mapping[str, int]
    halves: Mapping[str, int]
    recurring: Mapping[str, str]
    time_phrases: Mapping[str, frozenset[str]]
    time_beginnings: Mapping[str, Mapping[str, Sequence[tuple[str, ...]]]]
    refusals: Mapping[str, str]
    offers: Mapping[str, str]
    follow_ups: Mapping[str, str]
    """What phrases do in a follow-up question: see its table."""

    def phrase_at(self, tokens: Sequence[Token], at: int, kind: str) -> int:
        """Return where the longest time phrase of a kind ends that begins here; 0 for none."""
        word = tokens[at].word if at < len(tokens) else ""
        for phrase in self.time_beginnings[kind].get(word, ()):
            end = at + len(phrase)
            if tuple(token.word for token in tokens[at:end]) == phrase:
                return end
        return 0

    def is_verb(self, word: str) -> bool:
        """Return whether a word for what was done is a verb, and no noun."""
        return word.endswith(tuple(self.verb_endings))

    def deeds(self, word: str) -> list[str]:
        """Return the nouns that an estate may have for what a verb says was done."""
        senses = {category for category, _ in self.phrases.get(form_of(word), ())}
        if not word.isalpha() or senses - {"REL", "RELATED", "adjective"}:
            return []
        return [
            f"{word.removesuffix(end)}{noun}"
            for end, nouns in self.verb_endings.items()
            if word.endswith(end) and len(word) > len(end) + 2
            for noun in nouns
        ]

    def skip(self, tokens: Sequence[Token], at: int, kind: str) -> int:
        """Return the place after all words of a kind of time phrases that stand here."""
        while at < len(tokens) and tokens[at].word in self.time_phrases[kind]:
            at += 1
        return at


def with_own(words: Words, own: Mapping[str, str]) -> Words:
    """Return the words with a tenant's own, each of which means what other words mean."""
    if not own:
        return words
    forms = {form_of(word): form_of(meaning) for word, meaning in own.items() if meaning}
    said = {word: words.phrases.get(meaning, ()) for word, meaning in forms.items()}
    candidates = {
        table: {**names, **{word: names.get(meaning, ()) for word, meaning in forms.items()}}
        for table, names in words.candidates.items()
    }
    meant = {form_of(word): (meaning,) for word, meaning in own.items() if meaning}
    return replace(
        words,
        phrases={**words.phrases, **said},
        candidates={**candidates, OWN: meant},
        noise=words.noise | {word for word, meaning in own.items() if not meaning},
    )


def form_of(phrase: str) -> str:
    """Return the form in which a phrase is looked for; marks stay as they are."""
    return phrase_of(phrase) or phrase


@cache
def words_of(language: str) -> Words:
    """Return the words of a language, such as "en"."""
    table = tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))
    times = table["time"]
    named = times["words"]
    phrases = {kind: each for kind, each in times.items() if isinstance(each, str)}
    return Words(
        language=language,
        phrases=_phrases(table),
        candidates={
            name: {form_of(phrase): tuple(_split(names)) for phrase, names in table[name].items()}
            for name in _LOOKED_UP
        },
        verb_endings={end: _split(nouns) for end, nouns in table["verb_endings"].items()},
        spelling=spelling_of(table["contractions"], table["written"]),
        joints=_sets(table["joints"]),
        fillers=frozenset(_split(table["fillers"]["free"])),
        noise=frozenset(_split(table["fillers"]["noise"])),
        openings=_longest_first(table["fillers"]["openings"]),
        endings=_longest_first(table["fillers"]["endings"]),
        numbers=table["numbers"],
        ordinals=table["ordinals"],
        months=_numbered(named["months"], first=1),
        weekdays=_numbered(named["weekdays"], first=0),
        units_of_time=_reversed(named["units"]),
        parts_of_days=named["parts_of_days"],
        clock_names=named["clocks"],
        halves=named["halves"],
        recurring=_reversed(table["recurring"]),
        time_phrases=_sets(phrases),
        time_beginnings={kind: _by_first_word(_split(said)) for kind, said in phrases.items()},
        follow_ups=_reversed(table["follow_ups"]),
        offers=table["offers"],
        refusals={
            phrase: each["says"]
            for each in table["refusals"]
            for phrase in _split(each["phrases"])
        },
    )


def _phrases(table: Mapping[str, Any]) -> dict[str, list[Entry]]:
    found: dict[str, dict[Entry, None]] = {}
    for phrase, entry in _entries(table):
        found.setdefault(form_of(phrase), {})[entry] = None
    return {phrase: list(entries) for phrase, entries in found.items()}


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    for kind, said in table["grammar"].items():
        yield from ((phrase, (kind, None)) for phrase in _split(said))
    for name, category in _TABLES.items():
        for value, phrases in table[name].items():
            yield from ((phrase, (category, value)) for phrase in _split(phrases))
    for name, category in _NESTED.items():
        for kind, fields in table[name].items():
            for field, said in fields.items():
                yield from ((each, (category, (kind, field))) for each in _split(said))
    yield from _sayings(table)


def _sayings(table: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    for phrase, extreme in table["extremes"].items():
        yield phrase, ("EXTREME", (extreme["field"], extreme["descending"]))
    yield from chain.from_iterable(map(_relation, table["relations"].values()))
    for condition in table["conditions"]:
        said = tuple(condition[name] for name in ("kind", "field", "op", "value"))
        yield from ((phrase, ("SAID", said)) for phrase in _split(condition["phrases"]))
    yield from ((each, ("DOCWORD", each)) for each in _split(table["documents"]["word"]))
    yield from ((word, ("NTH", number)) for word, number in table["ordinals"].items())
    yield from ((word, ("NUMBER", number)) for word, number in table["numbers"].items())


def _relation(relation: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    """Yield what a verb says; one of certain types may be said of others, too."""
    types = tuple(relation["types"]) if "types" in relation else None
    for phrase in _split(relation["phrases"]):
        yield phrase, ("REL", (types, relation["direction"]))
        if types is not None:
            yield phrase, ("RELATED", (None, "either"))


def _longest_first(phrases: str) -> list[tuple[str, ...]]:
    return sorted((tuple(each.split(" ")) for each in _split(phrases)), key=len, reverse=True)


def _by_first_word(phrases: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    """Return the phrases by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted((tuple(phrase.split(" ")) for phrase in phrases), key=len, reverse=True):
        found.setdefault(words[0], []).append(words)
    return found


def _numbered(groups: Iterable[str], *, first: int) -> dict[str, int]:
    return {word: at for at, words in enumerate(groups, start=first) for word in _split(words)}


def _reversed(table: Mapping[str, str]) -> dict[str, str]:
    return {word: value for value, words in table.items() for word in _split(words)}


def _sets(table: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {kind: frozenset(_split(words)) for kind, words in table.items()}


def _split(phrases: str) -> list[str]:
    return phrases.split("|")
