"""How appends are measured: writers that go on as soon as their append is durable."""

import asyncio
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bench.append_requests import EVENTS
from domain.ports import Append, EventStore

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one round of one workload gave."""

    events_per_second: float
    p50_ms: float
    p99_ms: float


def by_threads(append: Callable[[T], object], work: Sequence[Sequence[T]]) -> Measured:
    """Let a thread do each part of the work, all at once."""
    times: list[float] = []
    ready = threading.Barrier(len(work) + 1)

    def write(part: Sequence[T]) -> None:
        ready.wait()
        for each in part:
            started = time.perf_counter()
            append(each)
            times.append(time.perf_counter() - started)

    writers = [threading.Thread(target=write, args=[part]) for part in work]
    for writer in writers:
        writer.start()
    ready.wait()
    started = time.perf_counter()
    for writer in writers:
        writer.join()
    return _measured(times, time.perf_counter() - started)


def by_tasks(store: EventStore, work: Sequence[Sequence[Append]]) -> Measured:
    """Let a task do each part of the work, all at once."""
    return asyncio.run(_by_tasks(store, work))


def in_batches(append: Callable[[T], object], batches: Sequence[T], *, size: int) -> Measured:
    """Let one thread do the work, in batches of so many appends."""
    measured = by_threads(append, [batches])
    return replace(measured, events_per_second=measured.events_per_second * size)


async def _by_tasks(store: EventStore, work: Sequence[Sequence[Append]]) -> Measured:
    times: list[float] = []

    async def write(part: Sequence[Append]) -> None:
        for append in part:
            started = time.perf_counter()
            await store.append_async(append)
            times.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*map(write, work))
    return _measured(times, time.perf_counter() - started)


def _measured(times: list[float], seconds: float) -> Measured:
    percentiles = statistics.quantiles(times, n=100)
    return Measured(len(times) * EVENTS / seconds, percentiles[49] * 1000, percentiles[98] * 1000)
