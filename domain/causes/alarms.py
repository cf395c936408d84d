"""Whether an item has more alarms than usual: where they are densest in a window."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from domain.causes.series import LARGEST_SCORE
from domain.figures import figure, whole_sum
from domain.json import JsonMap
from domain.times import Window

LEAST_SEVERITY: Final = 3
"""Event log entries of at least this severity are alarms, whatever their type."""

_WEIGHTS: Final = {3: 1.0, 4: 1.5, 5: 2.0}
_LONGEST: Final = timedelta(hours=2)
_HALF_AN_ALARM: Final = 0.5


class Alarm(NamedTuple):
    """An entry, with the reference to its record."""

    at: datetime
    severity: int
    reference: JsonMap


@dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms of an item where they are densest, in order, and how many it had in the past.

    `score` says from 0 to 10 how unusual that is.
    """

    those: Sequence[Alarm]
    past_count: int
    score: float

    @property
    def by_severity(self) -> dict[int, int]:
        """How many there are of each severity."""
        return dict(sorted(Counter(each.severity for each in self.those).items()))


def densest(
    alarms: Sequence[Alarm], in_past: Mapping[int, int], window: Window, *, past: timedelta
) -> Alarms:
    """Return those within two hours that are the most unusual; `in_past` counts by severity.

    `alarms` are all of the window, in order; there must be one.
    """
    length = min(_LONGEST, window.end - window.start)
    before = math.fsum(_WEIGHTS[each] * count for each, count in in_past.items())
    expected = (before + _HALF_AN_ALARM) * (length / past)
    places = (window.end - window.start) / length
    groups = [
        [each for each in alarms[n:] if each.at - alarms[n].at <= length]
        for n in range(len(alarms))
    ]
    best = max(groups, key=_weight)
    score = _score(_weight(best), expected, places=places)
    return Alarms(best, whole_sum(in_past.values()), score)


def _score(count: float, expected: float, *, places: float) -> float:
    """Return the root of the G statistic, less what the best of so many places has by chance."""
    more = count * math.log(count / expected) - (count - expected) - math.log(places)
    return (
        figure(min(LARGEST_SCORE, math.sqrt(2 * more))) if count > expected and more > 0 else 0.0
    )


def _weight(alarms: Iterable[Alarm]) -> float:
    return math.fsum(_WEIGHTS[each.severity] for each in alarms)
