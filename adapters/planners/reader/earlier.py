"""The day, week or month before one that was said: yesterday and the day before."""

from collections.abc import Iterator
from datetime import timedelta

from adapters.planners.reader.days import Days

_UNITS = ("week", "month", "year")


def earlier(days: Days, at: int) -> Iterator[tuple[int, str]]:
    """Yield what lies before the last day or span that was said; before today if none was."""
    if end := days.ends(at, "day_earlier"):
        said = [day for start in range(at) for last, day in days.day(start) if last <= at]
        said = said or [days.now.date()] * (days.ends(at, "past") > 0)
        yield from ((end, str(day - timedelta(days=1))) for day in said[-1:])
    unit = days.unit(at)
    if unit in _UNITS and (end := days.ends(at + 1, "earlier")):
        yield from ((end, days.calendar(unit, back - 1)) for back in _said(days, at, unit)[-1:])


def _said(days: Days, at: int, unit: str) -> list[int]:
    """Return how far back the spans are that were said before: this week 0, last week -1."""
    return [
        back
        for start in range(at)
        for kind, back in (("this", 0), ("past", -1))
        if (end := days.ends(start, kind)) and end < at and days.unit(end) == unit
    ]
