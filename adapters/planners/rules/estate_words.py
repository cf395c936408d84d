"""The words that an estate brings: its items, classes, states, places, history, metrics, rules."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from adapters.planners.rules.mentions import Meaning, Mention, Slot, equals, head, where
from adapters.planners.rules.synonyms import (
    CLASS_FIELDS,
    CLASSES,
    DONE,
    ENVIRONMENTS,
    METRICS,
    NAMES,
    RESULTS,
    STATES,
)
from domain.estate.fields import RecordKind
from domain.estate.phrases import normalised_name
from domain.estate.queries import Vocabulary

Word = tuple[str, Mention]

_LONGEST_NAME = 20
"""Names of more words are only recognised in quotes."""
_QUOTED = re.compile(r'"([^"]+)"')
_MAINTENANCE_NOUNS = ("maintenance", "maintenances", "maintenance items")


def estate_words(vocabulary: Vocabulary) -> Iterator[Word]:
    """Yield the phrases of the estate, but for its items, with what they stand for.

    A phrase may come repeatedly.
    """
    yield from _classes(vocabulary)
    yield from _item_conditions(vocabulary)
    yield from _history_conditions(vocabulary)
    yield from _metrics(vocabulary)
    for name, rule_id in vocabulary.cep_rules.items():
        for phrase in (f"rule {name}", f"rule {rule_id.lower()}", name, rule_id.lower()):
            yield normalised_name(phrase), Mention(slot=Slot.RULE, symbol="RULE", value=rule_id)


def item_words(vocabulary: Vocabulary, text: str) -> dict[str, Mention]:
    """Return those phrases of a normalised question that name items, with what they stand for."""
    named = vocabulary.items.known(_stretches(text))
    return {
        phrase: Mention(slot=Slot.CI, symbol="CI", value=value) for phrase, value in named.items()
    }


def code_prefixes(vocabulary: Vocabulary, text: str) -> frozenset[str]:
    """Return with what hyphenated words of a question the estate's codes begin, too."""
    starts = {word.partition("-")[0] for word in text.split() if "-" in word}
    return frozenset(vocabulary.items.beginning(starts) if starts else ())


def _stretches(text: str) -> set[str]:
    """Return all stretches of words that may name an item: every short one, and all in quotes."""
    words = text.split(" ")
    lengths = range(1, _LONGEST_NAME + 1)
    short = {" ".join(words[at : at + length]) for at in range(len(words)) for length in lengths}
    return short | set(_QUOTED.findall(text))


def _classes(vocabulary: Vocabulary) -> Iterator[Word]:
    known: dict[str, Meaning] = {}
    for field in CLASS_FIELDS:
        for value in _values(vocabulary, RecordKind.CI, field):
            known.setdefault(value.lower(), equals(RecordKind.CI, field, value))
    # A noun goes before a category of the same name: "applications" are the items of subtype app.
    for nouns, candidates in CLASSES.items():
        meant = next((known[candidate] for candidate in candidates if candidate in known), None)
        if meant is not None:
            yield from _class_words(nouns.split("|"), meant)
    for value, meaning in known.items():
        yield from _class_words(_spellings(value), meaning)


def _class_words(phrases: Iterable[str], meaning: Meaning) -> Iterator[Word]:
    name = NAMES.get(str(meaning.filter.value).lower(), str(meaning.filter.value).lower())
    for phrase in _numbered(phrases):
        yield phrase, replace(head(RecordKind.CI, meaning), value=name)


def _item_conditions(vocabulary: Vocabulary) -> Iterator[Word]:
    results = (RecordKind.WORK, RecordKind.MAINTENANCE)
    statuses = {value.lower(): value for value in _values(vocabulary, RecordKind.CI, "status")}
    statuses = {state: state for state in STATES} | statuses
    words = dict.fromkeys([*statuses, *RESULTS])
    for word in words:
        meanings = [equals(RecordKind.CI, "status", statuses[word])] if word in statuses else []
        if word in RESULTS:
            meanings += [equals(kind, "result", RESULTS[word]) for kind in results]
        for phrase in _spellings(word):
            yield phrase, where(*meanings)
    for value in _values(vocabulary, RecordKind.DOCUMENT, "status"):
        yield value.lower(), where(equals(RecordKind.DOCUMENT, "status", value))
    yield from _places(vocabulary)
    yield from _owners(vocabulary)


def _places(vocabulary: Vocabulary) -> Iterator[Word]:
    for value in _values(vocabulary, RecordKind.CI, "location"):
        for phrase in _spellings(value):
            yield phrase, where(equals(RecordKind.CI, "location", value))
    for value in _values(vocabulary, RecordKind.CI, "environment"):
        short = [word for word, name in ENVIRONMENTS.items() if name == value.lower()]
        for phrase in [*_spellings(value), *short, f"{value.lower()} environment"]:
            yield phrase, where(equals(RecordKind.CI, "environment", value))


def _owners(vocabulary: Vocabulary) -> Iterator[Word]:
    prefixes = (
        *("", "owned by ", "owner ", "belonging to "),
        *("of owner ", "owner is ", "team ", "owned by team "),
    )
    for value in _values(vocabulary, RecordKind.CI, "owner"):
        for prefix in prefixes:
            yield normalised_name(prefix + value), where(equals(RecordKind.CI, "owner", value))
    people = (
        (RecordKind.WORK, "requested_by", "requested by "),
        (RecordKind.WORK, "approved_by", "approved by "),
        (RecordKind.MAINTENANCE, "performer", "performed by "),
        (RecordKind.MAINTENANCE, "performer", "done by "),
    )
    for kind, field, prefix in people:
        for value in _values(vocabulary, kind, field):
            yield normalised_name(prefix + value), where(equals(kind, field, value))
    for value in _values(vocabulary, RecordKind.EVENT_LOG, "source"):
        for prefix in ("from source ", "source "):
            said = where(equals(RecordKind.EVENT_LOG, "source", value))
            yield normalised_name(prefix + value), said


def _history_conditions(vocabulary: Vocabulary) -> Iterator[Word]:
    sources = (
        (RecordKind.EVENT_LOG, "event_type", ("event", "events", "history")),
        (RecordKind.WORK, "work_type", ("work", "work item", "work items", "works")),
        (RecordKind.MAINTENANCE, "maint_type", _MAINTENANCE_NOUNS),
    )
    kinds: dict[str, list[Meaning]] = {}
    for kind, field, nouns in sources:
        for value in _values(vocabulary, kind, field):
            meaning = equals(kind, field, value)
            kinds.setdefault(value.lower(), []).append(meaning)
            for phrase in _spellings(value):
                for noun in nouns:
                    yield f"{phrase} {noun}", head(kind, meaning)
    for value, meanings in kinds.items():
        for phrase in _numbered(
            [*_spellings(value), *(verb for verb, noun in DONE.items() if noun == value.lower())]
        ):
            yield phrase, _kind_of_event(meanings)


def _kind_of_event(meanings: list[Meaning]) -> Mention:
    if len(meanings) == 1:
        return head(meanings[0].kind, meanings[0])
    return Mention(slot=Slot.HEAD, symbol="UNCLEAR", meanings=tuple(meanings))


def _metrics(vocabulary: Vocabulary) -> Iterator[Word]:
    known = {name.lower(): name for name in vocabulary.metrics}
    for aliases, candidates in METRICS.items():
        name = next((known[each] for each in candidates if each in known), None)
        if name is not None:
            for alias in aliases.split("|"):
                yield alias, Mention(slot=Slot.METRIC, symbol="METRIC", value=name)
    for lower, name in known.items():
        for phrase in _spellings(lower):
            yield phrase, Mention(slot=Slot.METRIC, symbol="METRIC", value=name)


def _values(vocabulary: Vocabulary, kind: RecordKind, field: str) -> tuple[str, ...]:
    return vocabulary.values.get(kind, {}).get(field, ())


def _spellings(value: str) -> list[str]:
    lower = normalised_name(value)
    return list(dict.fromkeys((lower, lower.replace("_", " "), lower.replace("-", " "))))


def _numbered(phrases: Iterable[str]) -> list[str]:
    """Return the phrases in the singular and the plural."""
    return [form for phrase in phrases for form in (phrase, _plural(phrase))]


def _plural(phrase: str) -> str:
    if phrase.endswith(("s", "x", "ch")):
        return f"{phrase}es"
    return f"{phrase[:-1]}ies" if phrase.endswith("y") else f"{phrase}s"
