import csv
import io
import json
from datetime import UTC, datetime

import pytest

from domain.tools.tracer import ExecutionTracer

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Stopwatch:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def tracer(stopwatch: Stopwatch) -> ExecutionTracer:
    return ExecutionTracer(now=lambda: NOON, monotonic=stopwatch)


def exported(tracer: ExecutionTracer) -> list[dict[str, object]]:
    records: list[dict[str, object]] = json.loads(tracer.export_traces("json"))
    return records


def exported_csv(tracer: ExecutionTracer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tracer.export_traces("csv"), newline="")))


def test_an_id_names_the_tool_and_the_operation(tracer: ExecutionTracer) -> None:
    assert tracer.start_trace("ci", "search", {}).startswith("ci_search_")


def test_calls_started_in_the_same_instant_have_different_ids(tracer: ExecutionTracer) -> None:
    assert len({tracer.start_trace("ci", "search", {}) for _ in range(100)}) == 100


def test_a_finished_call_is_recorded_in_full(
    tracer: ExecutionTracer, stopwatch: Stopwatch
) -> None:
    trace_id = tracer.start_trace("ci", "search", {"limit": 5})
    stopwatch.seconds += 1.5
    tracer.end_trace(
        trace_id,
        success=False,
        error="no answer",
        result_size=120,
        result_count=3,
        cache_hit=True,
        retry_count=2,
        fallback_used=True,
        shard="eu",
    )
    assert exported(tracer) == [
        {
            "id": trace_id,
            "tool_type": "ci",
            "operation": "search",
            "input_params": {"limit": 5},
            "started_at": "2026-03-01T12:00:00+00:00",
            "ended_at": "2026-03-01T12:00:01.500000+00:00",
            "duration_ms": 1500.0,
            "success": False,
            "error": "no answer",
            "cache_hit": True,
            "result_size_bytes": 120,
            "result_count": 3,
            "retry_count": 2,
            "fallback_used": True,
            "metadata": {"shard": "eu"},
        }
    ]


def test_a_call_under_way_is_neither_a_success_nor_a_failure(tracer: ExecutionTracer) -> None:
    tracer.start_trace("ci", "search", {})
    assert exported(tracer)[0]["success"] is None


def test_params_changed_after_the_start_do_not_change_the_record(tracer: ExecutionTracer) -> None:
    params = {"limit": 5}
    tracer.start_trace("ci", "search", params)
    params["limit"] = 9
    assert exported(tracer)[0]["input_params"] == {"limit": 5}


def test_the_end_of_an_unknown_call_is_ignored(tracer: ExecutionTracer) -> None:
    tracer.end_trace("ci_search_99", success=True)
    assert exported(tracer) == []


def test_a_call_ends_once(tracer: ExecutionTracer) -> None:
    trace_id = tracer.start_trace("ci", "search", {})
    tracer.end_trace(trace_id, success=True)
    tracer.end_trace(trace_id, success=False)
    assert exported(tracer)[0]["success"] is True


def test_the_oldest_calls_are_dropped() -> None:
    tracer = ExecutionTracer(2, now=lambda: NOON)
    ids = [tracer.start_trace("ci", "search", {}) for _ in range(3)]
    assert [record["id"] for record in exported(tracer)] == ids[1:]


def test_the_end_of_a_dropped_call_is_ignored() -> None:
    tracer = ExecutionTracer(1, now=lambda: NOON)
    dropped = tracer.start_trace("ci", "search", {})
    tracer.start_trace("ci", "get", {})
    tracer.end_trace(dropped, success=True)
    assert tracer.get_performance_stats() == {}


def test_a_bound_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="max_traces must be at least 1, not 0"):
        ExecutionTracer(0, now=lambda: NOON)


def test_the_figures_are_by_type_and_operation(
    tracer: ExecutionTracer, stopwatch: Stopwatch
) -> None:
    for success, cache_hit in [(True, True), (True, False), (False, False), (True, False)]:
        trace_id = tracer.start_trace("ci", "search", {})
        stopwatch.seconds += 0.5
        tracer.end_trace(trace_id, success=success, cache_hit=cache_hit)
    assert tracer.get_performance_stats() == {
        "ci/search": {
            "count": 4,
            "success": 3,
            "error": 1,
            "total_time_ms": 2000.0,
            "avg_time_ms": 500.0,
            "cache_hits": 1,
            "cache_misses": 3,
            "cache_hit_rate": 0.25,
        }
    }


def test_a_call_under_way_is_not_in_the_figures(tracer: ExecutionTracer) -> None:
    tracer.start_trace("ci", "search", {})
    assert tracer.get_performance_stats() == {}


def test_a_dropped_call_leaves_the_figures(stopwatch: Stopwatch) -> None:
    tracer = ExecutionTracer(2, now=lambda: NOON, monotonic=stopwatch)
    for success, cache_hit, seconds in [(False, True, 0.7), (True, False, 0.1), (True, True, 0.2)]:
        trace_id = tracer.start_trace("ci", "search", {})
        stopwatch.seconds += seconds
        tracer.end_trace(trace_id, success=success, cache_hit=cache_hit)
    figures = tracer.get_performance_stats()["ci/search"]
    assert (figures["count"], figures["success"], figures["cache_hits"]) == (2, 2, 1)
    assert figures["total_time_ms"] == pytest.approx(300)


def test_an_operation_without_calls_that_are_kept_has_no_figures() -> None:
    tracer = ExecutionTracer(1, now=lambda: NOON)
    for operation in ("search", "get"):
        tracer.end_trace(tracer.start_trace("ci", operation, {}), success=True)
    assert list(tracer.get_performance_stats()) == ["ci/get"]


def test_csv_keeps_commas_quotes_and_line_breaks(tracer: ExecutionTracer) -> None:
    trace_id = tracer.start_trace("ci", "search", {})
    tracer.end_trace(trace_id, success=False, error='said "no",\r\nthen left')
    assert exported_csv(tracer)[0]["error"] == 'said "no",\r\nthen left'


def test_csv_has_params_as_json(tracer: ExecutionTracer) -> None:
    tracer.start_trace("ci", "search", {"keywords": ["erp", "db"]})
    assert json.loads(exported_csv(tracer)[0]["input_params"]) == {"keywords": ["erp", "db"]}


def test_csv_has_metadata_as_json(tracer: ExecutionTracer) -> None:
    tracer.end_trace(tracer.start_trace("ci", "search", {}), success=True, shard="eu")
    assert json.loads(exported_csv(tracer)[0]["metadata"]) == {"shard": "eu"}


@pytest.mark.parametrize("moment", ["started_at", "ended_at"])
def test_csv_has_times_in_iso_form(tracer: ExecutionTracer, moment: str) -> None:
    tracer.end_trace(tracer.start_trace("ci", "search", {}), success=True)
    assert exported_csv(tracer)[0][moment] == "2026-03-01T12:00:00+00:00"


def test_csv_without_calls_is_a_header(tracer: ExecutionTracer) -> None:
    header, *rows = tracer.export_traces("csv").splitlines()
    assert (header.startswith("id,tool_type,operation,"), rows) == (True, [])


def test_values_that_json_does_not_know_are_exported_as_text(tracer: ExecutionTracer) -> None:
    tracer.start_trace("metric", "series", {"start": NOON})
    assert exported(tracer)[0]["input_params"] == {"start": "2026-03-01T12:00:00+00:00"}


def test_another_export_format_is_refused(tracer: ExecutionTracer) -> None:
    with pytest.raises(ValueError, match="must be 'json' or 'csv', not 'xml'"):
        tracer.export_traces("xml")


def test_the_calls_of_a_tenant_are_in_its_own_tracer_alone(tracer: ExecutionTracer) -> None:
    trace = tracer.of("acme").start_trace("ci", "search", {})
    tracer.of("acme").end_trace(trace, success=True)
    assert tracer.of("acme").get_performance_stats()["ci/search"]["count"] == 1
    assert tracer.of("globex").get_performance_stats() == {}
