"""Days and clock times that cannot be: november 31, 2026-02-30, 25:00, 13pm."""

import re
from calendar import month_name, monthrange
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Final

from adapters.planners.reader.clocks import clock_at
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NUMBER: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")


def impossible_time(tokens: Sequence[Token], now: datetime, words: Words) -> str | None:
    """Return what is wrong with the first day or clock time that cannot be; None without one."""
    for at, token in enumerate(tokens):
        wrong = _wrong_day(tokens, at, now, words) or _wrong_clock(tokens, at, words)
        if _DAY.fullmatch(token.word):
            wrong = f"{token.word} is no day of the calendar"
            with suppress(ValueError):
                date.fromisoformat(token.word)
                continue
        if wrong:
            return wrong
    return None


def _wrong_day(tokens: Sequence[Token], at: int, now: datetime, words: Words) -> str | None:
    month = words.months.get(tokens[at].word)
    if month is None:
        return None
    near = [each.word for each in tokens[max(at - 2, 0) : at + 4]]
    behind = [each.word for each in tokens[at + 1 : at + 2]]
    before = [each.word for each in tokens[max(at - 1, 0) : at]]
    if before and before[0] in words.joints["of"]:
        before = [each.word for each in tokens[max(at - 2, 0) : at - 1]]
    year = next((int(each) for each in near if _YEAR.fullmatch(each)), now.year)
    last = monthrange(year, month)[1]
    said = filter(None, map(_NUMBER.fullmatch, (*behind, *before)))
    wrong = [int(each[1]) for each in said if not 0 < int(each[1]) <= last]
    return f"{month_name[month]} {year} has no day {wrong[0]}, but {last} days" if wrong else None


def _wrong_clock(tokens: Sequence[Token], at: int, words: Words) -> str | None:
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    is_half = words.halves.get(after, -1) >= 0
    is_clock = ":" in tokens[at].word or is_half
    is_number = tokens[at].word.replace(":", "").isdecimal()
    if not (is_clock and is_number) or clock_at(tokens, at, words):
        return None
    said = f"{tokens[at].text} {after}" if is_half else tokens[at].text
    return f"{said} is no time of the day"
