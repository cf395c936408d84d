"""Figures of tool calls: of those that run now, of this process's latest, and of all on record."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import fsum
from threading import Lock
from typing import Final, NamedTuple, Protocol

from domain.figures import figure, whole_sum
from domain.threads import in_thread
from domain.tools.tracer import ExecutionTracer, PerformanceStats

BUCKET_BOUNDS_MS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000)
"""The longest duration of each bucket of the histogram; one more bucket has all that is longer."""
_LONGEST_MS: Final = 1e12


class CallsInFlight:
    """Counts the calls that are running in all runs of a process, each tenant's for itself."""

    def __init__(self) -> None:
        self._running: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    @contextmanager
    def counted(self, tenant_id: str, tool: str) -> Iterator[None]:
        """Count a call of the tool while the block runs."""
        self._add((tenant_id, tool), 1)
        try:
            yield
        finally:
            self._add((tenant_id, tool), -1)

    def load(self, tenant_id: str, tool: str, *, limit: int) -> float:
        """Return the tenant's running calls of the tool as a fraction of the limit, at most 1."""
        with self._lock:
            return min(1.0, figure(self._running[tenant_id, tool] / limit))

    def _add(self, key: tuple[str, str], calls: int) -> None:
        with self._lock:
            self._running[key] += calls
            if not self._running[key]:
                del self._running[key]


class MeasuredCalls(NamedTuple):
    """The average time of a tool's ended calls, and the fraction that succeeded; both figures."""

    average_ms: float
    success_rate: float


def bucket_of(duration_ms: float) -> int:
    """Return the index of the histogram bucket of a duration. Raises ValueError for none."""
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

    def at_hand(self, tenant_id: str, *, since: datetime) -> Mapping[str, MeasuredCalls] | None:
        """Return what `measured` returned here less than a second ago; None if nothing.

        It does not block. Calls of other processes in this second do not count yet; those of this
        one do, as `measured_calls` knows them.
        """

    def hours(self, tenant_id: str, *, since: datetime) -> list[ToolHour]:
        """Return the same calls by hour, tool and operation, in this order."""


async def measured_lately(
    statistics: ToolStatistics, tenant_id: str, *, since: datetime
) -> Mapping[str, MeasuredCalls]:
    """Return what is measured, or was less than a second ago, while other tasks go on."""
    at_hand = statistics.at_hand(tenant_id, since=since)
    if at_hand is not None:
        return at_hand
    return await in_thread(statistics.measured, tenant_id, since=since)


def measured_calls(tracer: ExecutionTracer, tools: Iterable[str]) -> dict[str, MeasuredCalls]:
    """Return by name the figures of those tools that have ended calls in the tracer."""
    figures: dict[str, list[PerformanceStats]] = {}
    for name, stats in tracer.get_performance_stats().items():
        figures.setdefault(name.rpartition("/")[0], []).append(stats)
    return {tool: _over_all(figures[tool]) for tool in tools if tool in figures}


def _over_all(figures: list[PerformanceStats]) -> MeasuredCalls:
    count = whole_sum(stats["count"] for stats in figures)
    return MeasuredCalls(
        average_ms=figure(fsum(stats["total_time_ms"] for stats in figures) / count),
        success_rate=figure(whole_sum(stats["success"] for stats in figures) / count),
    )
