"""Times at a clock time, of a week, and parts of a month: at 14:30, week of nov 9, early may."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

from adapters.planners.reader.clocks import clock_at
from adapters.planners.reader.days import Days
from adapters.planners.reader.instants import Instants

_DAY: Final = timedelta(days=1)
_WEEK, _SATURDAY, _HALF_HOUR, _HALF_YEAR = 7, 5, 30, 6
_LENGTHS: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_DAYS: Final = {"day": 1, "week": 7, "fortnight": 14}
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
    for begin, before in [(at, None), *days.on_day(at)]:
        for kind in ("clock_at", "around"):
            end = days.ends(begin, kind)
            found = clock_at(days.tokens, end, days.words, is_sure=True) if end else None
            if found is None:
                continue
            last, clock = found
            behind = [*days.on_day(last)]
            is_dated = any(True for start in range(at) for _ in days.day(start))
            if not behind and clock.is_sure and not is_dated:
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


def numbered_weeks(days: Days, at: int) -> Iterator[Found]:
    """Yield "week 47": the last week of that number, or that of a year behind it."""
    end = days.ends(at, "number_of_week")
    number = days.word(end) if end else ""
    if not number.isdecimal():
        return
    year = days.year(end + 1)
    this, week, _ = days.now.date().isocalendar()
    with suppress(ValueError):
        monday = date.fromisocalendar(year or this - (int(number) > week), int(number), 1)
        yield end + 1 + (year is not None), _days(monday, _WEEK)


def days_of_month(days: Days, at: int) -> Iterator[Found]:
    """Yield "between 1 and 15 november", "november 1 to 15": the month is said once."""
    begin = days.ends(at, "between") or at
    for month_at in (begin, *([begin + 3] if days.ends(begin + 1, "number_joint") else [])):
        for end, month in days.month(month_at):
            first_at = end if month_at == begin else begin
            joint = days.ends(first_at + 1, "number_joint")
            first, last = (days.day_number(each) for each in (first_at, joint))
            if joint and first and last and first < last:
                with suppress(ValueError):
                    label = f"{month.replace(day=first)}..{month.replace(day=last)}"
                    yield joint + 1 if month_at == begin else end, label


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


def weekdays_of_months(days: Days, at: int) -> Iterator[Found]:
    """Yield "first monday of november", "last friday of november", "last week of october"."""
    is_last = days.ends(at, "past") == at + 1
    place = days.words.ordinals.get(days.word(at), 0) - 1
    weekday, is_week = days.words.weekdays.get(days.word(at + 1)), days.unit(at + 1) == "week"
    of = days.ends(at + 2, "within")
    for end, month in days.month(of) if of and (is_last or place >= 0) else ():
        whole = [month + back * _DAY for back in range(31)]
        whole = [day for day in whole if day.month == month.month]
        found = [day for day in whole if day.weekday() == weekday]
        for day in found[-1:] if is_last else found[place : place + 1]:
            yield end, str(day)
        if is_week and is_last:
            yield end, _days(whole[-_WEEK], _WEEK)


def beside(days: Days, at: int) -> Iterator[Found]:
    """Yield "the 3 days before nov 10", "the hour after midnight yesterday"."""
    count, unit_at = days.count(at)
    unit = days.unit(unit_at) or ""
    if not count or not days.ends(max(at - 1, 0), "the") or unit not in (*_LENGTHS, *_DAYS):
        return
    for kind, is_before in (("before", True), ("after", False)):
        if not (end := days.ends(unit_at + 1, kind)):
            continue
        for last, label, is_instant in Instants(days).edges(end):
            if is_instant and unit in _LENGTHS:
                length = count * _LENGTHS[unit]
                start = datetime.fromisoformat(label) - length * is_before
                yield last, f"{start.isoformat()}..{(start + length).isoformat()}"
            elif not is_instant and unit in _DAYS and label.count("-") > 1:
                length = int(count) * _DAYS[unit]
                first = date.fromisoformat(label) + (-length if is_before else 1) * _DAY
                yield last, _days(first, length)


MOMENTS: Final = (
    *(at_clock, of_weeks, numbered_weeks, weekdays_of_months, days_of_month),
    *(parts_of_months, beside),
)
"""The forms of times of this module."""
