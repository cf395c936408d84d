"""What is unusual in a series, against its own past at the same time of the day.

After IntelligentDDS/Nezha: each value as log2((x + floor) / (usual + floor)), divided by how far
the past itself is from what is usual. The worst bucket counts, so that a window may be too wide.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median, median_low
from typing import Final, Literal, NamedTuple

from domain.estate.records import MetricDefinition
from domain.figures import figure
from domain.times import Window

LARGEST_SCORE: Final = 10.0
_RISE, _FALL = 0.5, -1.0
"""How far, in powers of two, a value must have gone up or down to say anything."""
_FLOOR_SHARE: Final = 0.05
_SPREAD_SHARE: Final = 0.75
_SPREAD_FLOOR: Final = 0.15
_FEWEST_OF_HOUR: Final = 4
_FEWEST_IN_PAST: Final = 8
_MISSED_IN_A_ROW: Final = 3
_CEILINGS: Final = {"%": 100.0}
"""Of what has a ceiling, the rest that is left can be as unusual as the value."""
_HOUR_SECONDS: Final = 3600
_DAY_SECONDS: Final = 86_400


class Reading(NamedTuple):
    """The value of a series in the bucket that begins then."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Unusual:
    """How a series was unusual: from when to when, its worst value, and what is usual then.

    Of `silent` ones there are no values. `score` is 0 to 10.
    """

    metric: str
    kind: Literal["rise", "fall", "silent"]
    started_at: datetime
    ended_at: datetime
    score: float
    value: float | None = None
    usual: float | None = None


def rates(readings: Sequence[Reading], *, longest_gap: timedelta) -> list[Reading]:
    """Return how much a counter rose in a second, where it did not begin anew."""
    return [
        Reading(now.at, (now.value - before.value) / (now.at - before.at).total_seconds())
        for before, now in pairwise(readings)
        if now.value >= before.value and now.at - before.at <= longest_gap
    ]


def unusual(
    metric: MetricDefinition,
    readings: Sequence[Reading],
    window: Window,
    *,
    points_at: Sequence[datetime],
    newest_at: datetime,
) -> list[Unusual]:
    """Return what is unusual in the window; nothing of a series with too short a past.

    `points_at` are the instants of its points in the window and shortly before, more closely than
    the readings have them. No silence is after `newest_at`: until then the estate is known.
    """
    past = [each for each in readings if each.at < window.start]
    now = [each for each in readings if window.start <= each.at < window.end]
    if len(past) < _FEWEST_IN_PAST:
        return []
    steps = [b - a for a, b in pairwise(points_at)] or [b.at - a.at for a, b in pairwise(past)]
    until = min(window.end, newest_at)
    found = _silence(metric.metric_name, [*points_at, until], window, step=median_low(steps))
    if now:
        found += _out_of_line(metric, past, now)
    return found


def _out_of_line(
    metric: MetricDefinition, past: Sequence[Reading], now: Sequence[Reading]
) -> list[Unusual]:
    usual = _Usual(past, ceiling=_CEILINGS.get(metric.unit))
    step = min(b.at - a.at for a, b in pairwise([*past, *now]))
    found = list[Unusual]()
    for kind, sign, least in (("rise", 1, _RISE), ("fall", -1, -_FALL)):
        off = [sign * usual.distance(each) for each in now]
        worst = max(off)
        if worst < least:
            continue
        place = off.index(worst)
        first, last = _around(place, [distance >= least for distance in off])
        found.append(
            Unusual(
                metric.metric_name,
                "rise" if kind == "rise" else "fall",
                now[first].at,
                now[last].at + step,
                figure(min(LARGEST_SCORE, worst / usual.spread)),
                figure(now[place].value),
                figure(usual.at(now[place].at)),
            )
        )
    return found


def _around(place: int, are_off: Sequence[bool]) -> tuple[int, int]:
    """Return the first and last of those that are off without a break, around a place."""
    first = last = place
    while first and are_off[first - 1]:
        first -= 1
    while last + 1 < len(are_off) and are_off[last + 1]:
        last += 1
    return first, last


class _Usual:
    """What is usual of a series at an hour of the day, and how far it is from that usually."""

    def __init__(self, past: Sequence[Reading], *, ceiling: float | None) -> None:
        self._ceiling = ceiling
        by_hour = defaultdict[int, list[float]](list)
        for each in past:
            by_hour[_hour(each.at)].append(each.value)
        self._whole = median(each.value for each in past)
        self._hours = {
            hour: median(values)
            for hour, values in by_hour.items()
            if len(values) >= _FEWEST_OF_HOUR
        }
        self._floor = _FLOOR_SHARE * _share(sorted(abs(e.value) for e in past), 0.9) or 1e-9
        distances = sorted(abs(self.distance(each)) for each in past)
        self.spread = _share(distances, _SPREAD_SHARE) + _SPREAD_FLOOR

    def at(self, instant: datetime) -> float:
        return self._hours.get(_hour(instant), self._whole)

    def distance(self, reading: Reading) -> float:
        value, usual = max(reading.value, 0.0), max(self.at(reading.at), 0.0)
        distance = self._times(value, usual)
        if self._ceiling is None or value <= usual:
            return distance
        left, usually_left = max(self._ceiling - value, 0.0), max(self._ceiling - usual, 0.0)
        return max(distance, self._times(usually_left, left))

    def _times(self, one: float, other: float) -> float:
        return math.log2((one + self._floor) / (other + self._floor))


def _silence(
    metric: str, points_at: Sequence[datetime], window: Window, *, step: timedelta
) -> list[Unusual]:
    """Return the longest time without points that is much longer than the usual one."""
    gaps = [(b - a, a, b) for a, b in pairwise(points_at) if b > window.start]
    longest, start, end = max(gaps, default=(step, window.start, window.end))
    missed = longest // step - 1
    if missed < _MISSED_IN_A_ROW:
        return []
    score = figure(min(LARGEST_SCORE, 2 * math.log2(1 + missed)))
    return [Unusual(metric, "silent", start + step, end, score)]


def _hour(at: datetime) -> int:
    return int(at.timestamp()) % _DAY_SECONDS // _HOUR_SECONDS


def _share(ordered: Sequence[float], share: float) -> float:
    """Return the value below which that share of them lies."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
