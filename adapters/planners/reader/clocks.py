"""Numbers and clock times as they are typed: 8am, 14:00, noon, five."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, final

from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words

_HOURS, _HALF = 24, 12
_WRITTEN: Final = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?(z|[+-]\d\d:?\d\d)?")


@final
@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. It `is_sure` where it can be nothing else, as 8am and 14:00.

    It lasts `length` minutes: one where minutes are said, else an hour; `offset` is from UTC.
    """

    minutes: int
    is_sure: bool = True
    has_half: bool = True
    length: int = 60
    offset: str = ""

    def on(self, day: date) -> str:
        """Return the instant of this time of a day, as a label without an offset."""
        extra, minutes = divmod(self.minutes, _HOURS * 60)
        clock = f"{minutes // 60:02}:{minutes % 60:02}{self.offset.upper()}"
        return f"{day + timedelta(days=extra)}T{clock}"

    def later(self, minutes: int) -> "Clock":
        """Return the time so many minutes later."""
        return replace(self, minutes=self.minutes + minutes)

    def before(self, end: "Clock") -> "Clock":
        """Return this time in the half of the day that `end` says: between 2 and 4pm."""
        later = Clock(self.minutes + _HALF * 60)
        is_afternoon = not self.has_half and end.has_half and later.minutes < end.minutes
        return later if is_afternoon and end.minutes >= _HALF * 60 else self

    def after(self, start: "Clock") -> "Clock":
        """Return this time in the afternoon where it is before its start: between noon and 2."""
        is_bare = start.has_half and not self.has_half and self.minutes <= start.minutes
        return self.later(_HALF * 60) if is_bare else self


def number_at(tokens: Sequence[Token], at: int, words: Words) -> tuple[float | None, int]:
    """Return the number at this place, in digits or words, and where it ends."""
    if at >= len(tokens):
        return None, at
    token = tokens[at]
    if token.kind == "number":
        return float(token.word), at + 1
    number = words.numbers.get(token.word)
    if number is None:
        return None, at
    between = {*words.joints["of"], *words.fillers}
    is_joined = at + 1 < len(tokens) and tokens[at + 1].word in between
    return number, at + 1 + is_joined


def clock_at(  # noqa: PLR0911 - a line for each form
    tokens: Sequence[Token], at: int, words: Words, *, is_sure: bool = False
) -> tuple[int, Clock] | None:
    """Return where the time of day at this place ends, and which it is; or None.

    A bare hour is one where that `is_sure`.
    """
    if at >= len(tokens):
        return None
    word = tokens[at].word
    if word in words.clock_names:
        return at + 1, Clock(words.clock_names[word] * 60)
    if written := _WRITTEN.fullmatch(word):
        end, half = _half(tokens, at + 1, words)
        found = _valid(end, _hours(int(written[1]), half), int(written[2]))
        return found and (found[0], replace(found[1], length=1, offset=written[3] or ""))
    if not word.isdecimal() or int(word) > _HOURS:
        return None
    end, half = _half(tokens, at + 1, words)
    if half is None and not is_sure:
        return None
    found = _valid(end, _hours(int(word), half), 0)
    if found and half is None:
        return found[0], Clock(found[1].minutes, is_sure=False, has_half=False)
    return found


def _half(tokens: Sequence[Token], at: int, words: Words) -> tuple[int, int | None]:
    """Return where the half of a day that is said here ends, and which: pm, in the morning."""
    for kind, half in (("before_noon", 0), ("after_noon", _HALF)):
        if end := words.phrase_at(tokens, at, kind):
            return end, half
    said = words.halves.get(tokens[at].word) if at < len(tokens) else None
    return at + (said is not None), said


def _valid(end: int, hours: int | None, minutes: int) -> tuple[int, Clock] | None:
    if hours is None or hours > _HOURS or minutes >= 60 or (hours == _HOURS and minutes):  # noqa: PLR2004
        return None
    return end, Clock(hours * 60 + minutes)


def _hours(hours: int, half: int | None) -> int | None:
    if half is None or half < 0:
        return hours
    return hours % _HALF + half if 0 < hours <= _HALF else None
