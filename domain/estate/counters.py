"""How much counters have risen."""

from typing import NamedTuple


class CounterIncrease(NamedTuple):
    """How much counters have risen in all, and in a second; None without two points of one."""

    increase: float | None
    rate: float | None
