"""A bounded record of the latest tool calls, for figures and for export."""

import csv
import io
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TypedDict


@dataclass(frozen=True, slots=True)
class ToolTrace:
    """One tool call; `ended_at` and `success` are None until it has ended."""

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
        self._max_traces = max_traces
        self._now = now
        self._monotonic = monotonic
        self._numbers = count(1)
        self._traces: dict[str, ToolTrace] = {}
        self._start_readings: dict[str, float] = {}

    def start_trace(self, tool_type: str, operation: str, params: Mapping[str, object]) -> str:
        """Record the start of a call and return the id to end it with."""
        trace_id = f"{tool_type}_{operation}_{next(self._numbers)}"
        self._traces[trace_id] = ToolTrace(
            trace_id, tool_type, operation, dict(params), started_at=self._now()
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
        started = self._traces[trace_id]
        self._traces[trace_id] = replace(
            started,
            ended_at=started.started_at + timedelta(seconds=seconds),
            duration_ms=seconds * 1000,
            success=success,
            error=error,
            cache_hit=cache_hit,
            result_size_bytes=result_size,
            result_count=result_count,
            retry_count=retry_count,
            fallback_used=fallback_used,
            metadata=metadata,
        )

    def get_performance_stats(self) -> dict[str, PerformanceStats]:
        """The figures of the calls still kept that have ended, by "type/operation"."""
        ended: dict[str, list[ToolTrace]] = {}
        for trace in self._traces.values():
            if trace.success is not None:
                ended.setdefault(f"{trace.tool_type}/{trace.operation}", []).append(trace)
        return {name: _stats(traces) for name, traces in ended.items()}

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
            oldest = next(iter(self._traces))
            del self._traces[oldest]
            self._start_readings.pop(oldest, None)


def _stats(traces: list[ToolTrace]) -> PerformanceStats:
    success_count = sum(trace.success is True for trace in traces)
    total_time_ms = sum(trace.duration_ms for trace in traces)
    cache_hits = sum(trace.cache_hit for trace in traces)
    return {
        "count": len(traces),
        "success": success_count,
        "error": len(traces) - success_count,
        "total_time_ms": total_time_ms,
        "avg_time_ms": total_time_ms / len(traces),
        "cache_hits": cache_hits,
        "cache_misses": len(traces) - cache_hits,
        "cache_hit_rate": cache_hits / len(traces),
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
