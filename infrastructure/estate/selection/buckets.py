"""A measure per hour, day, week or month, as the clocks of who asks show them."""

from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from pydantic import JsonValue

from domain.estate.errors import WrongValue
from domain.figures import figure, whole_sum
from domain.plan.time_range import parse_time_range
from domain.query.fields import TIME_FIELDS
from domain.query.model import PerWant
from domain.query.selection import Selection
from domain.query.set_words import measure_column
from domain.query.sets import Function, Set
from domain.times import Window
from infrastructure.estate.record_pages import plain
from infrastructure.estate.selection.clocks import (
    DAY,
    HOUR,
    MONDAY,
    local_micros,
    offset_at,
    shift_of,
)
from infrastructure.estate.selection.groups import grouped
from infrastructure.estate.selection.sources import Element, Members
from infrastructure.estate.selection.where import Where
from infrastructure.estate.tables import to_microseconds

_MOST_BUCKETS: Final = 1000
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a day of the local calendar
_MONTHS_OF_JANUARY: Final = 10


def per_bucket(where: Where, members: Set, want: PerWant) -> Selection:
    """Return the measure of each bucket of the time, also of those without members.

    Without a time, they go from the first member to the last. Raises `WrongValue` for too many.
    """
    found = where.members(members)
    at = found.source.columns[TIME_FIELDS[members.kind]]
    window = _span(where, found, members, at)
    columns = ["bucket", measure_column(want.measure)]
    if window is None:
        return Selection(columns=columns, rows=[], total=0)
    local = local_micros(at, window, where.now, only_minutes=want.bucket == "hour")
    groups = grouped(where, found, [_number(local, want.bucket)], (want.measure,))
    rows = where.connection.execute(sa.select(groups).order_by(groups.c.g0)).all()
    values = {row.g0: _value(plain(row.m0)) for row in rows}
    empty = 0 if want.measure.function is Function.COUNT else None
    starts = _starts(window, want.bucket, where.now)
    return Selection(
        columns=columns,
        rows=[[start.isoformat(), values.get(number, empty)] for number, start in starts],
        total=whole_sum(int(row.members) for row in rows),
        newest_at=max((row.instant for row in rows), default=None),
    )


def _span(where: Where, found: Members, members: Set, at: Element) -> Window | None:
    first, last = where.connection.execute(found.select(sa.func.min(at), sa.func.max(at))).one()
    if members.time is None:
        return None if first is None else Window(first, last + timedelta(microseconds=1))
    asked = parse_time_range(members.time, now=where.now).window
    newest = max(where.now.astimezone(UTC), last or where.now) + timedelta(microseconds=1)
    oldest = max(asked.start, first) if asked.start.year == _EPOCH.year and first else asked.start
    return Window(oldest, max(oldest, min(asked.end, newest)))


def _number(local: Element, bucket: str) -> Element:
    """Return the number of the bucket: hours, days, weeks or months from one that is fixed."""
    if bucket == "hour":
        return local // HOUR
    days = local // DAY
    if bucket == "day":
        return days
    return (days + MONDAY) // 7 if bucket == "week" else _month(days)


def _month(days: Element) -> Element:
    """Return the months from March of the year 0, whose days are counted from 1970.

    See https://howardhinnant.github.io/date_algorithms.html#civil_from_days
    """
    shifted = days + 719_468
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    return (era * 400 + year) * 12 + (5 * of_year + 2) // 153


def _starts(window: Window, bucket: str, now: datetime) -> list[tuple[int, datetime]]:
    """Return the number and the start, in UTC, of each bucket of the window."""
    first, last = (_number_at(at, bucket, now) for at in (window.start, _last_of(window)))
    if last - first >= _MOST_BUCKETS:
        expected = f"a longer bucket, as there are {last - first + 1} and {_MOST_BUCKETS} may be"
        raise WrongValue(field="bucket", value=bucket, expected=expected)
    return [(number, _start(number, bucket, window, now)) for number in range(first, last + 1)]


def _last_of(window: Window) -> datetime:
    return max(window.start, window.end - timedelta(microseconds=1))


def _number_at(at: datetime, bucket: str, now: datetime) -> int:
    shift = shift_of(offset_at(at, now), only_minutes=bucket == "hour")
    local = to_microseconds(at) + shift
    if bucket == "hour":
        return local // HOUR
    days = local // DAY
    if bucket == "month":
        day = _EPOCH + timedelta(days=days)
        return (day.year - (day.month < 3)) * 12 + (day.month + 9) % 12  # noqa: PLR2004 - March
    return days if bucket == "day" else (days + MONDAY) // 7


def _start(number: int, bucket: str, window: Window, now: datetime) -> datetime:
    if bucket == "hour":
        shift = shift_of(offset_at(window.start, now), only_minutes=True)
        micros = timedelta(microseconds=number * HOUR - shift)
        return datetime(1970, 1, 1, tzinfo=UTC) + micros
    if bucket == "month":
        year, month = divmod(number, 12)
        is_next_year = month >= _MONTHS_OF_JANUARY
        day = datetime(year + is_next_year, (month + 2) % 12 + 1, 1)  # noqa: DTZ001 - local
    else:
        days = number if bucket == "day" else number * 7 - MONDAY
        day = _EPOCH + timedelta(days=days)
    return day.replace(tzinfo=now.tzinfo).astimezone(UTC)


def _value(value: JsonValue) -> JsonValue:
    return figure(value) if isinstance(value, float) else value
