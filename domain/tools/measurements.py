"""Figures of tool calls: how many run now, how long they take, how often they succeed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import NamedTuple

from domain.tools.tracer import ExecutionTracer, PerformanceStats


class CallsInFlight:
    """Counts the calls that are running; `limit` calls of one tool are its full load."""

    def __init__(self, limit: int) -> None:
        if limit < 1:
            message = f"limit must be at least 1, not {limit}"
            raise ValueError(message)
        self._limit = limit
        self._running: Counter[str] = Counter()
        self._lock = Lock()

    @contextmanager
    def counted(self, tool: str) -> Iterator[None]:
        """Count a call of the tool while the block runs."""
        self._add(tool, 1)
        try:
            yield
        finally:
            self._add(tool, -1)

    def load(self, tool: str) -> float:
        """Return the running calls of the tool as a fraction of the limit, at most 1."""
        with self._lock:
            return min(1.0, self._running[tool] / self._limit)

    def _add(self, tool: str, calls: int) -> None:
        with self._lock:
            self._running[tool] += calls


class MeasuredCalls(NamedTuple):
    """The average time of a tool's ended calls, and the fraction that succeeded."""

    average_ms: float
    success_rate: float


def measured_calls(tracer: ExecutionTracer, tools: Iterable[str]) -> dict[str, MeasuredCalls]:
    """Return by name the figures of those tools that have ended calls in the tracer."""
    figures: dict[str, list[PerformanceStats]] = {}
    for name, stats in tracer.get_performance_stats().items():
        figures.setdefault(name.rpartition("/")[0], []).append(stats)
    return {tool: _over_all(figures[tool]) for tool in tools if tool in figures}


def _over_all(figures: list[PerformanceStats]) -> MeasuredCalls:
    count = sum(stats["count"] for stats in figures)
    return MeasuredCalls(
        average_ms=sum(stats["total_time_ms"] for stats in figures) / count,
        success_rate=sum(stats["success"] for stats in figures) / count,
    )
