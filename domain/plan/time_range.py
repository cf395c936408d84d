"""Time ranges as people and plans write them.

`last_24h`, `today`, `2025-12-01`, `2025-12`, `2025-12-01..2025-12-07`, `all_time`
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.times import Window, days_of, instant_of, span_of

ALLOWED = (
    "last_<n><m|h|d|w> (last_24h, last_7d), today, yesterday, YYYY-MM-DD, YYYY-MM, "
    "A..B of days, months or instants such as 2025-12-01T08:00, now or -2h (an end day or month "
    "is included), all_time"
)

_LAST = re.compile(r"last_(\d+[mhdw])")
# Open at the end too: planned work lies in the future.
ALL_TIME = Window(datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))
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


def parse_time_range(text: str, *, now: datetime) -> TimeRange:
    """Return the window, half-open and in UTC, that the text names.

    `last_...` counts back from `now`. Days and months, and instants without an offset, are those
    of the zone of `now`. Raises `WrongTimeRange`.
    """
    label = text.strip()
    try:
        window = _window(label, now=now)
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


def _window(label: str, *, now: datetime) -> Window | None:
    start, dots, end = label.partition("..")
    if dots:
        first = _edge(start.strip(), now=now)
        last = _edge(end.strip(), now=now)
        return Window(first.start, last.end) if first and last else None
    if label.lower() == "all_time":
        return ALL_TIME
    if last_span := _LAST.fullmatch(label.lower()):
        span, until = span_of(last_span[1]), now.astimezone(UTC)
        return Window(until - span, until) if span is not None else None
    return days_of(label, now=now)


def _edge(text: str, *, now: datetime) -> Window | None:
    instant = instant_of(text, now=now)
    return Window(instant, instant) if instant else days_of(text, now=now)
