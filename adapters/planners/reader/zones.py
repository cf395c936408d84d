"""Times of another zone, which the question names: between 9 and 10 am in Seoul time."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from adapters.planners.reader.senses import Sense
from adapters.planners.reader.times import times_of
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words, form_of
from domain.query.fields import CLOCK_FIELDS
from domain.time_zones import UnknownTimeZone, zone_of

_FARTHEST: Final = 14
_NAMED: Final = "/"
"""The mark that the name of a zone has, as Asia/Seoul."""


def times_in_zones(tokens: Sequence[Token], now: datetime, words: Words) -> Iterator[Sense]:
    """Yield all times; those that stand around a zone, or beside it, are of that zone."""
    yield from times_of(tokens, now, words).senses()
    for start, end, zone in _zones(tokens, words):
        others = times_of([*tokens[:start], *tokens[end:]], now.astimezone(zone), words)
        for sense in others.senses():
            if sense.category == "TIME" and sense.start <= start <= sense.end:
                yield _absolute(sense, sense.end + end - start, zone)


def _zones(tokens: Sequence[Token], words: Words) -> Iterator[tuple[int, int, tzinfo]]:
    """Yield from where to where a zone is said, and which.

    Days and weeks of a distribution are those of the run's zone: beside them none is read.
    """
    if _has_days(tokens, words):
        return
    for at in range(len(tokens)):
        start = at + (tokens[at].word in words.time_phrases["within"])
        for kind in words.time_beginnings:
            if _NAMED in kind and (end := words.phrase_at(tokens, start, kind)):
                yield at, end, zone_of(kind)
        if start < len(tokens) and (zone := _written(tokens[start].word, words)):
            of_time = words.phrase_at(tokens, start + 1, "of_zone")
            yield at, of_time or start + 1, zone


def _has_days(tokens: Sequence[Token], words: Words) -> bool:
    """Return whether days, weekdays or hours are asked for, which clocks of the run show."""
    said = [token.word for token in tokens]
    phrases = [*said, *(" ".join(said[at : at + 2]) for at in range(len(said)))]
    entries = [entry for each in phrases for entry in words.phrases.get(form_of(each), ())]
    entries += [("PEAK", unit) for kind, unit in entries[:2] if kind == "DAYS"]
    is_bucket = any(kind in ("BUCKET", "PEAK") and unit != "hour" for kind, unit in entries)
    is_clock = any(kind == "FIELDNAME" and unit[1] in CLOCK_FIELDS for kind, unit in entries)
    text = f" {' '.join(said)} "
    return is_bucket or is_clock or any(f" {each} " in text for each in words.recurring)


def _written(word: str, words: Words) -> tzinfo | None:
    """Return the zone that "utc+9" or "asia/seoul" names."""
    base = next((each for each in words.time_phrases["utc"] if word.startswith(each)), None)
    if base is not None:
        with suppress(ValueError):
            hours = int(word.removeprefix(base) or 0)
            return timezone(timedelta(hours=hours)) if abs(hours) <= _FARTHEST else None
    with suppress(UnknownTimeZone):
        return zone_of(word.title()) if _NAMED in word else None
    return None


def _absolute(sense: Sense, end: int, zone: tzinfo) -> Sense:
    """Return a time of another zone by its instants, which every zone has."""
    start, until = (
        each.astimezone(UTC).isoformat().replace("+00:00", "Z")
        for each in (sense.value.start, sense.value.end)
    )
    period = replace(sense.value, label=f"{start}..{until}")
    return replace(sense, end=end, value=period, note=f"the time is that of {zone}")
