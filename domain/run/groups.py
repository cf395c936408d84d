"""Groups of runs by what they have in common and when they were asked, counted and measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class GroupBy(StrEnum):
    """What runs of one group have in common; the names are those of the run filter."""

    STATUS = "status"
    STATE = "state"
    QUESTION = "question"
    ACTOR = "actor"
    PLANNER = "planner"
    ROUTE = "route"
    ERROR = "error"
    FINGERPRINT = "fingerprint"
    ORIGIN = "origin"
    PARENT = "parent"
    GOLDEN = "golden"
    FLAG = "flag"
    WORKER = "worker"


class Span(StrEnum):
    """How long the spans of time are in which runs of one group were asked, in UTC."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Measure(StrEnum):
    """What is measured of each run; the names are those of the run filter."""

    DURATION = "duration"
    WAITED = "waited"
    CALLS = "calls"
    FAILED_CALLS = "failed_calls"


SPAN_CHARACTERS: Final[Mapping[Span, int]] = {
    Span.MINUTE: len("2026-03-01T12:00"),
    Span.HOUR: len("2026-03-01T12"),
    Span.DAY: len("2026-03-01"),
    Span.MONTH: len("2026-03"),
    Span.YEAR: len("2026"),
}
"""So much of a recorded time says in which span it is."""
PERCENTS: Final = (50, 90, 99)
_EPOCH: Final = "0000-01-01T00:00:00.000000Z"


@dataclass(frozen=True, slots=True)
class Grouping:
    """How runs are grouped, and what is measured of them."""

    by: tuple[GroupBy, ...]
    per: Span | None
    measure: Measure


@dataclass(frozen=True, slots=True)
class RunGroup:
    """Runs that have the values of `by` in common, and were asked in the span from `since` on.

    `since` is None where the time does not count. `measured_count` of them have what is measured,
    in milliseconds or as a count: a run that goes on has no duration. A percentile is the smallest
    value that so many percent of them do not exceed (the nearest rank).
    """

    since: str | None
    by: dict[str, str | None]
    count: int
    measured_count: int
    p50: int | None
    p90: int | None
    p99: int | None
    max: int | None


def begin_of(span: str) -> str:
    """Return when a span begins, as recorded times are written."""
    return span + _EPOCH[len(span) :]
