"""Charts in one line of text."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from adapters.cli.text.tables import number_text

_LEVELS: Final = "▁▂▃▄▅▆▇█"
_ASCII_LEVELS: Final = "_.-=+*%#"
_GAP = " "
_WIDTH = 60


def sparkline(values: Sequence[float | None], *, is_unicode: bool) -> str:
    """Return the values as a line of bars; of many values each bar shows the average of a few.

    A value that is not there is a gap.
    """
    levels = _LEVELS if is_unicode else _ASCII_LEVELS
    numbers = _averages(values, min(_WIDTH, len(values)))
    known = [number for number in numbers if number is not None]
    if not known:
        return ""
    low, span = min(known), max(known) - min(known)
    top = len(levels) - 1
    return "".join(
        _GAP
        if number is None
        else levels[round((number - low) / span * top) if span else top // 2]
        for number in numbers
    )


def range_text(values: Sequence[float | None]) -> str:
    """Return the lowest, the highest and the last value in words."""
    known = [value for value in values if value is not None]
    if not known:
        return "no values"
    return (
        f"min {number_text(min(known))}  max {number_text(max(known))}"
        f"  last {number_text(known[-1])}"
    )


def _averages(values: Sequence[float | None], count: int) -> list[float | None]:
    bounds = [len(values) * number // count for number in range(count + 1)] if count else [0]
    return [
        _average([value for value in values[start:end] if value is not None])
        for start, end in pairwise(bounds)
    ]


def _average(known: Sequence[float]) -> float | None:
    return sum(known) / len(known) if known else None
