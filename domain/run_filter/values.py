"""From what is written in a filter to the values of a field."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from domain.run_filter.fields import Field, Kind
from domain.run_filter.filter import Compare, Operator, RunFilter, all_of, equal

NOTHING: Final = "none"
"""The word for what is not there."""

_MS: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_SPAN: Final = re.compile(r"(?P<sign>-?)(?P<count>\d{1,9}(?:\.\d{1,3})?)(?P<unit>ms|[smhdw])")
_NUMBER: Final = re.compile(r"\d{1,9}")
_DAY: Final = timedelta(days=1)

FORMS: Final = {
    Kind.NUMBER: "a whole number",
    Kind.DURATION: "a duration such as 500ms, 2s, 1.5m or 1h",
    Kind.INSTANT: "a time such as -24h, -7d, today, 2026-03-01 or 2026-03-01T12:00:00Z",
}
"""What the values of a field look like, for a message."""


def comparison(
    field: Field, operator: Operator, written: str, *, now: datetime
) -> RunFilter | None:
    """Return the filter; None when a value of the field does not look like this.

    A day is a span of time: `= 2026-03-01` is at any time of it, `>` after its end.
    """
    match field.kind:
        case Kind.TEXT:
            return Compare(field.name, operator, written)
        case Kind.WORD:
            word = written.lower()
            return equal(field.name, word) if word in field.words else None
        case Kind.NUMBER:
            found = _NUMBER.fullmatch(written)
            return Compare(field.name, operator, int(written)) if found else None
        case Kind.DURATION:
            duration = _milliseconds(written)
            return None if duration is None else Compare(field.name, operator, duration)
        case Kind.INSTANT:
            return _at(field.name, operator, written, now=now)


def instant_of(written: str, *, now: datetime) -> datetime | None:
    """Return the instant in UTC that is written, or None: `now`, `-5m`, or a date with a time.

    Without a zone it is UTC.
    """
    if written.lower() == "now":
        return now
    found = _SPAN.fullmatch(written)
    try:
        if found and found["sign"]:
            return now - timedelta(milliseconds=float(found["count"]) * _MS[found["unit"]])
        has_time = "T" in written.upper() or " " in written
        instant = datetime.fromisoformat(written) if has_time else None
        if instant is None:
            return None
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _milliseconds(written: str) -> float | None:
    found = _SPAN.fullmatch(written)
    if found is None or found["sign"]:
        return None
    return float(found["count"]) * _MS[found["unit"]]


def _at(field: str, operator: Operator, written: str, *, now: datetime) -> RunFilter | None:
    day = _day(written, now)
    if day is not None:
        start = datetime.combine(day, time(), tzinfo=UTC)
        return _in_day(field, operator, _text(start), _text(start + _DAY))
    instant = instant_of(written, now=now)
    return None if instant is None else Compare(field, operator, _text(instant))


def _in_day(field: str, operator: Operator, start: str, end: str) -> RunFilter:
    match operator:
        case Operator.LESS | Operator.AT_LEAST:
            return Compare(field, operator, start)
        case Operator.AT_MOST:
            return Compare(field, Operator.LESS, end)
        case Operator.MORE:
            return Compare(field, Operator.AT_LEAST, end)
        case _:
            begun = Compare(field, Operator.AT_LEAST, start)
            return all_of(begun, Compare(field, Operator.LESS, end))


def _day(written: str, now: datetime) -> date | None:
    today = now.astimezone(UTC).date()
    named = {"today": today, "yesterday": today - _DAY}.get(written.lower())
    if named:
        return named
    try:
        day = date.fromisoformat(written) if "-" in written else None
    except ValueError:
        return None
    return None if day == date.max else day  # whose end is beyond the times that there are


def _text(instant: datetime) -> str:
    """Return the instant as envelopes have it."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
