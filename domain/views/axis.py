"""The axis of a timeline: where the time of a run is on a line on which long gaps are folded.

Ticks, bars and whatever names an instant go by this one mapping, in text and on pages.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from domain.run.clockwork import RunTime
from domain.times import duration_text

_LONG_MS: Final = 1000
"""Shorter gaps are drawn to scale, unless they are longer than all the work."""

_GAP_SHARE: Final = 0.06
_SHARE_OF_ALL_GAPS: Final = 0.5
_SHORTEST_MS: Final = 0.001
_STEPS: Final = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the axis, in milliseconds, in which nothing was done, and why."""

    start_ms: float
    end_ms: float
    why: str

    @property
    def duration_ms(self) -> float:
        """How long nothing was done."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True)
class Axis:
    """Milliseconds from 0 to `total_ms` on a line from 0 to 1.

    The gaps are in order and do not overlap. Each takes the same small share of the line; what is
    between them is to scale.
    """

    total_ms: float
    gaps: Sequence[Gap] = ()

    @cached_property
    def active_ms(self) -> float:
        """How much time is drawn to scale."""
        return max(0.0, self.total_ms - math.fsum(gap.duration_ms for gap in self.gaps))

    def place(self, at_ms: float) -> float:
        """Return where the instant is on the line."""
        at, places = self._knots
        after = min(max(bisect_right(at, at_ms), 1), len(at) - 1)
        start, end = at[after - 1], at[after]
        if end <= start:
            return places[after - 1]
        share = min(max((at_ms - start) / (end - start), 0.0), 1.0)
        return places[after - 1] + share * (places[after] - places[after - 1])

    def label(self, at_ms: float) -> str:
        """Return how the instant is written: from the beginning on, or with + from a gap's end."""
        number = max(bisect_right(self._ends, at_ms) - 1, 0)
        return _label(at_ms - self._ends[number], is_later=number > 0)

    def ticks(self, at_most: int) -> Iterator[tuple[float, str]]:
        """Yield places of round instants with their labels, about so many over the whole line."""
        step = _round_step(self.active_ms / max(1, at_most))
        stops = [*(gap.start_ms for gap in self.gaps), self.total_ms]
        for number, (start, stop) in enumerate(zip(self._ends, stops, strict=True)):
            for count in range(min(number, 1), int(max(0.0, stop - start) / step) + 1):
                since = count * step
                yield self.place(start + since), _label(since, is_later=number > 0)

    @cached_property
    def _ends(self) -> list[float]:
        """Where it begins, and goes on after each gap."""
        return [0.0, *(gap.end_ms for gap in self.gaps)]

    @cached_property
    def _knots(self) -> tuple[list[float], list[float]]:
        """The instants at which the scale changes, and their places."""
        count = len(self.gaps)
        share = min(_GAP_SHARE, _SHARE_OF_ALL_GAPS / count) if count else 0.0
        if self.active_ms <= 0 and count:
            share = 1 / count
        scale = (1 - share * count) / self.active_ms if self.active_ms > 0 else 0.0
        at, places = [0.0], [0.0]
        for gap in self.gaps:
            before = places[-1] + (gap.start_ms - at[-1]) * scale
            at += [gap.start_ms, gap.end_ms]
            places += [before, before + share]
        at.append(self.total_ms)
        places.append(1.0 if self.total_ms > 0 else 0.0)
        return at, [min(place, 1.0) for place in places]


def gaps_between(busy: Iterable[tuple[float, float]], time: RunTime) -> Iterator[Gap]:
    """Yield, in order, the long waits, and the long stretches beside them without a busy span."""
    waits = [
        Gap(wait.start_ms, round(wait.start_ms + wait.duration_ms, 3), f"waited {wait.cause}")
        for wait in time.waits
        if wait.duration_ms >= _LONG_MS or wait.duration_ms > time.duration_ms
    ]
    spans: list[tuple[float, float, Gap | None]] = [(start, stop, None) for start, stop in busy]
    spans += ((wait.start_ms, wait.end_ms, wait) for wait in waits)
    spans.append((time.total_ms, time.total_ms, None))
    end = 0.0
    for start, stop, wait in sorted(spans, key=lambda span: span[:2]):
        if start - end >= _LONG_MS:
            yield Gap(end, start, "nothing was recorded")
        if wait is not None:
            yield wait
        end = max(end, stop)


def _label(since_ms: float, *, is_later: bool) -> str:
    text = duration_text(since_ms) if since_ms > 0 else "0"
    return f"+{text}" if is_later else text


def _round_step(at_least_ms: float) -> float:
    power = 10.0 ** math.floor(math.log10(max(at_least_ms, _SHORTEST_MS)))
    return next(
        step * power for step in _STEPS if step * power >= at_least_ms or step == _STEPS[-1]
    )
