"""Spans of time as people say them, counted back from the newest record; weeks begin on Monday."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.generated_questions.pen import Pen
from bench.generated_questions.tables import microseconds

_DAY: Final = timedelta(days=1)
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """From an instant to before another one, and its wordings."""

    said: str
    start: datetime
    end: datetime

    def sql(self, column: str) -> str:
        """Return the condition on a column of microseconds."""
        start, end = microseconds(self.start), microseconds(self.end)
        return f"({column} >= {start} and {column} < {end})"


def window(pen: Pen, now: datetime, months: tuple[str, ...]) -> Window:
    """Return some span."""
    return pen.pick([*_fixed(now), *_counted(pen, now), *_dated(pen, now, months)])


def whole_days(pen: Pen, now: datetime) -> Window:
    """Return a span of some whole days."""
    today = _midnight(now)
    monday = today - today.weekday() * _DAY
    day = today - pen.chance.randrange(4, 20) * _DAY
    days = pen.chance.randrange(3, 7)
    said = f"between {day:%Y-%m-%d} and {day + (days - 1) * _DAY:%Y-%m-%d}"
    return pen.pick([
        Window("last week", monday - 7 * _DAY, monday),
        Window("this week", monday, monday + 7 * _DAY),
        Window(said, day, day + days * _DAY),
    ])  # fmt: skip


def periods(now: datetime) -> list[tuple[Window, Window]]:
    """Return spans up to now, each with the one before it."""
    fixed = {each.said: each for each in _fixed(now)}
    pairs = (("today", "yesterday"), ("this week", "last week"), ("this month", "last month"))
    return [(fixed[newer], fixed[older]) for newer, older in pairs]


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _fixed(now: datetime) -> Iterator[Window]:
    today = _midnight(now)
    monday, first = today - today.weekday() * _DAY, today.replace(day=1)
    last_month = (first - _DAY).replace(day=1)
    yield Window("today", today, today + _DAY)
    yield Window("yesterday", today - _DAY, today)
    yield Window("this week", monday, monday + 7 * _DAY)
    yield Window("last week", monday - 7 * _DAY, monday)
    yield Window("this month", first, now)
    yield Window("last month", last_month, first)
    yield Window("since yesterday", today - _DAY, now)
    if today.weekday():
        yield Window("since Monday|since monday", monday, now)


def _counted(pen: Pen, now: datetime) -> Iterator[Window]:
    hours = pen.pick((6, 12, 24, 48))
    said = (
        f"in the last {hours} hours|in the past {hours} hours|over the last {hours}h|last {hours}h"
    )
    yield Window(said, now - timedelta(hours=hours), now)
    days = pen.pick((2, 3, 7, 10, 14, 30))
    said = "in the last {n} days|in the past {n} days|last {n} days|within the last {n} days"
    yield Window(said.format(n=days), now - days * _DAY, now)
    yield Window("in the past week|over the past week", now - 7 * _DAY, now)


def _dated(pen: Pen, now: datetime, months: tuple[str, ...]) -> Iterator[Window]:
    day = _midnight(now) - pen.chance.randrange(2, 20) * _DAY
    written = f"{day:%Y-%m-%d}"
    yield Window(f"on {written}", day, day + _DAY)
    yield Window(f"on {_MONTHS[day.month - 1]} {day.day}", day, day + _DAY)
    yield Window(f"since {written}|since {written}", day, now)
    until = day + _DAY
    said = f"between {written} and {until:%Y-%m-%d}|from {written} to {until:%Y-%m-%d}"
    yield Window(said, day, until + _DAY)
    yesterday, hour = _midnight(now) - _DAY, pen.chance.randrange(1, 18)
    start, end = (yesterday + timedelta(hours=each) for each in (hour, hour + 4))
    yield Window(f"between {start:%H:%M} and {end:%H:%M} yesterday", start, end)
    month = _MONTHS.index(pen.pick(months)) + 1
    first = datetime(now.year, month, 1, tzinfo=UTC)
    following = (first + 32 * _DAY).replace(day=1)
    yield Window(f"in {_MONTHS[month - 1]}|in {_MONTHS[month - 1]} {now.year}", first, following)
