"""The one way by which a planner learns from an estate: few questions, all of them noted."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol, TypeVar

from domain.estate.fields import WORD_FIELDS, RecordKind
from domain.estate.looked_up import LookedUp, SpeltWords
from domain.estate.misspellings import nearest, respelt
from domain.estate.named import (
    Key,
    Named,
    Related,
    joined,
    keys_of,
    phrase_of,
    relations_of,
    words_of,
)
from domain.estate.phrases import normalised
from domain.estate.queries import Vocabulary
from domain.estate.spellings import is_spelt
from domain.json import JsonMap

T = TypeVar("T")

METRIC: Final = "metric"
"""The source of the names of metrics."""
ITEM: Final = "ci"
"""The source of the codes of items."""

_WORDS: Final = re.compile(r"\w+")
_MOST_NEAR = 3


class LookUps(Protocol):
    """What a planner may ask the estate about one question.

    Sources are named as `source_of` does.
    """

    def rules(self) -> Mapping[str, str]:
        """Return the rules that the question names, in any spelling: the ids by name."""

    def near(self, word: str) -> Sequence[str]:
        """Return up to three texts that the estate has and that are spelt much like this one.

        They are what begins with the word, if anything: Evita V3 of evita. Else they are what the
        word is with slips; else other things called alike, for a hint. Only
        `domain.estate.misspellings.is_slip` makes one of these a correction.
        """

    def first(self, source: str) -> str | None:
        """Return the first name of a source, None when it has none."""

    def named(self, phrases: Sequence[str]) -> Mapping[str, Sequence[Named]]:
        """Return what phrases name, of those that name anything; they are found in any spelling.

        What most items or records have comes first.
        """

    def keys(self, classes: Sequence[str] = ()) -> Sequence[Key]:
        """Return the keys in attributes and tags of items of these classes, or of all.

        Those that most items have come first.
        """

    def relations(self, classes: Sequence[str] = ()) -> Sequence[Related]:
        """Return what relations there are from and to these classes, or all, the most first."""

    def records(self, ask: str, now: datetime) -> Sequence[JsonMap]:
        """Return the few records that an ask, as JSON text, gives, each by column."""


def source_of(kind: RecordKind, field: str) -> str:
    """Return the name of the source of a field's values."""
    return f"{kind}.{field}"


class EstateLookUps:
    """Looks up in an estate, and notes what it was asked and what it answered; see `LookUps`."""

    def __init__(self, vocabulary: Vocabulary, question: str) -> None:
        """Look up for this question."""
        self._vocabulary, self._text = vocabulary, normalised(question)
        self._rules: dict[str, str] | None = None
        self._near: dict[str, list[str]] = {}
        self._first: dict[str, str | None] = {}
        self._named: dict[str, list[Named]] = {}
        self._keys: dict[str, list[Key]] = {}
        self._relations: dict[str, list[Related]] = {}
        self._records: dict[str, list[JsonMap]] = {}

    @property
    def looked_up(self) -> LookedUp:
        """All that was asked so far, in an order of its own."""
        return LookedUp(
            words=None if self._rules is None else SpeltWords(rules=self._rules),
            near=_sorted(self._near),
            first=_sorted(self._first),
            named=_sorted(self._told()),
            keys=_sorted(self._keys),
            relations=_sorted(self._relations),
            records=_sorted(self._records),
        )

    def rules(self) -> Mapping[str, str]:
        """See `LookUps`."""
        if self._rules is None:
            self._rules = spelt_rules(self._vocabulary.cep_rules, self._text)
        return self._rules

    def near(self, word: str) -> Sequence[str]:
        """See `LookUps`."""
        if word not in self._near:
            self._near[word] = self._beginning(word) or self._misspelt(word) or self._alike(word)
        return self._near[word]

    def first(self, source: str) -> str | None:
        """See `LookUps`."""
        if source == ITEM:
            found = self._vocabulary.items.first_code()
        else:
            found = next(iter(self._values().get(source, ())), None)
        return self._first.setdefault(source, found)

    def named(self, phrases: Sequence[str]) -> Mapping[str, Sequence[Named]]:
        """See `LookUps`."""
        unknown = [phrase for phrase in phrases if phrase not in self._named]
        if unknown:
            found = self._vocabulary.names.named(unknown)
            self._named.update({phrase: found.get(phrase, []) for phrase in unknown})
        return {phrase: named for phrase in phrases if (named := self._named[phrase])}

    def keys(self, classes: Sequence[str] = ()) -> Sequence[Key]:
        """See `LookUps`."""
        found = keys_of(self._vocabulary.keys, classes)
        return self._keys.setdefault(listed(classes), found)

    def relations(self, classes: Sequence[str] = ()) -> Sequence[Related]:
        """See `LookUps`."""
        found = relations_of(self._vocabulary.relations, classes)
        return self._relations.setdefault(listed(classes), found)

    def records(self, ask: str, now: datetime) -> Sequence[JsonMap]:
        """See `LookUps`."""
        records = self._vocabulary.records
        if ask not in self._records:
            self._records[ask] = records.found(json.loads(ask), now) if records else []
        return self._records[ask]

    def _told(self) -> dict[str, list[Named]]:
        """What named something; what names nothing is clear from the question where it has it."""
        return {
            phrase: named
            for phrase, named in self._named.items()
            if named or not is_said(phrase, self._text)
        }

    def _values(self) -> dict[str, tuple[str, ...]]:
        known = self._vocabulary.values
        values = {
            source_of(kind, field): known.get(kind, {}).get(field, ())
            for kind, fields in WORD_FIELDS.items()
            for field in fields
        }
        return {**values, METRIC: self._vocabulary.metrics}

    def _beginning(self, word: str) -> list[str]:
        """Return the first values that begin with this word."""
        found = dict.fromkeys(self._vocabulary.names.neighbours(word))
        return [each for each in found if is_beginning(word, each)][:_MOST_NEAR]

    def _misspelt(self, word: str) -> list[str]:
        """The words that this one is with slips; of several in a row, those that name anything."""
        names = self._vocabulary.names
        found = respelt(word, names.near_words)
        if words_of(word) == [word.lower()]:
            return found
        return [each for each in found if each in names.named(found)][:_MOST_NEAR]

    def _alike(self, word: str) -> list[str]:
        """Other things that are called much alike."""
        codes = self._vocabulary.items.near_codes(word)
        return nearest(word, [*codes, *self._vocabulary.names.neighbours(word)])


def is_beginning(word: str, value: str) -> bool:
    """Return whether a value of several words begins with this one."""
    return joined(value).startswith(f"{phrase_of(word)} ")


def spelt_rules(rules: Mapping[str, str], text: str) -> dict[str, str]:
    """Return the rules that a normalised question names, or of which it names the id."""
    named = {
        name: id_
        for name, id_ in rules.items()
        if any(is_spelt(each, text) for each in (name, id_))
    }
    return _sorted(named)


def is_said(phrase: str, text: str) -> bool:
    """Return whether the words of a phrase stand in a row in a text, in any form."""
    words, said = _words(phrase), _words(text)
    starts = range(len(said) - len(words) + 1)
    return any(said[at : at + len(words)] == words for at in starts)


def _words(text: str) -> list[str]:
    return [phrase_of(word) for word in _WORDS.findall(text)]


def listed(classes: Iterable[str]) -> str:
    """Return the classes in one text."""
    return ",".join(sorted(classes))


def _sorted(answers: Mapping[str, T]) -> dict[str, T]:
    return {asked: answers[asked] for asked in sorted(answers)}
