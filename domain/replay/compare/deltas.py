"""How much longer or shorter something took."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delta:
    """Two durations in milliseconds and what B took more; None where one was not measured.

    `percent` is relative to A, and None also when A took no time.
    """

    a_ms: float | None
    b_ms: float | None
    delta_ms: float | None
    percent: float | None


def delta(a_ms: float | None, b_ms: float | None) -> Delta:
    """Return how two durations differ."""
    if a_ms is None or b_ms is None:
        return Delta(a_ms, b_ms, None, None)
    more = round(b_ms - a_ms, 3)
    return Delta(a_ms, b_ms, more, round(100 * more / a_ms, 1) if a_ms else None)
