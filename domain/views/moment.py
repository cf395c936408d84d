"""Moments of a run: at which of its versions it is looked at."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from domain.aggregate.envelope import RecordedEvent
from domain.errors import NoSuchVersion, NotAMoment, NotYetRequested
from domain.times import instant_of

Moment = int | datetime
"""A version, or an instant with a zone, which means the last event recorded at or before it."""

_VERSION: Final = re.compile("[0-9]{1,9}")


def moment_of(text: str, *, now: datetime) -> Moment:
    """Return the moment that the text names; relative times count back from `now`.

    Raises `NotAMoment`.
    """
    if _VERSION.fullmatch(text):
        return int(text)
    try:
        instant = instant_of(text, now=now)
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        raise NotAMoment(text)
    return instant


def version_at(moment: Moment, recorded: Sequence[RecordedEvent]) -> int:
    """Return the version that a run, whose events are not empty, had at the moment.

    Raises `NoSuchVersion`, `NotYetRequested`.
    """
    first, last = recorded[0].envelope, recorded[-1].envelope
    if isinstance(moment, datetime):
        for each in reversed(recorded):
            if datetime.fromisoformat(each.envelope.recorded_at) <= moment:
                return each.envelope.version
        asked = moment.isoformat()
        raise NotYetRequested(first.stream_id, asked=asked, first=first.recorded_at)
    if not 1 <= moment <= last.version:
        raise NoSuchVersion(first.stream_id, asked=moment, last=last.version)
    return moment
