"""Figures that are the same on every Python, machine and database: rounded and added in one way.

The last bits of a float depend on who computes it: Python 3.12 adds otherwise than 3.11, and
databases and C libraries each have their own way. What is computed is rounded here before it is
recorded; what is recorded is compared no finer than `TOLERANCE`.
"""

import math
from collections.abc import Iterable
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


def whole_sum(counts: Iterable[int]) -> int:
    """Return the sum of whole numbers; floats are added by `math.fsum`, exactly."""
    return sum(counts)


def is_same_figure(one: float, other: float, *, tolerance: float = TOLERANCE) -> bool:
    """Return whether two numbers are the same figure; whole ones must be equal."""
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    return math.isclose(one, other, rel_tol=tolerance)
