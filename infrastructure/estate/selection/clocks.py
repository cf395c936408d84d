"""What the clocks of who asks showed when records happened: their local time, weekday and hour."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from domain.query.fields import WEEKDAYS
from domain.times import Window
from infrastructure.estate.derived_tables import RecordedInstant, RecordedSeconds
from infrastructure.estate.selection.sources import Element
from infrastructure.estate.tables import to_microseconds

HOUR: Final = 3_600_000_000
DAY: Final = 24 * HOUR
MONDAY: Final = 3
"""The weekday on which 1970 began, a Thursday."""


def clock_field(name: str, at: Element, window: Window, now: datetime) -> Element:
    """Return the weekday or the hour of instants in a window."""
    local = local_micros(at, window, now)
    if name == "hour":
        return local // HOUR % 24
    return sa.case(dict(enumerate(WEEKDAYS)), value=(local // DAY + MONDAY) % 7)


def local_micros(
    at: Element, window: Window, now: datetime, *, only_minutes: bool = False
) -> Element:
    """Return the microseconds of the local clocks; of hours, their minutes alone count."""
    is_text = isinstance(at.type, RecordedInstant)
    micros = RecordedSeconds(at) if is_text else sa.type_coerce(at, sa.BigInteger)
    offsets = list(_offsets(window, now))
    shifts = [(until, shift_of(offset, only_minutes=only_minutes)) for until, offset in offsets]
    if len(shifts) == 1:
        return micros + shifts[0][1]
    cases = [(micros < to_microseconds(until), shift) for until, shift in shifts[:-1]]
    return micros + sa.case(*cases, else_=shifts[-1][1])


def shift_of(offset: timedelta, *, only_minutes: bool) -> int:
    """Return the microseconds from UTC to a local clock."""
    shift = offset // timedelta(microseconds=1)
    return shift % HOUR if only_minutes else shift


def _offsets(window: Window, now: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """Yield each distance from UTC that the zone has in the window, and until when."""
    at, step = window.start, timedelta(hours=1)
    while at < window.end:
        offset, until = offset_at(at, now), at
        while until < window.end and offset_at(until, now) == offset:
            until += timedelta(days=1)
        while until > at and offset_at(until - step, now) != offset:
            until -= step
        until = until.replace(minute=0, second=0, microsecond=0) if until < window.end else until
        yield until, offset
        at = max(until, at + step)


def offset_at(at: datetime, now: datetime) -> timedelta:
    """Return how far the zone of `now` is from UTC at an instant."""
    return at.astimezone(now.tzinfo).utcoffset() or timedelta(0)
