"""What can be true of a question; `judging.py` says when an answer shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A figure, such as a count, an average or a percentage."""

    value: float
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Items:
    """A set of items by their codes; none is an answer, too."""

    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Labels:
    """A set of words that are no items: owners, titles, models."""

    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Value:
    """One word or figure, in any of its spellings; `field` is its name among an item's fields."""

    options: tuple[str, ...]
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first `count` by value, highest rank first; equals may stand in any order."""

    ranked: tuple[tuple[str, float], ...]
    count: int


@dataclass(frozen=True, slots=True)
class Groups:
    """A figure for each label."""

    groups: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Buckets:
    """A figure for each span of time, named by how its start is written: `2026-11-25T08`.

    Spans with zero may be shown or not. A week is named by its Monday.
    """

    buckets: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no. The `proofs` are items that show it when they are named instead of the word."""

    is_yes: bool
    proofs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, or where it has ten characters a day."""

    at: str


@dataclass(frozen=True, slots=True)
class Records:
    """Dated records by their instants, such as event log entries; `in_order` where it matters."""

    times: tuple[str, ...]
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Hops:
    """A shortest way between two items: how many steps it has."""

    ends: frozenset[str]
    hop_count: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Words that a right answer has; one of each group is enough."""

    facts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing can be answered; the message has to name `words`, where there are any."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskBack:
    """More can be meant: a message names the choices. Answers to all readings are right, too."""

    words: tuple[str, ...]
    readings: tuple["Truth", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """Two readings are plausible, and either is right."""

    readings: tuple["Truth", ...]


@dataclass(frozen=True, slots=True)
class Both:
    """Several things were asked, and all have to be answered."""

    parts: tuple["Truth", ...]


Truth = (
    Number | Items | Labels | Value | Ranking | Groups | Buckets | YesNo
    | Moment | Records | Hops | Facts | Refusal | AskBack | Either | Both
)  # fmt: skip
