"""What this server measures, for Prometheus: each process its own, and its database's as it is.

No label has a tenant, a run or a question.
"""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec
from cachetools import LRUCache
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.registry import Collector

from adapters.http.workroom import LOG, Workroom
from domain.ports import Append
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.summary import RunSummary
from domain.services.readiness import Readiness

__all__ = ["CONTENT_TYPE", "Metrics", "run_ended_by"]

_REQUEST_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_RUN_SECONDS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600)
_MOST_CALLS: Final = 10_000
"""Calls under way whose tools are known; of a process that has more the oldest are forgotten."""
_OUTCOMES: Final = {ToolCallSucceeded.stored_as: "succeeded", ToolCallFailed.stored_as: "failed"}


class _Call(msgspec.Struct):
    call_id: str
    tool: str = ""


class Metrics:
    """The figures of one server."""

    def __init__(self, workroom: Workroom, readiness: Readiness) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # as the library has it
        self._registry = of = CollectorRegistry()
        self._requests = Histogram(
            "opstrail_request_seconds",
            "Seconds until the answer to a request began.",
            ("operation", "status"),
            buckets=_REQUEST_SECONDS,
            registry=of,
        )
        self._runs = Histogram(
            "opstrail_run_seconds",
            "Seconds that the runs took which ended here, waiting left out.",
            ("state",),
            buckets=_RUN_SECONDS,
            registry=of,
        )
        self._calls = Counter(
            "opstrail_tool_calls", "Calls that ended here.", ("tool", "outcome"), registry=of
        )
        self._tools = LRUCache[tuple[str, str], str](_MOST_CALLS)
        _gauge(of, "streams_open", "Streams that are open here.", lambda: workroom.hub.open_count)
        _gauge(of, "commands_running", "Commands carried out.", lambda: workroom.running_count)
        _gauge(of, "commands_waiting", "Commands in the queue.", lambda: workroom.waiting_count)
        self._registry.register(_OfDatabase(readiness))

    def text(self) -> bytes:
        """Return them as Prometheus reads them; it blocks."""
        return generate_latest(self._registry)

    def note_request(self, operation: str, status: int, seconds: float) -> None:
        """Count a request that is answered."""
        self._requests.labels(operation, str(status)).observe(seconds)

    def note_append(self, request: Append) -> None:
        """Count what ends with an append."""
        for event in request.events:
            if event.type == ToolCallStarted.stored_as:
                call = msgspec.json.decode(event.data, type=_Call)
                self._tools[request.stream_id, call.call_id] = call.tool
            elif event.type in _OUTCOMES:
                call = msgspec.json.decode(event.data, type=_Call)
                tool = self._tools.pop((request.stream_id, call.call_id), "unknown")
                self._calls.labels(tool, _OUTCOMES[event.type]).inc()
        if (run := run_ended_by(request)) is not None:
            self._runs.labels(run.state).observe((run.duration_ms or 0) / 1000)


def run_ended_by(request: Append) -> RunSummary | None:
    """Return the run that ends with an append; None where none does, and where it was imported."""
    run = request.summary
    if run is None or not (request.is_own and request.events):
        return None
    return run if run.ended_at == request.events[-1].recorded_at else None


class _OfDatabase(Collector):
    """What is under way on the database, of all servers on it, as it is when it is asked for."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """See `Collector`; nothing where the database cannot be asked."""
        try:
            under_way, behind = self._readiness.under_way(), self._readiness.lags()
        except Exception:  # noqa: BLE001 - whatever it is: what this server counts is told
            LOG.warning("the database was not asked for its figures", exc_info=True)
            return
        about = "Runs that have not ended on this database, by state and by lease."
        runs = GaugeMetricFamily("opstrail_runs_under_way", about, labels=("state", "lease"))
        for each in under_way:
            runs.add_metric((each.state, each.lease), each.run_count)
        yield runs
        about = "Events that a projection is behind the log."
        lags = GaugeMetricFamily("opstrail_projection_lag", about, labels=("projection",))
        for name, lag in behind.items():
            lags.add_metric((name,), lag)
        yield lags

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Return nothing: it asks the database only when somebody wants to know."""
        return ()


def _gauge(of: CollectorRegistry, name: str, about: str, count: Callable[[], float]) -> None:
    Gauge(f"opstrail_{name}", about, registry=of).set_function(count)
