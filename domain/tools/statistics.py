"""What the record says about tools: how often they were called, how long it took, how it ended."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from domain.tools.measurements import MeasuredCalls

BUCKET_BOUNDS_MS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000)
"""The longest duration of each bucket of the histogram; one more bucket has all that is longer."""

_LONGEST_MS: Final = 1e12


def bucket_of(duration_ms: float) -> int:
    """Return the index of the bucket. Raises ValueError for what is no duration."""
    if not 0 <= duration_ms <= _LONGEST_MS:
        message = f"{duration_ms} ms is no duration"
        raise ValueError(message)
    return bisect_left(BUCKET_BOUNDS_MS, duration_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolHour:
    """The ended calls of one operation in one hour, such as 2026-03-01T12 (UTC).

    `histogram` has the calls by bucket, failed ones too. A call that never ended is not counted.
    """

    hour: str
    tool: str
    operation: str
    call_count: int
    error_count: int
    total_ms: float
    histogram: tuple[int, ...]


class ToolStatistics(Protocol):
    """Statistics over the recorded calls of a tenant; they may lag behind the newest runs."""

    def measured(self, tenant_id: str, *, since: datetime) -> Mapping[str, MeasuredCalls]:
        """Return by tool the figures of the calls that ended in or after the hour of `since`."""
        ...

    def hours(self, tenant_id: str, *, since: datetime) -> list[ToolHour]:
        """Return the same calls by hour, tool and operation, in this order."""
        ...
