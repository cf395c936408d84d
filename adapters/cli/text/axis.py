"""The axis of a timeline: milliseconds on cells of text."""

import math
from dataclasses import dataclass

from domain.times import duration_text

_TICK_CELLS = 14
_GAP = 2
_SHORTEST_MS = 0.001
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Axis:
    """`total_ms` on `width` cells."""

    total_ms: float
    width: int

    def cells(self, start_ms: float, end_ms: float) -> tuple[int, int]:
        """Return the first cell of a span and the cell after its last: one at least."""
        first = min(math.floor(start_ms * self._cells_per_ms), self.width - 1)
        after = min(math.ceil(end_ms * self._cells_per_ms), self.width)
        return first, max(after, first + 1)

    def ticks(self) -> list[tuple[int, str]]:
        """Return the cells of the round instants from 0 on, with their labels."""
        step = _round_step(self.total_ms * _TICK_CELLS / self.width)
        count = int(self.total_ms / step)
        return [(self._cell(number * step), _label(number * step)) for number in range(count + 1)]

    def _cell(self, at_ms: float) -> int:
        return min(round(at_ms * self._cells_per_ms), self.width - 1)

    @property
    def _cells_per_ms(self) -> float:
        return self.width / max(self.total_ms, _SHORTEST_MS)


def axis_lines(axis: Axis, *, is_unicode: bool) -> tuple[str, str]:
    """Return the labels and the line below them, each at most as wide as the axis."""
    rule, mark = ("─", "┬") if is_unicode else ("-", "+")
    line, labels = [rule] * axis.width, ""
    for cell, label in axis.ticks():
        fits = (not labels or cell >= len(labels) + _GAP) and cell + len(label) <= axis.width
        if fits:
            line[cell] = mark
            labels = f"{labels:<{cell}}{label}"
    return labels, "".join(line)


def _round_step(at_least_ms: float) -> float:
    power = 10.0 ** math.floor(math.log10(max(at_least_ms, _SHORTEST_MS)))
    return next(
        step * power for step in _STEPS if step * power >= at_least_ms or step == _STEPS[-1]
    )


def _label(at_ms: float) -> str:
    return duration_text(at_ms) if at_ms else "0"
