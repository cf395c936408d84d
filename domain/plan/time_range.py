"""The one grammar of time ranges.

`last_24h`, `today`, `2025-12-01`, `2025-12`, `2025-12-01..2025-12-07`, `all_time`
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from domain.estate.queries import Window

ALLOWED = (
    "last_<n><m|h|d|w> (last_24h, last_7d), today, yesterday, YYYY-MM-DD, YYYY-MM, "
    "A..B of dates, months or instants (an end date or month is included), all_time"
)

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LAST = re.compile(r"last_(\d+)([mhdw])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")
# Open at the end too: planned work lies in the future.
_ALL_TIME = Window(datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))
_MINUTE, _HOUR, _DAY_SECONDS = 60, 3600, 86_400
_BUCKET_SECONDS = (
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY_SECONDS for n in (1, 7, 28)),
)


class WrongTimeRange(ValueError):
    """A text that names no time range; the message says what is allowed."""

    def __init__(self, text: str, *, reason: str) -> None:
        """Keep the facts; `reason` says in words what is wrong with the text."""
        self.text, self.reason = text, reason
        super().__init__(f"time_range {text!r} {reason}; allowed: {ALLOWED}")


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A window of time and the text that it was asked for with."""

    label: str
    window: Window


def parse_time_range(text: str, *, now: datetime, zone: tzinfo = UTC) -> TimeRange:
    """Return the window, half-open and in UTC, that the text names.

    `last_...` counts back from `now`. Days and months, and instants without an offset, are those
    of `zone`. Raises `WrongTimeRange`.
    """
    label = text.strip()
    try:
        window = _window(label, now=now, zone=zone)
    except (ValueError, OverflowError) as error:
        raise WrongTimeRange(text, reason=f"is not a possible time ({error})") from error
    if window is None:
        raise WrongTimeRange(text, reason="is not understood")
    if window.start >= window.end:
        raise WrongTimeRange(text, reason="is empty: its end is not after its start")
    return TimeRange(label, window)


def suggest_bucket_seconds(window: Window, *, at_most: int = 200) -> int:
    """Return the smallest customary bucket (from a minute) of which `at_most` cover the window."""
    needed = (window.end - window.start).total_seconds() / at_most
    for seconds in _BUCKET_SECONDS:
        if seconds >= needed:
            return seconds
    largest = _BUCKET_SECONDS[-1]
    return largest * -int(-needed // largest)


def _window(label: str, *, now: datetime, zone: tzinfo) -> Window | None:
    start, dots, end = label.partition("..")
    if dots:
        return _span(start.strip(), end.strip(), zone=zone)
    if label.lower() == "all_time":
        return _ALL_TIME
    if last := _LAST.fullmatch(label.lower()):
        return _back_from(now, count=int(last[1]), unit=_UNITS[last[2]])
    day_offsets = {"today": 0, "yesterday": -1}
    if (offset := day_offsets.get(label.lower())) is not None:
        today = now.astimezone(zone).date()
        return _days(today + timedelta(days=offset), days=1, zone=zone)
    return _calendar(label, zone=zone)


def _back_from(now: datetime, *, count: int, unit: str) -> Window:
    end = now.astimezone(UTC)
    return Window(end - timedelta(**{unit: count}), end)


def _span(start: str, end: str, *, zone: tzinfo) -> Window | None:
    first, last = _edge(start, zone=zone), _edge(end, zone=zone)
    return Window(first.start, last.end) if first and last else None


def _edge(text: str, *, zone: tzinfo) -> Window | None:
    if _INSTANT.fullmatch(text.upper()):
        instant = datetime.fromisoformat(text.upper())
        aware = instant if instant.tzinfo else instant.replace(tzinfo=zone)
        return Window(aware.astimezone(UTC), aware.astimezone(UTC))
    return _calendar(text, zone=zone)


def _calendar(text: str, *, zone: tzinfo) -> Window | None:
    if _DAY.fullmatch(text):
        return _days(date.fromisoformat(text), days=1, zone=zone)
    if _MONTH.fullmatch(text):
        first = date.fromisoformat(f"{text}-01")
        next_month = (first + timedelta(days=31)).replace(day=1)
        return _days(first, days=(next_month - first).days, zone=zone)
    return None


def _days(first: date, *, days: int, zone: tzinfo) -> Window:
    end = first + timedelta(days=days)
    return Window(_midnight(first, zone), _midnight(end, zone))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
