"""Instants as they are written: yesterday noon, 8am, 2 hours ago, now."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from adapters.planners.reader.clocks import Clock, clock_at
from adapters.planners.reader.days import Days

Found = tuple[int, str]
"""Where something ends, and its label."""


@dataclass(frozen=True, slots=True)
class Instants:
    """Reads the instants of one question, and what ranges of time begin and end with."""

    days: Days

    def edges(self, at: int, *, day: date | None = None) -> Iterator[tuple[int, str, bool]]:
        """Yield what may begin or end a range: its end, its label, whether it is an instant."""
        at = self.days.ends(at, "start_of") or self.days.skip_article(at)
        for end, label in self.instants(at, day=day):
            yield end, label, True
        for end, on in self.days.day(at):
            yield end, str(on), False
        for end, first in self.days.month(at):
            yield end, f"{first:%Y-%m}", False
        if (year := self.days.year(at)) is not None:
            yield at + 1, f"{year}-01", False

    def instants(self, at: int, *, day: date | None = None) -> Iterator[Found]:
        """Yield instants: a clock time of a day (of `day` where none is said), or a stamp."""
        word = self.days.word(at)
        if "t" in word and word[:4].isdecimal():
            with suppress(ValueError):
                yield at + 1, datetime.fromisoformat(word.upper()).isoformat()
        if end := self.days.ends(at, "now"):
            yield end, self.now_label
        yield from self._ago(at)
        yield from self._clocks(at, day)

    def _ago(self, at: int) -> Iterator[Found]:
        count, after = self.days.count(at)
        unit = self.days.unit(after) if count else None
        if unit in ("minute", "hour") and (past := self.days.ends(after + 1, "ago")):
            back = timedelta(hours=float(count or 0) / (1 if unit == "hour" else 60))
            yield past, _utc(self.days.now - back)

    def _clocks(self, at: int, day: date | None) -> Iterator[Found]:
        for end, on in self.days.day(at):
            start = self.days.words.skip(self.days.tokens, end, "time_prepositions")
            for last, clock in self.clock(start):
                yield last, clock.on(on)
        for end, clock in self.hour(at) if day else self.clock(at):
            for last, on in self.days.on_day(end):
                yield last, clock.on(on)
            if day or clock.is_sure:
                yield end, clock.on(day or self.days.now.date())

    @property
    def now_label(self) -> str:
        """Return the present as a label."""
        return _utc(self.days.now)

    def hour(self, at: int) -> Iterator[tuple[int, Clock]]:
        """Yield the time of a day that is said, of which a bare hour is one, too."""
        if found := clock_at(self.days.tokens, at, self.days.words, is_sure=True):
            yield found

    def clock(self, at: int) -> Iterator[tuple[int, Clock]]:
        """Yield the time of day that begins here, with where it ends."""
        found = clock_at(self.days.tokens, at, self.days.words)
        if found:
            yield found


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
