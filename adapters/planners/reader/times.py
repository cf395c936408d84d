"""Times in a question, as labels of the one time-range grammar."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Final

from adapters.planners.reader.clocks import number_at
from adapters.planners.reader.coming import coming
from adapters.planners.reader.days import Days
from adapters.planners.reader.earlier import earlier
from adapters.planners.reader.instants import Instants
from adapters.planners.reader.meaning import Period
from adapters.planners.reader.moments import MOMENTS
from adapters.planners.reader.ranges import Ranges
from adapters.planners.reader.senses import EXACT, Sense
from adapters.planners.reader.shifts import begins, shifts
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words
from domain.plan.time_range import WrongTimeRange, parse_time_range

_DAY: Final = timedelta(days=1)
_WEEK: Final = 7
_LETTERS: Final = {"minute": "m", "hour": "h", "day": "d", "week": "w"}
_DAYS: Final = {"fortnight": 14, "month": 30, "quarter": 91, "year": 365}
_SPAN: Final = {
    "minute": "1m",
    "hour": "1h",
    "day": "24h",
    "week": "7d",
    "month": "30d",
    "fortnight": "14d",
}
_QUARTERS: Final = {"q1": 1, "q2": 4, "q3": 7, "q4": 10}

Found = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Times:
    """Reads the times of one question; days are those of the zone of its present."""

    days: Days
    instants: Instants
    ranges: Ranges
    ahead: "Times | None" = None

    def senses(self) -> Iterator[Sense]:
        """Yield all that is a TIME, or one of attributes alone (COMING, AHEAD), or an INSTANT."""
        for start in range(len(self.days.tokens)):
            for at, cost in self._after_prepositions(start):
                for category, end, label in self._of_each(at):
                    if (period := self._period(label, at)) is not None:
                        note = self._note(at, end, label)
                        yield Sense(category, start, end, period, cost, note)
                if (age := self._age(at)) and (period := self._period(age[1], at)):
                    yield Sense("AGE", start, age[0], period, cost)
                for end, label in _possible(self.instants.instants(at)):
                    instant, zone = datetime.fromisoformat(label), self.days.now.tzinfo
                    aware = instant if instant.tzinfo else instant.replace(tzinfo=zone)
                    yield Sense("INSTANT", start, end, aware, cost)

    def _of_each(self, at: int) -> Iterator[tuple[str, int, str]]:
        past = [*self.times(at)]
        yield from (("TIME", *each) for each in past)
        yield from (("COMING", *each) for each in coming(self.days, at))
        if past and self.ahead:
            yield from (("AHEAD", *each) for each in self.ahead.times(at) if each not in past)

    def _period(self, label: str, at: int) -> Period | None:
        try:
            window = parse_time_range(label, now=self.days.now).window
        except WrongTimeRange:
            return None
        zone = self.days.now.tzinfo
        start, end = window.start.astimezone(zone), window.end.astimezone(zone)
        is_since = bool(self.days.ends(at, "since") or self.days.ends(at, "after"))
        return Period(label, start, end, is_future=start > self.days.now, is_since=is_since)

    def _after_prepositions(self, start: int) -> Iterator[tuple[int, float]]:
        yield start, EXACT
        at = self.days.words.skip(self.days.tokens, start, "time_prepositions")
        if at > start:
            yield at, EXACT
        if so_far := self.days.ends(start, "so_far"):
            yield self.days.words.skip(self.days.tokens, so_far, "time_prepositions"), EXACT

    def times(self, at: int) -> Iterator[Found]:
        """Yield the labels of the times that begin here, with where each ends."""
        forms: tuple[Callable[[int], Iterator[Found]], ...] = (
            *(self._days, self._spans, self._units, self._parts_of_days, self._since_spans),
            *(self.ranges.since, self.ranges.after),
            *(self.ranges.before, self.ranges.between, self._weeks_of),
            *(partial(form, self.days) for form in (shifts, earlier)),
            *(partial(form, self.days) for form in MOMENTS),
        )
        seen = set[Found]()
        for form in forms:
            for end, label in _possible(form(at)):
                ahead = self.days.ends(end, "time_endings") or end
                for found in {(end, label), (ahead, label)} - seen:
                    seen.add(found)
                    yield found

    def _days(self, at: int) -> Iterator[Found]:
        for end, day in self.days.day(at):
            yield end, str(day)
        for end, first in self.days.month(at):
            yield end, f"{first:%Y-%m}"
        if (year := self.days.year(at)) is not None:
            yield at + 1, f"{year}-01..{year}-12"
        if first_month := _QUARTERS.get(self.days.word(at)):
            year = self.days.year(at + 1)
            end = at + 1 if year is None else at + 2
            year = year or self.days.now.year - (first_month > self.days.now.month)
            yield end, f"{year}-{first_month:02}..{year}-{first_month + 2:02}"

    def _spans(self, at: int) -> Iterator[Found]:
        yield from self._counted(at)
        for kind, back in (("this", 0), ("past", -1)):
            end = self.days.ends(at, kind)
            unit = self.days.unit(end) if end else None
            if unit is None or self.days.ends(at, "day_earlier"):
                continue
            if back and (
                unit in ("minute", "hour", "day", "fortnight") or self.days.ends(at, "rolling")
            ):
                yield end + 1, f"last_{_SPAN.get(unit, '365d')}"
            elif unit in ("week", "month", "quarter", "year"):
                yield end + 1, self.days.calendar(unit, back)
        for kind, label in (("recently", "last_24h"), ("ever", "all_time")):
            if end := self.days.ends(at, kind):
                yield end, label

    def _units(self, at: int) -> Iterator[Found]:
        """Yield "week before last", "month to date"."""
        unit = self.days.unit(at)
        if unit in ("week", "month") and (end := self.days.ends(at + 1, "before_last")):
            yield end, self.days.calendar(unit, -2)
        if unit in ("week", "month", "year") and (end := self.days.ends(at + 1, "to_date")):
            yield end, self.days.calendar(unit, 0)

    def _counted(self, at: int) -> Iterator[Found]:
        end = self.days.ends(at, "past") or at
        count, after = number_at(self.days.tokens, end, self.days.words)
        unit = self.days.unit(after) if count else None
        if unit is None or (end == at and not self.days.ends(after + 1, "ago_span")):
            return
        last = after + 1 if end > at else self.days.ends(after + 1, "ago_span")
        yield last, _last(float(count or 0), unit)

    def _age(self, at: int) -> Found | None:
        """Return "2 years" as the time since then."""
        count, after = number_at(self.days.tokens, at, self.days.words)
        is_one = at > 0 and self.days.word(at - 1) in self.days.words.fillers  # than a year
        unit = self.days.unit(after) if count or is_one else None
        return (after + 1, _last(float(count or 1), unit)) if unit else None

    def _since_spans(self, at: int) -> Iterator[Found]:
        """Yield "since last week": from its begin up to now."""
        end = 0 if self.days.is_origin(at) else self.days.ends(at, "since")
        if end:
            for last, label in chain(
                self._spans(end), self._parts_of_days(end), self._nights(end)
            ):
                if ".." in label or label[:2] == "20":
                    yield last, f"{label.partition('..')[0]}..{self.instants.now_label}"

    def _weeks_of(self, at: int) -> Iterator[Found]:
        today = self.days.now.date()
        if end := self.days.ends(at, "weekend"):
            saturday = today - ((today.weekday() + 2) % _WEEK) * _DAY
            yield end, f"{saturday}..{saturday + _DAY}"
            if before := self.days.ends(end, "before_last"):
                yield before, f"{saturday - _WEEK * _DAY}..{saturday - 6 * _DAY}"
        yield from self._nights(at)
        ordinal = self.days.words.ordinals.get(self.days.word(at))
        if ordinal and self.days.unit(at + 1) == "week" and self.days.ends(at + 2, "within"):
            for end, first in self.days.month(at + 3):
                start = first + (ordinal - 1) * _WEEK * _DAY
                yield end, f"{start}..{start + 6 * _DAY}"

    def _nights(self, at: int) -> Iterator[Found]:
        today = self.days.now.date()
        if end := self.days.ends(at, "last_night"):
            yield end, f"{today - _DAY}T20:00..{today}T06:00"
        night = self.days.ends(at, "night")
        if end := self.days.ends(night, "before_last") if night else 0:
            yield end, f"{today - 2 * _DAY}T20:00..{today - _DAY}T06:00"

    def _parts_of_days(self, at: int) -> Iterator[Found]:
        for part, (first, last) in self.days.words.parts_of_days.items():
            end = self.days.ends(at, "this")
            if end and self.days.word(end) == part:
                yield end + 1, _within(self.days.now.date(), first, last)
            if self.days.word(at) in {f"{to}{part}" for to in self.days.words.time_phrases["to"]}:
                yield at + 1, _within(self.days.now.date(), first, last)
            if self.days.word(at) == part:
                of = at + 1 + (self.days.word(at + 1) in self.days.words.joints["of"])
                for end, day in self.days.on_day(of):
                    yield end, _within(day, first, last)
            for end, day in self.days.day(at):
                if self.days.word(end) == part:
                    yield end + 1, _within(day, first, last)

    def _note(self, start: int, end: int, label: str) -> str | None:
        if any("/" in token.word for token in self.days.tokens[start:end]):
            return f"the day is {date.fromisoformat(label[:10]):%d %B %Y}"
        said = " ".join(token.word for token in self.days.tokens[start:end])
        if label in ("today", "yesterday") or said.startswith("last_"):
            return None
        if not any(f" {vague} " in f" {said} " for vague in self.days.words.time_phrases["vague"]):
            return None
        is_shift = self.days.word(end - 1) in self.days.words.time_phrases["shift"]
        hours = ", ".join(map(str, begins(self.days))) if is_shift else ""
        return f"{said!r} is {label}" + (f", as shifts begin at {hours} o'clock" if hours else "")


def _possible(found: Iterator[Found]) -> Iterator[Found]:
    """Yield what is found, up to what lies outside of the calendar."""
    with suppress(OverflowError):
        yield from found


def _last(count: float, unit: str) -> str:
    if unit in _DAYS:
        return f"last_{round(count * _DAYS[unit])}d"
    if not count.is_integer():
        minutes = {"minute": 1, "hour": 60, "day": 1440, "week": 10_080}[unit]
        return f"last_{round(count * minutes)}m"
    return f"last_{int(count)}{_LETTERS[unit]}"


def _within(day: date, first: int, last: int) -> str:
    return f"{day}T{first:02}:00..{day + last // 24 * _DAY}T{last % 24:02}:00"


def times_of(tokens: Sequence[Token], now: datetime, words: Words) -> Times:
    """Return the times of a question, and what those without a year are ahead."""
    past, ahead = (_times_of(Days(tokens, now, words, is_ahead)) for is_ahead in (False, True))
    return replace(past, ahead=ahead)


def _times_of(days: Days) -> Times:
    instants = Instants(days)
    return Times(days, instants, Ranges(days, instants))
