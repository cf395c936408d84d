"""When a schedule is due: the five fields of cron, in UTC."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

_FIELDS: Final = (
    *(("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7)),
)
_PART: Final = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?")
_DAY: Final = 86_400


def due_at(cron: str, start: int, end: int) -> Iterator[int]:
    """Yield when it is due in [start, end), in seconds since 1970; weekday 0 and 7 are Sunday.

    Where day and weekday are both restricted, either will do. Raises `ValueError`.
    """
    texts = cron.split()
    if len(texts) != len(_FIELDS):
        msg = f"a cron has five fields (minute hour day month weekday), got {cron!r}"
        raise ValueError(msg)
    minutes, hours, days, months, weekdays = map(_values, texts, _FIELDS)
    combined = all if "*" in {texts[2][0], texts[4][0]} else any
    times = [hour * 3600 + minute * 60 for hour in sorted(hours) for minute in sorted(minutes)]
    for day in range(start // _DAY * _DAY, end, _DAY):
        at = datetime.fromtimestamp(day, UTC)
        fits = at.day in days, bool({at.isoweekday(), at.isoweekday() % 7} & weekdays)
        if at.month in months and combined(fits):
            yield from (day + time for time in times if start <= day + time < end)


def _values(text: str, field: tuple[str, int, int]) -> set[int]:
    name, lowest, highest = field
    values = set[int]()
    for part in text.split(","):
        found = _PART.fullmatch(part)
        numbers = found.groups() if found else ("99", None, None)
        first, last, step = (None if each is None else int(each) for each in numbers)
        start = lowest if first is None else first
        end = last if last is not None else start if first is not None and not step else highest
        if step == 0 or not lowest <= start <= end <= highest:
            msg = f"{name} of a cron is *, n, n-m or */n within {lowest}..{highest}, got {part!r}"
            raise ValueError(msg)
        values.update(range(start, end + 1, step or 1))
    return values
