"""Mentions: the parts of a question that were recognised, and what each stands for."""

from dataclasses import dataclass
from enum import StrEnum

from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec


class Slot(StrEnum):
    """What kind of thing a mention is; the value says what a plan can do with it."""

    FILL = "fill"
    CUE = "cue"
    HEAD = "head"
    WHERE = "where"
    FIELD = "field"
    CI = "ci"
    TIME = "time"
    LIMIT = "limit"
    DEPTH = "depth"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    METRIC = "metric"
    RULE = "rule"


CIS, EVENTS, WORK, MAINT, DOCS = "CIS", "EVENTS", "WORK", "MAINT", "DOCS"

HEAD_SYMBOLS: dict[RecordKind, str] = {
    RecordKind.CI: CIS,
    RecordKind.EVENT_LOG: EVENTS,
    RecordKind.WORK: WORK,
    RecordKind.MAINTENANCE: MAINT,
    RecordKind.DOCUMENT: DOCS,
}
SYMBOL_KINDS: dict[str, RecordKind] = {symbol: kind for kind, symbol in HEAD_SYMBOLS.items()}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A condition that a word can mean, for one kind of records."""

    kind: RecordKind
    filter: FilterSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One recognised stretch of words.

    `symbol` is how it stands in the skeleton of the question; a mention without one is a modifier
    whose place does not matter. `value` is the CI's keyword, the metric's name, the time range's
    text, the rule's id or the field's concept. `is_joined` says that "and" or "or" stands before.
    """

    slot: Slot
    symbol: str = ""
    value: str = ""
    number: float = 0
    meanings: tuple[Meaning, ...] = ()
    text: str = ""
    is_joined: bool = False
    is_known: bool = True


def cue(symbol: str) -> Mention:
    """Return a word that only helps to tell what kind of question it is."""
    return Mention(slot=Slot.CUE, symbol=symbol)


def head(kind: RecordKind, *meanings: Meaning) -> Mention:
    """Return a noun for records of a kind, perhaps only for some of them."""
    return Mention(slot=Slot.HEAD, symbol=HEAD_SYMBOLS[kind], meanings=meanings)


def where(*meanings: Meaning) -> Mention:
    """Return a word that narrows down records."""
    return Mention(slot=Slot.WHERE, meanings=meanings)


def equals(kind: RecordKind, field: str, value: str) -> Meaning:
    """Return the condition that a field has a value."""
    return Meaning(kind, FilterSpec(field=field, value=value))
