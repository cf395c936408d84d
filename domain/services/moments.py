"""Which moment of a run a text names, and which version the run had then."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from domain.aggregate.envelope import RecordedEvent
from domain.errors import NoSuchVersion, NotAMoment, NotYetRequested
from domain.times import days_of, instant_of, local_text, recorded_instant

_VERSION: Final = re.compile("[0-9]{1,9}")

Moment = int | datetime
"""A version, or an instant with a zone, which means the last event recorded at or before it."""


def moment_of(text: str, *, now: datetime) -> Moment:
    """Return the moment that a text names: of a day or a month its end, the last microsecond.

    It is in the zone of `now`, and relative times count back from there. Raises `NotAMoment`.
    """
    if _VERSION.fullmatch(text):
        return int(text)
    try:
        days, instant = days_of(text, now=now), instant_of(text, now=now)
    except (ValueError, OverflowError):
        days = instant = None
    if days is not None:
        instant = days.end - datetime.resolution
    if instant is None:
        raise NotAMoment(text)
    return instant.astimezone(now.tzinfo)


def version_at(moment: Moment, recorded: Sequence[RecordedEvent]) -> int:
    """Return the version that a run, whose events are not empty, had at the moment.

    Raises `NoSuchVersion`, `NotYetRequested`.
    """
    first, last = recorded[0].envelope, recorded[-1].envelope
    if isinstance(moment, datetime):
        for each in reversed(recorded):
            if (at := recorded_instant(each.envelope.recorded_at)) and at <= moment:
                return each.envelope.version
        first_at = local_text(first.recorded_at, moment.tzinfo or UTC)
        raise NotYetRequested(first.stream_id, asked=moment.isoformat(), first=first_at)
    if not 1 <= moment <= last.version:
        raise NoSuchVersion(first.stream_id, asked=moment, last=last.version)
    return moment
