"""The axis of a timeline in cells of text."""

import math
from dataclasses import dataclass

from domain.views.axis import Axis

_TICK_CELLS = 14
_FEWEST_TICKS = 2
_GAP = 2


@dataclass(frozen=True, slots=True)
class CellAxis:
    """The axis on `width` cells of text."""

    axis: Axis
    width: int

    def cells(self, start_ms: float, end_ms: float) -> tuple[int, int]:
        """Return the first cell of a span and the cell after its last: one at least."""
        first = min(math.floor(self.axis.place(start_ms) * self.width), self.width - 1)
        after = min(math.ceil(self.axis.place(end_ms) * self.width), self.width)
        return first, max(after, first + 1)

    def ticks(self) -> list[tuple[int, str]]:
        """Return the cells of round instants, with their labels."""
        ticks = self.axis.ticks(max(self.width // _TICK_CELLS, _FEWEST_TICKS))
        return [(min(round(at * self.width), self.width - 1), label) for at, label in ticks]


def axis_lines(axis: CellAxis, *, is_unicode: bool) -> tuple[str, str]:
    """Return the labels and the line below them, each at most as wide as the axis."""
    rule, mark = ("─", "┬") if is_unicode else ("-", "+")
    line, labels = [rule] * axis.width, ""
    for cell, label in axis.ticks():
        fits = (not labels or cell >= len(labels) + _GAP) and cell + len(label) <= axis.width
        if fits:
            line[cell] = mark
            labels = f"{labels:<{cell}}{label}"
    for gap in axis.axis.gaps:
        first, after = axis.cells(gap.start_ms, gap.end_ms)
        line[first:after] = "/" * (after - first)
    return labels, "".join(line)
