"""Times to come, which attributes have, but no records: next month, within 30 days, overdue."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from adapters.planners.reader.clocks import number_at
from adapters.planners.reader.days import Days
from adapters.planners.reader.ranges import EVER, FOREVER

_DAY: Final = timedelta(days=1)
_DAYS: Final = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 91, "year": 365}
_OF_CALENDARS: Final = ("week", "month", "quarter", "year")


def coming(days: Days, at: int) -> Iterator[tuple[int, str]]:
    """Yield the times to come that begin here, with where each ends, and what is over or lasts.

    Today counts as to come.
    """
    today = days.now.date()
    if end := days.ends(at, "overdue"):
        yield end, f"{EVER}..{today - _DAY}"
    if end := days.ends(at, "in_force"):
        yield end, f"{today}..{FOREVER}"
    end = days.ends(at, "next")
    if end and (unit := days.unit(end)) in _OF_CALENDARS:
        yield end + 1, days.calendar(unit, 1)
    if end := end or days.ends(at, "at_most"):
        count, after = number_at(days.tokens, end, days.words)
        if length := _DAYS.get(days.unit(after) or "", 0) * (count or 0):
            yield after + 1, f"{today}..{today + length * _DAY}"
