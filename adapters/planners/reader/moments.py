"""Times at a clock time, of a week, and parts of a month: at 14:30, week of nov 9, early may."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from adapters.planners.reader.clocks import clock_at
from adapters.planners.reader.days import Days

_DAY: Final = timedelta(days=1)
_WEEK, _SATURDAY, _HALF_HOUR, _HALF_YEAR = 7, 5, 30, 6
_OF_MONTHS: Final = {
    "first_half": (1, 15),
    "second_half": (16, 31),
    "early": (1, 10),
    "middle": (11, 20),
    "late": (21, 31),
}

Found = tuple[int, str]


def at_clock(days: Days, at: int) -> Iterator[Found]:
    """Yield "at 14:30 yesterday", which is a minute, "at noon", an hour, and "around noon"."""
    for kind in ("clock_at", "around"):
        for begin, before in [(at, None), *days.on_day(at)]:
            end = days.ends(begin, kind)
            found = clock_at(days.tokens, end, days.words, is_sure=True) if end else None
            if found is None:
                continue
            last, clock = found
            behind = [*days.on_day(last)]
            if not behind and clock.is_sure:
                behind = [(last, days.now.date())]
            first = clock.later(-_HALF_HOUR) if kind == "around" else clock
            until = clock.later(_HALF_HOUR if kind == "around" else clock.length)
            for final, day in [(last, before)] if before else behind:
                yield final, f"{first.on(day)}..{until.on(day)}"


def of_weeks(days: Days, at: int) -> Iterator[Found]:
    """Yield "week of nov 11", "week starting nov 11", "weekend of nov 14"."""
    is_week = days.unit(at) == "week"
    if is_week and (end := days.ends(at + 1, "week_from")):
        yield from ((last, _days(day, _WEEK)) for last, day in days.on_day(end))
    if is_week and (end := days.ends(at + 1, "week_of")):
        for last, day in days.on_day(end):
            yield last, _days(day - day.weekday() * _DAY, _WEEK)
    end = days.ends(at, "weekend")
    if of := days.ends(end, "week_of") if end else 0:
        for last, day in days.on_day(of):
            yield last, _days(day + max(_SATURDAY - day.weekday(), -1) * _DAY, 2)


def parts_of_months(days: Days, at: int) -> Iterator[Found]:
    """Yield "first half of october", "early november", "second half of 2025"."""
    for part, (first, last) in _OF_MONTHS.items():
        if not (end := days.ends(at, part)):
            continue
        for final, month in days.month(end):
            next_month = (month + 31 * _DAY).replace(day=1)
            until = min(month + (last - 1) * _DAY, next_month - _DAY)
            yield final, f"{month + (first - 1) * _DAY}..{until}"
        if part.endswith("half") and (year := days.year(end)) is not None:
            start = 1 if first == 1 else 1 + _HALF_YEAR
            yield end + 1, f"{year}-{start:02}..{year}-{start + _HALF_YEAR - 1:02}"


def _days(first: date, count: int) -> str:
    return f"{first}..{first + (count - 1) * _DAY}"
