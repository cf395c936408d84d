"""Shifts of people who work around the clock: the last one, and the one under way."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from adapters.planners.reader.days import Days
from adapters.planners.reader.words import OWN


def shifts(days: Days, at: int) -> Iterator[tuple[int, str]]:
    """Yield "last shift", the one before that which is under way, with where it ends."""
    for kind, back in (("this", 0), ("past", 1)):
        end = days.ends(at, kind)
        if end and days.word(end) in days.words.time_phrases["shift"]:
            starts = [*_starts(days)]
            begun = max(n for n, start in enumerate(starts) if start <= days.now)
            first, last = starts[begun - back], starts[begun - back + 1]
            yield end + 1, f"{first:%Y-%m-%dT%H:%M}..{last:%Y-%m-%dT%H:%M}"


def begins(days: Days) -> list[int]:
    """Return the hours at which shifts begin: as a tenant's own word says, or the usual."""
    for word in days.words.time_phrases["shift"]:
        said = days.words.candidates.get(OWN, {}).get(word, ("",))[0].split(" ")
        if all(each.isdecimal() and int(each) < 24 for each in said):  # noqa: PLR2004
            return sorted({*map(int, said)})
    return sorted(map(int, days.words.time_phrases["shift_hours"]))


def _starts(days: Days) -> Iterator[datetime]:
    today = days.now.replace(minute=0, second=0, microsecond=0)
    for day in (-2, -1, 0, 1):
        for hour in begins(days):
            yield today.replace(hour=hour) + timedelta(days=day)
