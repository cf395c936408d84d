"""What is written behind an operator of a filter, as a comparison with a value of the field."""

import re
from datetime import datetime, timedelta
from typing import Final

from domain.run_filter.fields import Field, Kind
from domain.run_filter.filter import Compare, Operator, RunFilter, all_of, equal
from domain.times import days_of, instant_of, recorded_text, span_of

NOTHING: Final = "none"
"""The word for what is not there."""

_NUMBER: Final = re.compile(r"\d{1,9}")
_MILLISECOND: Final = timedelta(milliseconds=1)

FORMS: Final = {
    Kind.NUMBER: "a whole number",
    Kind.DURATION: "a duration such as 500ms, 2s, 1.5m or 1h",
    Kind.INSTANT: "a time such as -24h, -7d, today, 2026-03-01, 2026-03 or 2026-03-01T12:00:00Z",
}
"""What the values of a field look like, for a message."""


def comparison(
    field: Field, operator: Operator, written: str, *, now: datetime
) -> RunFilter | None:
    """Return the filter; None when a value of the field does not look like this.

    A day or a month is a span of time: `= 2026-03-01` is at any time of it, `>` after its end.
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


def _at(field: str, operator: Operator, written: str, *, now: datetime) -> RunFilter | None:
    try:
        days, instant = days_of(written, now=now), instant_of(written, now=now)
    except (ValueError, OverflowError):
        return None
    if days is not None:
        return _in_days(field, operator, recorded_text(days.start), recorded_text(days.end))
    return None if instant is None else Compare(field, operator, recorded_text(instant))


def _in_days(field: str, operator: Operator, start: str, end: str) -> RunFilter:
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


def _milliseconds(written: str) -> float | None:
    try:
        span = span_of(written)
    except OverflowError:
        return None
    return None if span is None else span / _MILLISECOND
