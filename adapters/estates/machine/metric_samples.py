"""A few seconds of metrics: CPU, memory, disks, network, and the busiest processes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import psutil

from adapters.estates.machine.host import HOST_ID, disk_id, interface_id, mount_points
from adapters.estates.machine.live_processes import UNREADABLE
from adapters.estates.machine.processes import process_id
from domain.estate.records import MetricDefinition, MetricPoint

INTERVAL_SECONDS = 0.5
BUSIEST_COUNT = 20

METRICS = tuple(
    MetricDefinition(metric_name=name, unit=unit, description=description)
    for name, unit, description in (
        ("cpu_usage", "%", "Share of the machine's CPU time in use"),
        ("memory_usage", "%", "Share of the machine's memory in use"),
        ("memory_rss", "bytes", "Memory of a process"),
        ("disk_usage", "%", "Share of a disk in use"),
    )
) + tuple(
    MetricDefinition(metric_name=name, unit="bytes", kind="counter", description=description)
    for name, description in (
        ("network_in", "Received since the start"),
        ("network_out", "Sent since the start"),
    )
)


@dataclass(frozen=True, slots=True)
class _Reading:
    ci_id: str
    metric_name: str
    value: float


class Sampler:
    """Takes samples; CPU shares count from the sample before, the first from when it was made."""

    def __init__(
        self, pids: set[int], *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Begin to count; only these processes are sampled."""
        self._sleep = sleep
        self._cores = psutil.cpu_count() or 1
        self._processes = [p for p in psutil.process_iter() if p.pid in pids]
        psutil.cpu_percent()
        for process in self._processes:
            _cpu_percent(process)

    async def sample(self, *, now: datetime, seconds: float) -> list[MetricPoint]:
        """Return points for so many seconds from now on, at least one of each metric."""
        count = max(1, round(seconds / INTERVAL_SECONDS))
        points: list[MetricPoint] = []
        for number in range(1, count + 1):
            await self._sleep(seconds / count)
            at = now + timedelta(seconds=number * seconds / count)
            readings = [*_machine(), *_disks(), *_network(), *self._process_readings()]
            points += [_point(reading, at) for reading in readings]
        return _without_idle_processes(points)

    def _process_readings(self) -> Iterator[_Reading]:
        for process in self._processes:
            ci_id, cpu = process_id(process.pid), _cpu_percent(process)
            try:
                rss, share = process.memory_info().rss, process.memory_percent()
            except UNREADABLE:
                continue
            if cpu is not None:
                yield _Reading(ci_id, "cpu_usage", cpu / self._cores)
                yield _Reading(ci_id, "memory_usage", share)
                yield _Reading(ci_id, "memory_rss", rss)


def _cpu_percent(process: psutil.Process) -> float | None:
    try:
        return process.cpu_percent()
    except UNREADABLE:
        return None


def _machine() -> Iterator[_Reading]:
    yield _Reading(HOST_ID, "cpu_usage", psutil.cpu_percent())
    yield _Reading(HOST_ID, "memory_usage", psutil.virtual_memory().percent)


def _disks() -> Iterator[_Reading]:
    for point in mount_points():
        try:
            used = psutil.disk_usage(point).percent
        except UNREADABLE:
            continue
        yield _Reading(disk_id(point), "disk_usage", used)


def _network() -> Iterator[_Reading]:
    for name, counted in psutil.net_io_counters(pernic=True).items():
        yield _Reading(interface_id(name), "network_in", counted.bytes_recv)
        yield _Reading(interface_id(name), "network_out", counted.bytes_sent)


def _point(reading: _Reading, at: datetime) -> MetricPoint:
    return MetricPoint(
        ci_id=reading.ci_id,
        metric_name=reading.metric_name,
        measured_at=at,
        value=round(reading.value, 2),
    )


def _without_idle_processes(points: list[MetricPoint]) -> list[MetricPoint]:
    """Keep the points of the processes that used most CPU, and of those that hold most memory."""
    kept = _highest(points, "cpu_usage") | _highest(points, "memory_rss")
    return [p for p in points if not p.ci_id.startswith("process:") or p.ci_id in kept]


def _highest(points: list[MetricPoint], metric_name: str) -> set[str]:
    totals: dict[str, float] = {}
    for point in points:
        if point.metric_name == metric_name and point.ci_id.startswith("process:"):
            totals[point.ci_id] = totals.get(point.ci_id, 0.0) + point.value
    return set(sorted(totals, key=lambda ci_id: -totals[ci_id])[:BUSIEST_COUNT])
