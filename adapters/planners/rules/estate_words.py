"""The words that an estate brings: its items, classes, states, places, history, metrics, rules."""

from collections.abc import Iterable, Iterator, Sequence
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
from domain.estate.looked_up import SpeltWords
from domain.estate.phrases import normalised_name
from domain.estate.spellings import is_spelt, numbered, spellings, stands_in
from domain.plan.look_ups import METRIC, LookUps, source_of

Word = tuple[str, Mention]

_HISTORY = (
    (RecordKind.EVENT_LOG, "event_type", ("event", "events", "history")),
    (RecordKind.WORK, "work_type", ("work", "work item", "work items", "works")),
    (RecordKind.MAINTENANCE, "maint_type", ("maintenance", "maintenances", "maintenance items")),
)
"""Which fields name what kind of thing happened, and the nouns for such things."""


def estate_words(look_ups: LookUps, text: str) -> Iterator[Word]:
    """Yield the phrases of the estate in a question, but for its items, with what they stand for.

    A phrase may come repeatedly: then the first counts. Phrases that are not in the question may
    be among them.
    """
    words = look_ups.words()
    yield from _class_nouns(look_ups, text)
    yield from _classes(words)
    yield from _item_conditions(words, text)
    yield from _environments(look_ups, words, text)
    yield from _owners(words)
    yield from _history_conditions(words)
    yield from _verbs(look_ups, text)
    yield from _metrics(look_ups, words, text)
    for name, rule_id in words.rules.items():
        for phrase in (f"rule {name}", f"rule {rule_id.lower()}", name, rule_id.lower()):
            yield normalised_name(phrase), Mention(slot=Slot.RULE, symbol="RULE", value=rule_id)


def item_words(words: SpeltWords) -> dict[str, Mention]:
    """Return the phrases of the question that name items, with what they stand for."""
    return {
        phrase: Mention(slot=Slot.CI, symbol="CI", value=value)
        for phrase, value in words.items.items()
    }


def _class_nouns(look_ups: LookUps, text: str) -> Iterator[Word]:
    """Yield the nouns for classes.

    They go before a category of the same name: "applications" are the items of subtype app.
    """
    for nouns, candidates in CLASSES.items():
        if _stands_in_any(numbered(nouns.split("|")), text):
            meant = _first_class(look_ups, candidates)
            if meant is not None:
                yield from _class_words(nouns.split("|"), meant)


def _first_class(look_ups: LookUps, candidates: Iterable[str]) -> Meaning | None:
    for candidate in candidates:
        for field in CLASS_FIELDS:
            if found := look_ups.called(source_of(RecordKind.CI, field), candidate):
                return equals(RecordKind.CI, field, found[0])
    return None


def _classes(words: SpeltWords) -> Iterator[Word]:
    known: dict[str, Meaning] = {}
    for field in CLASS_FIELDS:
        for value in _values(words, RecordKind.CI, field):
            known.setdefault(value.lower(), equals(RecordKind.CI, field, value))
    for value, meaning in known.items():
        yield from _class_words(spellings(value), meaning)


def _class_words(phrases: Iterable[str], meaning: Meaning) -> Iterator[Word]:
    name = NAMES.get(str(meaning.filter.value).lower(), str(meaning.filter.value).lower())
    for phrase in numbered(phrases):
        yield phrase, replace(head(RecordKind.CI, meaning), value=name)


def _item_conditions(words: SpeltWords, text: str) -> Iterator[Word]:
    results = (RecordKind.WORK, RecordKind.MAINTENANCE)
    statuses = {value.lower(): value for value in _values(words, RecordKind.CI, "status")}
    statuses = {state: state for state in STATES} | statuses
    for word in dict.fromkeys([*statuses, *RESULTS]):
        if not is_spelt(word, text):
            continue
        meanings = [equals(RecordKind.CI, "status", statuses[word])] if word in statuses else []
        if word in RESULTS:
            meanings += [equals(kind, "result", RESULTS[word]) for kind in results]
        for phrase in spellings(word):
            yield phrase, where(*meanings)
    for value in _values(words, RecordKind.DOCUMENT, "status"):
        yield value.lower(), where(equals(RecordKind.DOCUMENT, "status", value))
    for value in _values(words, RecordKind.CI, "location"):
        for phrase in spellings(value):
            yield phrase, where(equals(RecordKind.CI, "location", value))


def _environments(look_ups: LookUps, words: SpeltWords, text: str) -> Iterator[Word]:
    for value in _values(words, RecordKind.CI, "environment"):
        for phrase in [*spellings(value), f"{value.lower()} environment"]:
            yield phrase, where(equals(RecordKind.CI, "environment", value))
    for short, name in ENVIRONMENTS.items():
        if stands_in(short, text):
            for value in look_ups.called(source_of(RecordKind.CI, "environment"), name):
                yield short, where(equals(RecordKind.CI, "environment", value))


def _owners(words: SpeltWords) -> Iterator[Word]:
    prefixes = (
        *("", "owned by ", "owner ", "belonging to "),
        *("of owner ", "owner is ", "team ", "owned by team "),
    )
    for value in _values(words, RecordKind.CI, "owner"):
        for prefix in prefixes:
            yield normalised_name(prefix + value), where(equals(RecordKind.CI, "owner", value))
    people = (
        (RecordKind.WORK, "requested_by", "requested by "),
        (RecordKind.WORK, "approved_by", "approved by "),
        (RecordKind.MAINTENANCE, "performer", "performed by "),
        (RecordKind.MAINTENANCE, "performer", "done by "),
    )
    for kind, field, prefix in people:
        for value in _values(words, kind, field):
            yield normalised_name(prefix + value), where(equals(kind, field, value))
    for value in _values(words, RecordKind.EVENT_LOG, "source"):
        for prefix in ("from source ", "source "):
            said = where(equals(RecordKind.EVENT_LOG, "source", value))
            yield normalised_name(prefix + value), said


def _history_conditions(words: SpeltWords) -> Iterator[Word]:
    kinds: dict[str, list[Meaning]] = {}
    for kind, field, nouns in _HISTORY:
        for value in _values(words, kind, field):
            meaning = equals(kind, field, value)
            kinds.setdefault(value.lower(), []).append(meaning)
            for phrase in spellings(value):
                for noun in nouns:
                    yield f"{phrase} {noun}", head(kind, meaning)
    for value, meanings in kinds.items():
        for phrase in numbered(spellings(value)):
            yield phrase, _kind_of_event(meanings)


def _verbs(look_ups: LookUps, text: str) -> Iterator[Word]:
    """Yield the verbs for what happened, such as "deployed" where there are deployments."""
    for verb, noun in DONE.items():
        if _stands_in_any(phrases := numbered([verb]), text):
            meanings = [
                equals(kind, field, value)
                for kind, field, _ in _HISTORY
                for value in look_ups.called(source_of(kind, field), noun)
            ]
            for phrase in phrases if meanings else ():
                yield phrase, _kind_of_event(meanings)


def _kind_of_event(meanings: Sequence[Meaning]) -> Mention:
    if len(meanings) == 1:
        return head(meanings[0].kind, meanings[0])
    return Mention(slot=Slot.HEAD, symbol="UNCLEAR", meanings=tuple(meanings))


def _metrics(look_ups: LookUps, words: SpeltWords, text: str) -> Iterator[Word]:
    for aliases, candidates in METRICS.items():
        if _stands_in_any(aliases.split("|"), text):
            known = (look_ups.called(METRIC, candidate) for candidate in candidates)
            names = next(filter(None, known), ())
            for alias in aliases.split("|") if names else ():
                yield alias, Mention(slot=Slot.METRIC, symbol="METRIC", value=names[-1])
    for lower, name in {name.lower(): name for name in words.values.get(METRIC, ())}.items():
        for phrase in spellings(lower):
            yield phrase, Mention(slot=Slot.METRIC, symbol="METRIC", value=name)


def _values(words: SpeltWords, kind: RecordKind, field: str) -> Sequence[str]:
    return words.values.get(source_of(kind, field), ())


def _stands_in_any(phrases: Iterable[str], text: str) -> bool:
    return any(stands_in(phrase, text) for phrase in phrases)
