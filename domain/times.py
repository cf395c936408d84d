"""Times: the one grammar that people write them in, and the one text that they are stored as.

- an instant: `2026-03-01T12:00:00Z`, `2026-03-01 12:00`, `now`, `-5m`
- days: `today`, `yesterday`, `2026-03-01`, `2026-03`
- a span: `500ms`, `90s`, `1.5m`, `24h`, `7d`, `2w`

A text that has one of these forms and yet is no possible time (`2026-02-30`, `-999999999w`)
raises `ValueError` or `OverflowError`, so that a caller can say so.
"""

import re
import time as machine
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

_UNITS: Final = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_SPAN: Final = re.compile(r"(?P<count>\d{1,12}(?:\.\d{1,3})?)(?P<unit>ms|[smhdw])")
_INSTANT: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}[T ]\d.*")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_ONE_DAY: Final = timedelta(days=1)
_MOST_IN_A_MONTH: Final = timedelta(days=31)
_VERY_FEW_MS: Final = 0.1
_FEW_MS: Final = 10
WORTH_TELLING_MS: Final = 1000
"""In a line, waits that are shorter are left out."""
_SECOND_MS: Final = 1000
_MINUTE_MS: Final = 60_000
_FEW_DAYS: Final = 2
_MANY_DAYS: Final = 10_000
_TO_THE_SECOND: Final = len("2026-03-01T12:00:00")
_TO_THE_MILLISECOND: Final = len("2026-03-01T12:00:00.000")
_TO_THE_MICROSECOND: Final = len("2026-03-01T12:00:00.000000")
_OFFSET: Final = len("+01:00")


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open span of time, [start, end), in UTC."""

    start: datetime
    end: datetime


def span_of(text: str) -> timedelta | None:
    """Return the length of time that a text such as `1.5h` names; None for another text."""
    found = _SPAN.fullmatch(text)
    return float(found["count"]) * _UNITS[found["unit"]] if found else None


def instant_of(text: str, *, now: datetime) -> datetime | None:
    """Return the instant in UTC that a text names; None for another text.

    `-5m` counts back from `now`. What is written without an offset is of the zone of `now`.
    """
    if text.lower() == "now":
        return now.astimezone(UTC)
    if text.startswith("-"):
        span = span_of(text[1:])
        return None if span is None else now.astimezone(UTC) - span
    return absolute_instant_of(text, zone=now.tzinfo)


def absolute_instant_of(text: str, *, zone: tzinfo | None) -> datetime | None:
    """Return the instant in UTC that a date with a time names; None for another text.

    What is written without an offset is of `zone`; where that is None, it names no instant. Raises
    `ValueError` for a time that the clocks of the zone left out, or showed twice.
    """
    if not _INSTANT.fullmatch(text.upper()):
        return None
    instant = datetime.fromisoformat(text.upper())
    if instant.tzinfo is None and zone is not None:
        _require_once(instant, zone)
    return None if instant.tzinfo is None and zone is None else in_utc(instant, zone)


def days_of(text: str, *, now: datetime) -> Window | None:
    """Return the window of the day or month that a text names; None for another text.

    The days are those of the zone of `now`.
    """
    today, zone = now.date(), now.tzinfo or UTC
    match text.lower():
        case "today":
            first, after = today, today + _ONE_DAY
        case "yesterday":
            first, after = today - _ONE_DAY, today
        case day if _DAY.fullmatch(day):
            first = date.fromisoformat(day)
            after = first + _ONE_DAY
        case month if _MONTH.fullmatch(month):
            first = date.fromisoformat(f"{month}-01")
            after = (first + _MOST_IN_A_MONTH).replace(day=1)  # 31 days on it is the next month
        case _:
            return None
    return Window(_midnight(first, zone), _midnight(after, zone))


def in_utc(instant: datetime, zone: tzinfo | None = UTC) -> datetime:
    """Return the instant in UTC; one without an offset is of `zone`."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=zone)
    return aware.astimezone(UTC)


def local_text(recorded: str, zone: tzinfo) -> str:
    """Return a recorded instant in a zone, with its offset; in UTC as it is.

    A person can write it like that, too.
    """
    if zone is UTC:
        return recorded
    at = datetime.fromisoformat(recorded).astimezone(zone)
    return at.isoformat(timespec="microseconds" if "." in recorded else "seconds")


def recorded_text(instant: datetime) -> str:
    """Return an instant as envelopes hold it: ISO 8601 in UTC with microseconds and `Z`."""
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return f"{in_utc.isoformat('T', 'microseconds')[:_TO_THE_MICROSECOND]}Z"  # quicker than named


def recorded_instant(text: str) -> datetime | None:
    """Return the instant of a recorded text, ISO 8601 with its offset; None for another text."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


def to_the_second(recorded: str) -> str:
    """Return a recorded instant, or a local one, without the fraction of its second."""
    return f"{recorded[:_TO_THE_SECOND]}{_offset(recorded)}"


def to_the_millisecond(recorded: str) -> str:
    """Return a recorded instant, or a local one, without what is less than a millisecond."""
    offset = _offset(recorded)
    return f"{recorded.removesuffix(offset)[:_TO_THE_MILLISECOND]}{offset}"


def day_text(recorded: str) -> str:
    """Return the day of a recorded instant, or a local one, with its offset."""
    day, offset = recorded[: len("2026-03-01")], _offset(recorded)
    return f"{day} {'UTC' if offset == 'Z' else offset}"


def clock_text(recorded: str) -> str:
    """Return the time of the day of a recorded instant, or a local one, to the millisecond."""
    return recorded.removesuffix(_offset(recorded))[len("2026-03-01T") : _TO_THE_MILLISECOND]


def duration_text(duration_ms: float) -> str:
    """Return milliseconds as people read them, in at most 11 letters for thousands of years.

    As in "0.012 ms", "0.4 ms", "43 ms", "1.25 s", "2 min 05 s", "3 h 07 min" or "12 d 4 h".
    """
    if 0 < duration_ms < _VERY_FEW_MS:
        return f"{duration_ms:.3f} ms"
    if duration_ms < _FEW_MS:
        return f"{duration_ms:.1f} ms"
    if duration_ms < _SECOND_MS:
        return f"{duration_ms:.0f} ms"
    if duration_ms < _MINUTE_MS:
        return f"{duration_ms / _SECOND_MS:.2f} s"
    return _long_text(timedelta(milliseconds=duration_ms))


def _long_text(duration: timedelta) -> str:
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    hours, days = minutes // 60, minutes // 60 // 24
    if not hours:
        return f"{minutes} min {seconds:02} s"
    if days < _FEW_DAYS:
        return f"{hours} h {minutes % 60:02} min"
    return f"{days} d {hours % 24} h" if days < _MANY_DAYS else f"{days} d"


def spent_text(worked_ms: float | None, waited_ms: float) -> str | None:
    """Return how long a run worked, and what it waited if that is long; None while it goes on."""
    if worked_ms is None:
        return None
    if waited_ms < WORTH_TELLING_MS:
        return duration_text(worked_ms)
    return f"{duration_text(worked_ms)} (and waited {duration_text(waited_ms)})"


def milliseconds_between(start: str, end: str) -> float:
    """Return how long after one recorded instant another one is."""
    return milliseconds_since(datetime.fromisoformat(start), end)


def milliseconds_since(start: datetime, end: str) -> float:
    """Return how long after an instant a recorded one is."""
    return (datetime.fromisoformat(end) - start) / _UNITS["ms"]


def machine_time() -> datetime:
    """Return the time of the machine, in UTC: the clock of who was given none."""
    return datetime.fromtimestamp(machine.time(), UTC)


def _offset(recorded: str) -> str:
    return "Z" if recorded.endswith("Z") else recorded[-_OFFSET:]


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _require_once(local: datetime, zone: tzinfo) -> None:
    """Raise `ValueError` where clocks were turned forward over a local time, or back behind it."""
    first, second = (in_utc(local.replace(fold=fold), zone) for fold in (0, 1))
    if first == second:
        return
    both = " or ".join(each.astimezone(zone).isoformat() for each in (first, second))
    happened = "did not happen" if first > second else "happened twice"
    message = f"{local.isoformat()} {happened} in {zone}, where clocks were changed: write {both}"
    raise ValueError(message)
