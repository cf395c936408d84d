"""Times in a question, as labels of the one time-range grammar."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Final

from adapters.planners.reader.clocks import Clock, clock_at, number_at
from adapters.planners.reader.meaning import Period
from adapters.planners.reader.senses import EXACT, Sense
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words
from domain.plan.time_range import WrongTimeRange, parse_time_range

EVER: Final = "1970-01-01"
"""Where a time begins that has only an end."""
_DAY: Final = timedelta(days=1)
_WEEK: Final = 7
_LETTERS: Final = {"minute": "m", "hour": "h", "day": "d", "week": "w"}
_DAYS: Final = {"month": 30, "quarter": 91, "year": 365}
_SPAN: Final = {"minute": "1m", "hour": "1h", "day": "24h", "week": "7d", "month": "30d"}
_QUARTERS: Final = {"q1": 1, "q2": 4, "q3": 7, "q4": 10}

Found = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Times:
    """Reads the times of one question; days are those of the zone of `now`."""

    tokens: Sequence[Token]
    now: datetime
    words: Words

    def senses(self) -> Iterator[Sense]:
        """Yield every span that is a time (TIME), or an instant (INSTANT)."""
        for start in range(len(self.tokens)):
            for at, cost in self._after_prepositions(start):
                for end, label in self._times(at):
                    period = self._period(label)
                    if period is not None:
                        note = self._note(at, end, label)
                        yield Sense("TIME", start, end, period, cost, note)
                for end, label in self._instants(at):
                    instant = datetime.fromisoformat(label)
                    aware = instant if instant.tzinfo else instant.replace(tzinfo=self.now.tzinfo)
                    yield Sense("INSTANT", start, end, aware, cost)

    def _period(self, label: str) -> Period | None:
        try:
            window = parse_time_range(label, now=self.now).window
        except WrongTimeRange:
            return None
        return Period(label, window.start, window.end, is_future=window.start > self.now)

    def _after_prepositions(self, start: int) -> Iterator[tuple[int, float]]:
        yield start, EXACT
        at = self.words.skip(self.tokens, start, "time_prepositions")
        if at > start:
            yield at, EXACT

    def _times(self, at: int) -> Iterator[Found]:
        forms: tuple[Callable[[int], Iterator[Found]], ...] = (
            *(self._days, self._spans, self._parts_of_days, self._since),
            *(self._before, self._between, self._weeks_of),
        )
        seen = set[Found]()
        for form in forms:
            for end, label in form(at):
                ahead = self.words.skip(self.tokens, end, "time_endings")
                for found in {(end, label), (ahead, label)} - seen:
                    seen.add(found)
                    yield found

    def _is(self, at: int, kind: str) -> int:
        """Return where a phrase of the kind ends that begins here; 0 when none does."""
        return self.words.phrase_at(self.tokens, at, kind)

    def _word(self, at: int) -> str:
        return self.tokens[at].word if at < len(self.tokens) else ""

    # Days, months and years

    def _days(self, at: int) -> Iterator[Found]:
        for end, day in self._day(at):
            yield end, str(day)
        for end, first in self._month(at):
            yield end, f"{first:%Y-%m}"
        if (year := self._year(at)) is not None:
            yield at + 1, f"{year}-01..{year}-12"
        if first_month := _QUARTERS.get(self._word(at)):
            year = self._year(at + 1)
            end = at + 1 if year is None else at + 2
            year = year or self.now.year - (first_month > self.now.month)
            yield end, f"{year}-{first_month:02}..{year}-{first_month + 2:02}"

    def _year(self, at: int) -> int | None:
        word = self._word(at)
        is_year = word.isdigit() and len(word) == len("2026") and word[:2] in ("19", "20")
        return int(word) if is_year else None

    def _day(self, at: int) -> Iterator[tuple[int, date]]:
        today = self.now.date()
        for kind, days in (("today", 0), ("yesterday", -1), ("day_before", -2), ("tomorrow", 1)):
            if end := self._is(at, kind):
                yield end, today + days * _DAY
        yield from self._written_days(at)
        yield from self._weekdays(at)
        count, end = number_at(self.tokens, at, self.words)
        if count and self._unit(end) in ("day", "week") and (past := self._is(end + 1, "ago")):
            yield past, today - int(count) * (_WEEK if self._unit(end) == "week" else 1) * _DAY

    def _weekdays(self, at: int) -> Iterator[tuple[int, date]]:
        """Yield the last such day: of "last friday" and "friday" alike, before today."""
        today, past = self.now.date(), self._is(at, "past")
        here = past or at
        if (number := self.words.weekdays.get(self._word(here))) is not None:
            back = (today.weekday() - number) % _WEEK
            yield here + 1, today - (back or _WEEK if past else back) * _DAY

    def _written_days(self, at: int) -> Iterator[tuple[int, date]]:
        word = self._word(at)
        try:
            yield at + 1, date.fromisoformat(word)
        except ValueError:
            pass
        for end, month in self._month_name(at):
            if day := self._day_number(end):
                yield from self._dated(end + 1, month, day)
        if day := self._day_number(at):
            of = at + 1 + (self._word(at + 1) == "of")
            for end, month in self._month_name(of):
                yield from self._dated(end, month, day)
        yield from self._slashed(at)

    def _dated(self, end: int, month: int, day: int) -> Iterator[tuple[int, date]]:
        comma = end + (self._word(end) == ",")
        year = self._year(comma)
        found = self._date(month, day, year)
        if found:
            yield (end if year is None else comma + 1), found

    def _slashed(self, at: int) -> Iterator[tuple[int, date]]:
        """Yield both days that 11/12 may be; the grammar asks back where both are possible."""
        parts, end = [self._word(at + step) for step in range(3)], at + 3
        if parts[0].count("/") == 1:
            parts, end = [*parts[0].partition("/")], at + 1
        if parts[1] == "/" and parts[0].isdigit() and parts[2].isdigit():
            for month, day in ((parts[0], parts[2]), (parts[2], parts[0])):
                if found := self._date(int(month), int(day), None):
                    yield end, found

    def _date(self, month: int, day: int, year: int | None) -> date | None:
        try:
            found = date(year or self.now.year, month, day)
        except ValueError:
            return None
        return found if year or found <= self.now.date() else _a_year_before(found)

    def _day_number(self, at: int) -> int | None:
        digits = self._word(at).removesuffix("st").removesuffix("nd")
        digits = digits.removesuffix("rd").removesuffix("th").removesuffix(".")
        return int(digits) if digits.isdigit() and 0 < int(digits) <= 31 else None  # noqa: PLR2004

    def _month_name(self, at: int) -> Iterator[tuple[int, int]]:
        if (number := self.words.months.get(self._word(at))) is not None:
            yield at + 1, number

    def _month(self, at: int) -> Iterator[tuple[int, date]]:
        for end, number in self._month_name(at):
            of = end + (self._word(end) == "of")
            year = self._year(of)
            past = year or self.now.year - (number > self.now.month)
            yield (end if year is None else of + 1), date(past, number, 1)
        word = self._word(at)
        if len(word) == len("2026-11") and word[:4].isdigit() and word[4] == "-":
            try:
                yield at + 1, date.fromisoformat(f"{word}-01")
            except ValueError:
                return

    # Spans that count back from now, and calendar weeks, months and years

    def _unit(self, at: int) -> str | None:
        return self.words.units_of_time.get(self._word(at))

    def _spans(self, at: int) -> Iterator[Found]:
        yield from self._counted(at)
        for kind, back in (("this", 0), ("past", -1)):
            end = self._is(at, kind)
            unit = self._unit(end) if end else None
            if unit is None:
                continue
            if back and (unit in ("minute", "hour", "day") or self._word(at) == "past"):
                yield end + 1, f"last_{_SPAN.get(unit, '365d')}"
            elif unit in ("week", "month", "year"):
                yield end + 1, self._calendar(unit, back)
        for kind, label in (("recently", "last_24h"), ("ever", "all_time")):
            if end := self._is(at, kind):
                yield end, label

    def _counted(self, at: int) -> Iterator[Found]:
        end = self._is(at, "past") or at
        count, after = number_at(self.tokens, end, self.words)
        unit = self._unit(after) if count else None
        if unit is None or (end == at and not self._is(after + 1, "ago_span")):
            return
        last = after + 1 if end > at else self._is(after + 1, "ago_span")
        yield last, _last(float(count or 0), unit)

    def _calendar(self, unit: str, back: int) -> str:
        today = self.now.date()
        if unit == "week":
            monday = today + (back * _WEEK - today.weekday()) * _DAY
            return f"{monday}..{monday + 6 * _DAY}"
        if unit == "month":
            first = today.replace(day=1)
            return f"{first if not back else first - _DAY:%Y-%m}"
        return f"{today.year + back}-01..{today.year + back}-12"

    def _weeks_of(self, at: int) -> Iterator[Found]:
        today = self.now.date()
        if end := self._is(at, "weekend"):
            saturday = today - ((today.weekday() + 2) % _WEEK) * _DAY
            yield end, f"{saturday}..{saturday + _DAY}"
        ordinal = self.words.ordinals.get(self._word(at))
        if ordinal and self._unit(at + 1) == "week" and self._word(at + 2) in ("of", "in"):
            for end, first in self._month(at + 3):
                start = first + (ordinal - 1) * _WEEK * _DAY
                yield end, f"{start}..{start + 6 * _DAY}"

    # Parts of days, and instants

    def _parts_of_days(self, at: int) -> Iterator[Found]:
        for part, (first, last) in self.words.parts_of_days.items():
            for kind, day in (("this", self.now.date()), ("yesterday", self._yesterday)):
                end = self._is(at, kind)
                if end and self._word(end) == part:
                    yield end + 1, _within(day, first, last)
            if self._word(at) == f"to{part}":
                yield at + 1, _within(self.now.date(), first, last)
            if self._word(at) == part:
                for end, day in self._on_day(at + 1):
                    yield end, _within(day, first, last)
            for end, day in self._day(at):
                if self._word(end) == part:
                    yield end + 1, _within(day, first, last)

    @property
    def _yesterday(self) -> date:
        return self.now.date() - _DAY

    def _on_day(self, at: int) -> Iterator[tuple[int, date]]:
        yield from self._day(self.words.skip(self.tokens, at, "time_prepositions"))

    def _clock(self, at: int) -> Iterator[tuple[int, Clock]]:
        found = clock_at(self.tokens, at, self.words)
        if found:
            yield found

    def _instants(self, at: int, *, day: date | None = None) -> Iterator[Found]:
        """Yield instants: a clock time of a day (of `day` where none is said), or a stamp."""
        word = self._word(at)
        if "t" in word and word[:4].isdigit():
            try:
                yield at + 1, datetime.fromisoformat(word.upper()).isoformat()
            except ValueError:
                return
        if end := self._is(at, "now"):
            yield end, self._now
        count, after = number_at(self.tokens, at, self.words)
        unit = self._unit(after) if count else None
        if unit in ("minute", "hour") and (past := self._is(after + 1, "ago")):
            back = timedelta(hours=float(count or 0) / (1 if unit == "hour" else 60))
            yield past, _utc(self.now - back)
        for end, on in self._day(at):
            clock_start = self.words.skip(self.tokens, end, "time_prepositions")
            for last, clock in self._clock(clock_start):
                yield last, clock.on(on)
        for end, clock in self._clock(at):
            for last, on in self._on_day(end):
                yield last, clock.on(on)
            if day or clock.is_sure:
                yield end, clock.on(day or self.now.date())

    @property
    def _now(self) -> str:
        return _utc(self.now)

    # Ranges

    def _edges(self, at: int, *, day: date | None = None) -> Iterator[tuple[int, str, bool]]:
        """Yield what may begin or end a range: its end, its label, whether it is an instant."""
        for end, label in self._instants(at, day=day):
            yield end, label, True
        for end, on in self._day(at):
            yield end, str(on), False
        for end, first in self._month(at):
            yield end, f"{first:%Y-%m}", False
        if (year := self._year(at)) is not None:
            yield at + 1, f"{year}-01", False

    def _since(self, at: int) -> Iterator[Found]:
        if end := self._is(at, "since"):
            for last, label, _ in self._edges(end):
                yield last, f"{label}..{self._now}"
            for last, label in self._spans(end):
                if ".." in label or label[:2] == "20":
                    yield last, f"{label.partition('..')[0]}..{self._now}"
        if end := self._is(at, "after"):
            for last, label, is_instant in self._edges(end):
                start = label if is_instant else self._after(label)
                yield last, f"{start}..{self._end_of(start)}"
        for end, day in self._on_day(at):
            if after := self._is(end, "after"):
                for last, label in self._instants(after, day=day):
                    yield last, f"{label}..{self._end_of(label, day)}"

    def _end_of(self, start: str, day: date | None = None) -> str:
        """Return where a time ends that has only a begin: with its day if that was said."""
        return f"{day + _DAY}T00:00" if day and day < self.now.date() else self._now

    def _before(self, at: int) -> Iterator[Found]:
        if end := self._is(at, "before"):
            for last, label, is_instant in self._edges(end):
                yield last, f"{EVER}..{label if is_instant else _day_before(label)}"
            for last, clock in self._clock(end):
                for final, day in self._on_day(last):
                    yield final, f"{day}T00:00..{clock.on(day)}"
        for end, day in self._on_day(at):
            if before := self._is(end, "before"):
                for last, label in self._instants(before, day=day):
                    yield last, f"{day}T00:00..{label}"

    def _between(self, at: int) -> Iterator[Found]:
        for on_end, on in chain([(at, None)], self._on_day(at)):
            begin = self._is(on_end, "between")
            if not begin:
                continue
            for middle, first, is_instant in self._range_edges(begin, on):
                joint = self._is(middle, "range_joint")
                for last, second, is_end_instant in self._range_edges(joint, on) if joint else ():
                    if is_instant == is_end_instant:
                        yield last, f"{first}..{second}"
            yield from self._clocks_between(begin, on)
        for middle, first, is_instant in self._edges(at):
            joint = self._is(middle, "range_dots")
            same = date.fromisoformat(first[:10]) if is_instant else None
            for last, second, is_end_instant in self._edges(joint, day=same) if joint else ():
                if is_instant == is_end_instant:
                    yield last, f"{first}..{second}"

    def _range_edges(self, at: int, day: date | None) -> Iterator[tuple[int, str, bool]]:
        yield from self._edges(at, day=day)

    def _clocks_between(self, at: int, day: date | None) -> Iterator[Found]:
        """Yield "between 8 and 10 yesterday", of which the day stands before or behind."""
        first = clock_at(self.tokens, at, self.words, is_sure=True)
        joint = self._is(first[0], "range_joint") if first else 0
        second = clock_at(self.tokens, joint, self.words, is_sure=True) if joint else None
        if first is None or second is None:
            return
        start, end = first[1].before(second[1]), second[1]
        days = [(second[0], day)] if day else [*self._on_day(second[0])]
        for last, on in days:
            if on is not None and start.minutes < end.minutes:
                yield last, f"{start.on(on)}..{end.on(on)}"

    def _after(self, label: str) -> str:
        if len(label) == len("2026-11"):
            first = date.fromisoformat(f"{label}-01")
            return str((first + 31 * _DAY).replace(day=1))
        return str(date.fromisoformat(label) + _DAY)

    def _note(self, start: int, end: int, label: str) -> str | None:
        if any("/" in token.word for token in self.tokens[start:end]):
            return f"the day is {date.fromisoformat(label[:10]):%d %B %Y}"
        said = " ".join(token.word for token in self.tokens[start:end])
        if label in ("today", "yesterday") or said.startswith("last_"):
            return None
        return f"{said!r} is {label}" if self.words.is_vague(said) else None


def _a_year_before(day: date) -> date | None:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return None


def _last(count: float, unit: str) -> str:
    if unit in _DAYS:
        return f"last_{round(count * _DAYS[unit])}d"
    if not count.is_integer():
        minutes = {"minute": 1, "hour": 60, "day": 1440, "week": 10_080}[unit]
        return f"last_{round(count * minutes)}m"
    return f"last_{int(count)}{_LETTERS[unit]}"


def _day_before(label: str) -> str:
    day = f"{label}-01" if len(label) == len("2026-11") else label
    return str(date.fromisoformat(day) - _DAY)


def _within(day: date, first: int, last: int) -> str:
    end = f"{day}T{last:02}:00" if last < 24 else f"{day + _DAY}T00:00"  # noqa: PLR2004
    return f"{day}T{first:02}:00..{end}"


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
