"""Words for spans of time, as texts of `domain.plan.time_range`."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from adapters.planners.rules.mentions import Mention, Slot
from adapters.planners.rules.numbers import NUMBER, number_of

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = (
    f"(?P<month>{'|'.join(_MONTHS)}|{'|'.join(name[:3] for name in _MONTHS if name != 'may')})"
)
_DATE = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DAY = r"\d{4}-\d{2}-\d{2}"
_POINT = rf"(?:{_DAY}t\d{{2}}:\d{{2}}\S*|{_DAY}|\d{{4}}-\d{{2}})"
_IN = r"(?:(?:in|on|of|over|during|within|for|at|from|throughout) )?(?:the )?"
_UNIT = r"(?P<unit>minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)"

_Build = Callable[[re.Match[str], datetime], str | None]


def _past_unit(match: re.Match[str], _now: datetime) -> str:
    return {"minute": "last_1m", "hour": "last_1h", "day": "last_24h", "week": "last_7d"}[
        match["unit"]
    ]


def _monday(now: datetime) -> date:
    return now.date() - timedelta(days=now.weekday())


def _last_week(_match: re.Match[str], now: datetime) -> str:
    return f"{_monday(now) - timedelta(days=7)}..{_monday(now) - timedelta(days=1)}"


def _year(year: int) -> str:
    return f"{year}-01..{year}-12"


def _named_month(match: re.Match[str], now: datetime) -> str:
    month = _month_number(match["month"])
    year = int(match["year"]) if match["year"] else now.year - (month > now.month)
    return f"{year}-{month:02}"


def _named_day(match: re.Match[str], now: datetime) -> str | None:
    month, day = _month_number(match["month"]), int(match["day"])
    try:
        if match["year"]:
            return str(date(int(match["year"]), month, day))
        this_year = date(now.year, month, day)
        return str(this_year if this_year <= now.date() else date(now.year - 1, month, day))
    except ValueError:
        return None


def _month_number(name: str) -> int:
    return next(i for i, month in enumerate(_MONTHS, start=1) if month.startswith(name))


def _span(match: re.Match[str], _now: datetime) -> str:
    return f"{match['start']}..{match['end']}".upper()


def _since(match: re.Match[str], now: datetime) -> str:
    start = match["start"].upper()
    if start == "YESTERDAY":
        start = str(now.date() - timedelta(days=1))
    until = now.astimezone(UTC)
    return f"{start}..{until.isoformat().replace('+00:00', 'Z')}"


_FORMS: tuple[tuple[re.Pattern[str], _Build], ...] = tuple(
    (re.compile(rf"(?:{pattern})(?!\S)"), build)
    for pattern, build in (
        (rf"{_IN}(?:last|past|previous) (?P<count>{NUMBER}) ?{_UNIT}",
         lambda match, _now: f"last_{number_of(match['count'])}{match['unit'][0]}"),
        (rf"{_IN}(?:past|last) (?P<unit>minute|hour|day)", _past_unit),
        (rf"{_IN}past (?P<unit>week)", _past_unit),
        (rf"{_IN}past month", lambda _match, _now: "last_30d"),
        (rf"{_IN}(?:last|previous) week", _last_week),
        (rf"{_IN}this week", lambda _match, now: f"{_monday(now)}..{now.date()}"),
        (rf"{_IN}(?:last|previous) month",
         lambda _match, now: f"{now.date().replace(day=1) - timedelta(days=1):%Y-%m}"),
        (rf"{_IN}this month", lambda _match, now: f"{now:%Y-%m}"),
        (rf"{_IN}(?:last|previous) year", lambda _match, now: _year(now.year - 1)),
        (rf"{_IN}this year", lambda _match, now: _year(now.year)),
        (rf"{_IN}today", lambda _match, _now: "today"),
        (rf"{_IN}yesterday", lambda _match, _now: "yesterday"),
        (rf"{_IN}(?:all time|whole time)|so far", lambda _match, _now: "all_time"),
        (rf"{_IN}{_MONTH}(?: (?:of )?(?P<year>\d{{4}}))?", _named_month),
        (rf"{_IN}{_MONTH} {_DATE}(?:(?: and)? (?P<year>\d{{4}}))?", _named_day),
        (rf"{_IN}{_DATE}(?: of)? {_MONTH}(?: (?P<year>\d{{4}}))?", _named_day),
        (rf"(?:between|from) (?P<start>{_POINT}) (?:and|to|until|till) (?P<end>{_POINT})", _span),
        (rf"{_IN}(?P<start>{_POINT})(?:\.\.| to | until )(?P<end>{_POINT})", _span),
        (rf"since (?P<start>{_POINT}|yesterday)", _since),
        (rf"{_IN}(?P<only>{_DAY}|\d{{4}}-\d{{2}})", lambda match, _now: match["only"]),
        (r"(?:in|of|during|for) (?:the year )?(?P<year>\d{4})",
         lambda match, _now: _year(int(match["year"]))),
    )
)  # fmt: skip


def time_at(text: str, at: int, now: datetime) -> tuple[int, Mention] | None:
    """Return the longest span of time that the text names at this place, with its end; or None.

    The days are those of the zone of `now`.
    """
    found: tuple[int, Mention] | None = None
    for pattern, build in _FORMS:
        match = pattern.match(text, at)
        if match is None or (found and match.end() <= found[0]):
            continue
        label = build(match, now)
        if label is not None:
            found = match.end(), Mention(slot=Slot.TIME, value=label)
    return found
