"""Figures that are the same on every Python, machine and database: rounded and added in one way.

The last bits of a float depend on who computes it: Python 3.12 adds otherwise than 3.11, and
databases and C libraries each have their own way. What is computed is rounded here before it is
recorded; what is recorded is compared no finer than `TOLERANCE`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SIGNIFICANT_DIGITS: Final = 12
"""So many digits of a computed figure are recorded; a float has 15 to 17."""

TOLERANCE: Final = 1e-9
"""Recorded figures that differ by no more than this, relative to the larger one, are the same.

Runs of the first versions hold figures with all their digits.
"""


def figure(value: float) -> float:
    """Return a computed figure as it is recorded."""
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def finite_figure(value: float) -> float:
    """Return a computed figure as it is recorded. Raises `OverflowError` for one beyond floats."""
    if not math.isfinite(value):
        raise OverflowError(value)
    return figure(value)


def whole_sum(counts: Iterable[int]) -> int:
    """Return the sum of whole numbers; floats are added by `math.fsum`, exactly."""
    return sum(counts)


@dataclass(frozen=True, slots=True)
class Exactness:
    """How far two figures may be from each other and be the same, relative to the larger one.

    `of_whole` is for whole numbers, which must be equal by default: they count and name things.
    """

    of_floats: float = TOLERANCE
    of_whole: float = 0.0

    @property
    def is_loose(self) -> bool:
        """Whether somebody asked for a tolerance that also whole numbers have."""
        return self.of_whole > 0


EXACT: Final = Exactness(0.0)
USUAL: Final = Exactness()


def is_same_figure(one: float, other: float, exactness: Exactness = USUAL) -> bool:
    """Return whether two numbers are the same figure; what is no number is only that."""
    if one == other or (one != one and other != other):  # noqa: PLR0124 - NaN, whatever the type
        return True
    is_whole = isinstance(one, int) and isinstance(other, int)
    try:
        relative = exactness.of_whole if is_whole else exactness.of_floats
        return math.isclose(one, other, rel_tol=relative)
    except OverflowError:  # a whole number beyond all floats
        return False
