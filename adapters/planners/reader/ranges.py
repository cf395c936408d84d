"""Ranges of time as they are written: since monday, before 9am, between nov 10 and nov 15."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Final

from adapters.planners.reader.clocks import clock_at
from adapters.planners.reader.days import Days
from adapters.planners.reader.instants import Found, Instants

EVER: Final = "1970-01-01"
"""Where a time begins that has only an end."""
FOREVER: Final = "9000-01-01"
"""Where a time ends that has only a beginning."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ranges:
    """Reads the ranges of time of one question."""

    days: Days
    instants: Instants

    def since(self, at: int) -> Iterator[Found]:
        """Yield "since monday", "monday onwards": up to now."""
        end = 0 if self.days.is_origin(at) else self.days.ends(at, "since")
        is_onwards = any(self.days.ends(at + step, "onwards") for step in range(1, 5))
        for last, label, _ in self.instants.edges(end or at) if end or is_onwards else ():
            onwards = self.days.ends(last, "onwards")
            if end and self.days.ends(last, "on") == len(self.days.tokens):
                onwards = len(self.days.tokens)
            if onwards:
                yield onwards, f"{label}..{self.instants.now_label}"
        if end:
            for last, label, _ in self.instants.edges(end):
                yield last, f"{label}..{self.instants.now_label}"
            for last, day in self.days.day(end):
                part = self.days.words.parts_of_days.get(self.days.word(last))
                if part:
                    yield last + 1, f"{day}T{part[0]:02}:00..{self.instants.now_label}"
        yield from self._since_clock(at)

    def _since_clock(self, at: int) -> Iterator[Found]:
        """Yield "today since 6"."""
        for day_end, day in self.days.on_day(at):
            since = self.days.ends(day_end, "since") or len(self.days.tokens)
            for last, label in self.instants.instants(since, day=day):
                yield last, f"{label}..{self._end_of(day)}"

    def after(self, at: int) -> Iterator[Found]:
        """Yield "after 9am", "yesterday after 9am": up to now, or to the end of the day."""
        if end := self.days.ends(at, "after"):
            for last, label, is_instant in self.instants.edges(end):
                start = label if is_instant else self._after(self._whole(end, last, label))
                yield last, f"{start}..{self.instants.now_label}"
            for middle, clock in self.instants.hour(end):  # "after 6pm yesterday" may be that day
                for last, day in self.days.on_day(middle):
                    yield last, f"{clock.on(day)}..{self._end_of(day)}"
        for end, day in self.days.on_day(at):
            if after := self.days.ends(end, "after"):
                for last, label in self.instants.instants(after, day=day):
                    yield last, f"{label}..{self._end_of(day)}"

    def _end_of(self, day: date) -> str:
        if day < self.days.now.date():
            return f"{day + _DAY}T00:00"
        return self.instants.now_label

    def before(self, at: int) -> Iterator[Found]:
        """Yield "before november", "until 8:00 today": from ever, or from when the day began."""
        for kind in ("before", "until", "through"):
            if end := self.days.ends(at, kind):
                of_days = [
                    (final, f"{day}T00:00..{clock.on(day)}")
                    for last, clock in self.instants.hour(end)
                    for final, day in self.days.on_day(last)
                ]
                yield from of_days
                yield from self._from_ever(end, kind, {final for final, _ in of_days})
            for day_end, day in self.days.on_day(at):
                if before := self.days.ends(day_end, kind):
                    for last, label in self.instants.instants(before, day=day):
                        yield last, f"{day}T00:00..{label}"

    def _from_ever(self, at: int, kind: str, ends: Container[int]) -> Iterator[Found]:
        """Yield what ends before, or with, a day; "until november" may be either, of a month."""
        of_end = self.days.ends(at, "end_of")
        for last, label, is_instant in self.instants.edges(of_end or at):
            if last in ends:
                continue
            is_day = len(label) == len("2026-11-10")
            if is_instant:
                yield last, f"{EVER}..{label}"
            elif kind == "before" or (kind == "until" and not (is_day or of_end)):
                yield last, f"{EVER}..{_day_before(label)}"
            if not is_instant and kind != "before":
                is_year = self.days.year(last - 1) == int(label[:4]) and last - 1 == (of_end or at)
                yield last, f"{EVER}..{label[:4]}-12" if is_year else f"{EVER}..{label}"

    def between(self, at: int) -> Iterator[Found]:
        """Yield "between nov 10 and nov 15", "yesterday between 8 and 10"."""
        for on_end, on in chain([(at, None)], self.days.on_morning(at), self.days.on_day(at)):
            if begin := self.days.ends(on_end, "between"):
                yield from self._joined(begin, "range_joint", on)
                yield from self._clocks_between(begin, on)
        yield from self._joined(at, "range_dots", None)

    def _joined(self, at: int, joint: str, day: date | None) -> Iterator[Found]:
        """Yield what goes from one edge to another; a bare clock is of the day of the first."""
        for middle, first, is_instant in self.instants.edges(at, day=day):
            second_at = self.days.ends(middle, joint)
            same = day or (date.fromisoformat(first[:10]) if is_instant else None)
            seconds = self.instants.edges(second_at, day=same) if second_at else ()
            for last, second, is_end_instant in seconds:
                if is_instant == is_end_instant:
                    start = first if is_instant else self._week_before(at, first, second)
                    yield last, f"{start}..{self._whole(second_at, last, second)}"

    def _week_before(self, at: int, first: str, second: str) -> str:
        """Return the weekday before a day where it is behind it: from friday to tuesday."""
        if self.days.word(at) not in self.days.words.weekdays:
            return first
        start, end = date.fromisoformat(first), date.fromisoformat(second)
        return str(start - max(0, -(-(start - end).days // 7)) * 7 * _DAY)

    def _whole(self, at: int, end: int, label: str) -> str:
        """Return the last month of a year where a year alone is said: it is whole."""
        is_year = end == at + 1 and self.days.year(at) is not None
        return f"{label[:4]}-12" if is_year else label

    def _clocks_between(self, at: int, day: date | None) -> Iterator[Found]:
        """Yield "between 8 and 10 yesterday", of which the day stands before or behind."""
        first = clock_at(self.days.tokens, at, self.days.words, is_sure=True)
        if first is None:
            return
        joint = self.days.ends(first[0], "range_joint") or len(self.days.tokens)
        second = clock_at(self.days.tokens, joint, self.days.words, is_sure=True)
        if second is None:
            return
        start, end = first[1].before(second[1]), second[1].after(first[1])
        at = second[0]
        days = [(at, day)] if day else [*self.days.on_day(at), *self.days.on_morning(at)]
        for last, on in days:
            if start.minutes < end.minutes:
                yield last, f"{start.on(on)}..{end.on(on)}"

    def _after(self, label: str) -> str:
        if len(label) == len("2026-11"):
            first = date.fromisoformat(f"{label}-01")
            return str((first + 31 * _DAY).replace(day=1))
        return str(date.fromisoformat(label) + _DAY)


def _day_before(label: str) -> str:
    day = f"{label}-01" if len(label) == len("2026-11") else label
    return str(date.fromisoformat(day) - _DAY)


def following(label: str) -> str | None:
    """Return the time of the same length after a day, week or month; None after others."""
    if label == "yesterday":
        return "today"
    first, dots, last = label.partition("..")
    try:
        if not dots:
            month = date.fromisoformat(f"{first}-01")
            return f"{(month + 31 * _DAY):%Y-%m}"
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    return f"{end + _DAY}..{end + _DAY + (end - start)}"
