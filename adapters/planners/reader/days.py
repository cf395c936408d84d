"""Days, months and years as they are written: today, last friday, nov 12, 11/12, 2026-11."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from adapters.planners.reader.clocks import number_at
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words

_DAY: Final = timedelta(days=1)
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Days:
    """Reads the days of one question; they are those of the zone of `now`."""

    tokens: Sequence[Token]
    now: datetime
    words: Words
    is_ahead: bool = False
    """Whether a day or month without a year is the next one, and not the last."""

    def ends(self, at: int, kind: str) -> int:
        """Return where a phrase of the kind ends that begins here; 0 when none does."""
        return self.words.phrase_at(self.tokens, at, kind)

    def is_origin(self, at: int) -> bool:
        """Return whether it says from when things are, and not since: from yesterday."""
        at = self.ends(at, "from")
        past = self.ends(at, "past") if at else 0
        return bool(at and self.ends(at, "yesterday")) or bool(past and self.unit(past))

    def word(self, at: int) -> str:
        """Return the word at a place; an empty text behind the last."""
        return self.tokens[at].word if at < len(self.tokens) else ""

    def skip_article(self, at: int) -> int:
        """Return the place behind an article that stands here."""
        return at + (self.word(at) in self.words.fillers)

    def unit(self, at: int) -> str | None:
        """Return the unit of time at a place."""
        return self.words.units_of_time.get(self.word(at))

    def year(self, at: int) -> int | None:
        """Return the year at a place."""
        word = self.word(at)
        is_year = word.isdecimal() and len(word) == len("2026") and word[:2] in ("19", "20")
        return int(word) if is_year else None

    def day(self, at: int) -> Iterator[tuple[int, date]]:
        """Yield the days that begin here, with where each ends."""
        today = self.now.date()
        for kind, days in (("today", 0), ("yesterday", -1), ("day_before", -2), ("tomorrow", 1)):
            if end := self.ends(at, kind):
                yield end, today + days * _DAY
        if end := self.ends(at, "day_earlier"):
            said = [day for start in range(at) for last, day in self.day(start) if last <= at]
            yield from [(end, day - _DAY) for day in said[-1:]]
        yield from self._written_days(at)
        yield from self._weekdays(at)
        count, end = self.count(at)
        if count and self.unit(end) in ("day", "week") and (past := self.ends(end + 1, "ago")):
            back = int(count) * (_WEEK if self.unit(end) == "week" else 1) * _DAY
            yield self.ends(past, "today") or past, today - back

    def count(self, at: int) -> tuple[float | None, int]:
        """Return the number at a place with where it ends; "a" is one before a unit."""
        unit_at = self.skip_article(at)
        is_one = unit_at > 0 and self.word(unit_at - 1) in self.words.fillers
        if is_one and self.unit(unit_at):
            return 1.0, unit_at
        return number_at(self.tokens, at, self.words)

    def _weekdays(self, at: int) -> Iterator[tuple[int, date]]:
        """Yield the last such day: of "last friday" and "friday" alike, before today."""
        today, past = self.now.date(), self.ends(at, "past")
        here = past or at
        if (number := self.words.weekdays.get(self.word(here))) is not None:
            back = (today.weekday() - number) % _WEEK
            yield here + 1, today - (back or _WEEK if past else back) * _DAY
            of = here + 1 + (self.word(here + 1) in self.words.joints["of"])
            for kind, weeks in (("this", 0), ("past", -1)):
                end = self.ends(of, kind)
                if end and self.unit(end) == "week":
                    yield end + 1, today + (weeks * _WEEK - today.weekday() + number) * _DAY

    def _written_days(self, at: int) -> Iterator[tuple[int, date]]:
        word = self.word(at)
        with suppress(ValueError):
            yield at + 1, date.fromisoformat(word)
        for end, month in self._month_name(at):
            if day := self.day_number(end):
                yield from self._dated(end + 1, month, day)
        if day := self.day_number(at):
            of = at + 1 + (self.word(at + 1) in self.words.joints["of"])
            for end, month in self._month_name(of):
                yield from self._dated(end, month, day)
        yield from self._last_dated(at)
        yield from self._slashed(at)

    def _last_dated(self, at: int) -> Iterator[tuple[int, date]]:
        """Yield "the 20th": the last day of that number, or that of the month that is said."""
        word, around = self.word(at), {self.word(each) for each in (at - 1, at + 1, at + 2)}
        is_day = word.endswith(tuple(self._ordinals)) and not around & {*self.words.months}
        is_day = is_day and (word not in self.words.ordinals or self._is_dated(at))
        day = self.day_number(at) if is_day else None
        days = [self.now.date() - back * _DAY for back in range(62 if day else 0)]
        of = {f"{first:%Y-%m}" for first in self._months_said()} if day else {}
        days = [each for each in days if each.day == day]
        yield from [(at + 1, each) for each in days if not of or {f"{each:%Y-%m}"} == of][:1]

    def _is_dated(self, at: int) -> bool:
        """Return whether "5th" between such words is a day, and no place: since the 5th."""
        before = at - 1 - (self.word(at - 1) in self.words.fillers)
        is_last = at + 1 == len(self.tokens)
        is_behind = before >= 0 and self.word(before) in self.words.time_phrases["dated"]
        return is_behind and (is_last or self.ends(at + 1, "beside_day") > 0)

    def _months_said(self) -> Iterator[date]:
        for at, token in enumerate(self.tokens):
            if token.word in self.words.time_phrases["within"]:
                yield from (first for _, first in self.month(at + 1))

    def _dated(self, end: int, month: int, day: int) -> Iterator[tuple[int, date]]:
        comma = end + (self.word(end) == ",")
        year = self.year(comma)
        found = self._date(month, day, year)
        if found:
            yield (end if year is None else comma + 1), found

    def _slashed(self, at: int) -> Iterator[tuple[int, date]]:
        """Yield both days that 11/12 may be; the grammar asks back where both are possible."""
        parts, end = [self.word(at + step) for step in range(3)], at + 3
        if parts[0].count("/") == 1:
            parts, end = [*parts[0].partition("/")], at + 1
        if parts[1] == "/" and parts[0].isdecimal() and parts[2].isdecimal():
            for month, day in ((parts[0], parts[2]), (parts[2], parts[0])):
                if found := self._date(int(month), int(day), None):
                    yield end, found

    def _date(self, month: int, day: int, year: int | None) -> date | None:
        try:
            found = date(year or self.now.year, month, day)
        except ValueError:
            return None
        if year or found == self.now.date() or (found > self.now.date()) is self.is_ahead:
            return found
        return _in_year(found, found.year + (1 if self.is_ahead else -1))

    @property
    def _ordinals(self) -> frozenset[str]:
        return self.words.time_phrases["ordinal_endings"]

    def day_number(self, at: int) -> int | None:
        """Return the number of a day at a place: 3, 3rd."""
        digits = self.word(at)
        for ending in (*self._ordinals, "."):
            digits = digits.removesuffix(ending)
        return int(digits) if digits.isdecimal() and 0 < int(digits) <= 31 else None  # noqa: PLR2004

    def _month_name(self, at: int) -> Iterator[tuple[int, int]]:
        if (number := self.words.months.get(self.word(at))) is not None:
            yield at + 1, number

    def month(self, at: int) -> Iterator[tuple[int, date]]:
        """Yield the first days of the months that begin here, with where each ends."""
        for end, number in self._month_name(at):
            of = end + (self.word(end) in self.words.joints["of"])
            year = self.year(of)
            near = number < self.now.month if self.is_ahead else -(number > self.now.month)
            past = year or self.now.year + near
            yield (end if year is None else of + 1), date(past, number, 1)
        for kind, back in (("this", 0), ("past", -1)):
            if (end := self.ends(at, kind)) and self.unit(end) == "month":
                yield end + 1, date.fromisoformat(f"{self.calendar('month', back)}-01")
        word = self.word(at)
        if len(word) == len("2026-11") and word[:4].isdecimal() and word[4] == "-":
            try:
                yield at + 1, date.fromisoformat(f"{word}-01")
            except ValueError:
                return

    def calendar(self, unit: str, ahead: int) -> str:
        """Return the label of the week, month, quarter or year so many from this one on."""
        today = self.now.date()
        if unit == "week":
            monday = today + (ahead * _WEEK - today.weekday()) * _DAY
            return f"{monday}..{monday + 6 * _DAY}"
        if unit == "month":
            month = today.year * 12 + today.month - 1 + ahead
            return f"{month // 12}-{month % 12 + 1:02}"
        if unit == "quarter":
            quarter = today.year * 4 + (today.month - 1) // 3 + ahead
            first_month = quarter % 4 * 3 + 1
            return f"{quarter // 4}-{first_month:02}..{quarter // 4}-{first_month + 2:02}"
        return f"{today.year + ahead}-01..{today.year + ahead}-12"

    def on_day(self, at: int) -> Iterator[tuple[int, date]]:
        """Yield the days that begin here, or behind prepositions."""
        yield from self.day(self.words.skip(self.tokens, at, "time_prepositions"))

    def on_morning(self, at: int) -> Iterator[tuple[int, date]]:
        """Yield the day of a morning, "this morning", for the hours that are said of it."""
        first = next((part for part, ends in self.words.parts_of_days.items() if not ends[0]), "")
        if (end := self.ends(at, "this")) and self.word(end) == first:
            yield end + 1, self.now.date()
        yield from ((end + 1, day) for end, day in self.on_day(at) if self.word(end) == first)


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
