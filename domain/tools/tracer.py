"""A bounded record of the latest tool calls, for figures and for export."""

import csv
import io
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from itertools import count
from typing import TypedDict

_NANOSECONDS = 1_000_000
"""In a millisecond."""


@dataclass(slots=True)
class ToolTrace:
    """One tool call; `ended_at` and `success` are None until it has ended.

    Not frozen: its end is filled in.
    """

    id: str
    tool_type: str
    operation: str
    input_params: Mapping[str, object]
    started_at: datetime
    ended_at: datetime | None = None
    duration_ms: float = 0.0
    success: bool | None = None
    error: str | None = None
    cache_hit: bool = False
    result_size_bytes: int = 0
    result_count: int | None = None
    retry_count: int = 0
    fallback_used: bool = False
    metadata: Mapping[str, object] = field(default_factory=dict)


class PerformanceStats(TypedDict):
    """Figures of the ended calls of one operation; `cache_hit_rate` is from 0 to 1."""

    count: int
    success: int
    error: int
    total_time_ms: float
    avg_time_ms: float
    cache_hits: int
    cache_misses: int
    cache_hit_rate: float


class ExecutionTracer:
    """Keeps the `max_traces` latest tool calls, ended or not; older ones are dropped.

    `now` says when a call started; durations are measured by `monotonic`, in seconds.
    """

    def __init__(
        self,
        max_traces: int = 1000,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if max_traces < 1:
            message = f"max_traces must be at least 1, not {max_traces}"
            raise ValueError(message)
        self._max_traces, self.now, self._monotonic = max_traces, now, monotonic
        self._numbers = count(1)
        self._traces: dict[str, ToolTrace] = {}
        self._start_readings: dict[str, float] = {}
        self._totals: dict[str, _Totals] = {}
        self._of_tenants: dict[str, ExecutionTracer] = {}

    def of(self, tenant_id: str) -> "ExecutionTracer":
        """Return the tracer of one tenant, as large as this: no other one has its figures."""
        new = ExecutionTracer(self._max_traces, now=self.now, monotonic=self._monotonic)
        return self._of_tenants.setdefault(tenant_id, new)

    def start_trace(self, tool_type: str, operation: str, params: Mapping[str, object]) -> str:
        """Record the start of a call and return the id to end it with."""
        trace_id = f"{tool_type}_{operation}_{next(self._numbers)}"
        self._traces[trace_id] = ToolTrace(
            trace_id, tool_type, operation, dict(params), started_at=self.now()
        )
        self._start_readings[trace_id] = self._monotonic()
        self._drop_oldest()
        return trace_id

    def end_trace(  # noqa: PLR0913 - all that is known at the end of a call
        self,
        trace_id: str,
        success: bool,  # noqa: FBT001 - callers pass it by position
        error: str | None = None,
        result_size: int = 0,
        result_count: int | None = None,
        cache_hit: bool = False,  # noqa: FBT001, FBT002 - callers pass it by position
        *,
        retry_count: int = 0,
        fallback_used: bool = False,
        **metadata: object,
    ) -> None:
        """Record the end of a call; an id that is unknown, dropped or ended already is ignored."""
        if trace_id not in self._start_readings:
            return
        seconds = self._monotonic() - self._start_readings.pop(trace_id)
        trace = self._traces[trace_id]
        trace.ended_at = trace.started_at + timedelta(seconds=seconds)
        trace.duration_ms = seconds * 1000
        trace.success, trace.error, trace.cache_hit = success, error, cache_hit
        trace.result_size_bytes, trace.result_count = result_size, result_count
        trace.retry_count, trace.fallback_used = retry_count, fallback_used
        trace.metadata = metadata
        self._count(trace, 1)

    def get_performance_stats(self) -> dict[str, PerformanceStats]:
        """The figures of the calls still kept that have ended, by "type/operation"."""
        return {name: _stats(totals) for name, totals in self._totals.items() if totals.count}

    def begun_since(self, tool_type: str, instant: datetime) -> int:
        """Return how many calls of a tool, of those still kept, started after the instant."""
        own = (trace for trace in self._traces.values() if trace.tool_type == tool_type)
        return len([trace for trace in own if trace.started_at > instant])

    def export_traces(self, export_format: str = "json") -> str:
        """The calls still kept, oldest first, as a JSON list or as CSV with a header row.

        In CSV, params and metadata are JSON text. Raises `ValueError` for another format.
        """
        match export_format:
            case "json":
                return _json([_record(trace) for trace in self._traces.values()])
            case "csv":
                return _csv(self._traces.values())
            case _:
                message = f"export format must be 'json' or 'csv', not {export_format!r}"
                raise ValueError(message)

    def _drop_oldest(self) -> None:
        if len(self._traces) > self._max_traces:
            oldest = self._traces.pop(next(iter(self._traces)))
            if self._start_readings.pop(oldest.id, None) is None:
                self._count(oldest, -1)

    def _count(self, ended: ToolTrace, times: int) -> None:
        name = f"{ended.tool_type}/{ended.operation}"
        totals = self._totals.setdefault(name, _Totals())
        totals.count += times
        totals.successes += times * (ended.success is True)
        totals.cache_hits += times * ended.cache_hit
        totals.nanoseconds += times * round(ended.duration_ms * _NANOSECONDS)


@dataclass(slots=True)
class _Totals:
    """Sums over the ended calls of one operation; whole numbers, for calls also leave them."""

    count: int = 0
    successes: int = 0
    cache_hits: int = 0
    nanoseconds: int = 0


def _stats(totals: _Totals) -> PerformanceStats:
    total_time_ms = totals.nanoseconds / _NANOSECONDS
    return {
        "count": totals.count,
        "success": totals.successes,
        "error": totals.count - totals.successes,
        "total_time_ms": total_time_ms,
        "avg_time_ms": total_time_ms / totals.count,
        "cache_hits": totals.cache_hits,
        "cache_misses": totals.count - totals.cache_hits,
        "cache_hit_rate": totals.cache_hits / totals.count,
    }


def _record(trace: ToolTrace) -> dict[str, object]:
    return {column.name: getattr(trace, column.name) for column in fields(trace)}


def _json(value: object) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _csv(traces: Iterable[ToolTrace]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [column.name for column in fields(ToolTrace)])
    writer.writeheader()
    writer.writerows(_row(trace) for trace in traces)
    return text.getvalue()


def _row(trace: ToolTrace) -> dict[str, object]:
    row = _record(trace)
    row["input_params"] = _json(row["input_params"])
    row["metadata"] = _json(row["metadata"])
    row["started_at"] = trace.started_at.isoformat()
    row["ended_at"] = trace.ended_at.isoformat() if trace.ended_at else None
    return row
