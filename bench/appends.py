"""What an append costs: alone, in company, and beside what others do with the same disk.

Events have 300 bytes, two go in each append, and each append is durable (WAL, `synchronous=FULL`)
before its writer goes on. Every writer writes a stream of its own.
"""

import asyncio
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, cast

from bench.append_peers import HandWrittenLog, eventsourcing_recorder, stored_events
from bench.append_requests import EVENTS, chains
from bench.harness import NotMeasured, Rows, spread
from domain.ports import EventStore
from infrastructure.database.engine import create_engine
from infrastructure.database.migrate import ensure_current
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.sqlite import SqliteEventStore

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")
_ROUNDS = 5
_LONE_PER_SECOND = 1000
_TOGETHER_PER_SECOND = 4000


@dataclass(frozen=True, slots=True)
class Measured:
    """What one round of one workload gave."""

    events_per_second: float
    p50_ms: float
    p99_ms: float


def rows(seconds: float) -> Rows:
    """Return a row per figure; the workloads take turns, so that a noisy moment hits all."""
    figures: dict[str, list[Measured]] = {name: [] for name in _WORKLOADS}
    reasons: dict[str, str] = {}
    for _ in range(_ROUNDS):
        for name, workload in _WORKLOADS.items():
            try:
                figures[name].append(workload(seconds))
            except NotMeasured as reason:
                reasons[name] = f"not measured: {reason}"
    found = {name: some for name, some in figures.items() if some}
    return [
        *(row for name, some in found.items() for row in _rows_of(name, some)),
        *_shares(found),
        *((name, reason, "") for name, reason in reasons.items()),
    ]


def _rows_of(name: str, found: Sequence[Measured]) -> Rows:
    return [
        (name, spread([each.events_per_second for each in found], ",.0f"), "events/s"),
        (f"{name}, p50", spread([each.p50_ms for each in found], ".2f"), "ms"),
        (f"{name}, p99", spread([each.p99_ms for each in found], ".2f"), "ms"),
    ]


def _shares(found: dict[str, list[Measured]]) -> Rows:
    """Return how each pair of workloads compares, round by round."""
    return [
        (
            f"{name} / {other}",
            spread(
                [
                    each.events_per_second / its.events_per_second
                    for each, its in zip(found[name], found[other], strict=True)
                ],
                ".2f",
            ),
            "times the events/s",
        )
        for name, other in _COMPARED
        if name in found and other in found
    ]


@contextmanager
def _store() -> Iterator[SqliteEventStore]:
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/bench.db")
        ensure_current(engine)
        try:
            yield SqliteEventStore(engine)
        finally:
            engine.dispose()


@contextmanager
def _group() -> Iterator[GroupCommit]:
    with _store() as store:
        group = GroupCommit(store)
        try:
            yield group
        finally:
            group.close()


def _alone(seconds: float) -> Measured:
    with _store() as store:
        return _by_threads(store.append, chains(1, int(seconds * _LONE_PER_SECOND)))


def _threads(writer_count: int) -> Callable[[float], Measured]:
    per_second = _LONE_PER_SECOND if writer_count == 1 else _TOGETHER_PER_SECOND

    def measure(seconds: float) -> Measured:
        with _group() as group:
            count = int(seconds * per_second / writer_count)
            return _by_threads(group.append, chains(writer_count, count))

    return measure


def _tasks(writer_count: int) -> Callable[[float], Measured]:
    per_second = _LONE_PER_SECOND if writer_count == 1 else _TOGETHER_PER_SECOND

    def measure(seconds: float) -> Measured:
        with _group() as group:
            return asyncio.run(
                _by_tasks(group, writer_count, int(seconds * per_second / writer_count))
            )

    return measure


def _one_by_one(seconds: float) -> Measured:
    with _store() as store:
        return _by_threads(store.append, chains(64, int(seconds * _LONE_PER_SECOND / 64)))


def _hand_written(batch_size: int) -> Callable[[float], Measured]:
    per_second = _LONE_PER_SECOND if batch_size == 1 else _TOGETHER_PER_SECOND

    def measure(seconds: float) -> Measured:
        batches = list(
            zip(*chains(batch_size, int(seconds * per_second / batch_size)), strict=True)
        )
        with _store() as store:
            connection = store._engine.raw_connection()  # noqa: SLF001 - with the same settings
            cursor = cast("sqlite3.Cursor", connection.cursor())
            measured = _by_threads(HandWrittenLog(cursor).commit, [batches])
            connection.close()
        return _scaled(measured, batch_size)

    return measure


def _eventsourcing(writer_count: int) -> Callable[[float], Measured]:
    def measure(seconds: float) -> Measured:
        with tempfile.TemporaryDirectory() as folder:
            recorder = eventsourcing_recorder(Path(folder), writer_count=writer_count)
            appends = stored_events(
                chains(writer_count, int(seconds * _LONE_PER_SECOND / writer_count))
            )
            return _by_threads(recorder.insert_events, appends)

    return measure


def _by_threads(append: Callable[[T], object], work: Sequence[Sequence[T]]) -> Measured:
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


async def _by_tasks(store: EventStore, writer_count: int, append_count: int) -> Measured:
    times: list[float] = []
    work = chains(writer_count, append_count)

    async def write(number: int) -> None:
        for append in work[number]:
            started = time.perf_counter()
            await store.append_async(append)
            times.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(write(number) for number in range(writer_count)))
    return _measured(times, time.perf_counter() - started)


def _measured(times: list[float], seconds: float) -> Measured:
    percentiles = statistics.quantiles(times, n=100)
    return Measured(len(times) * EVENTS / seconds, percentiles[49] * 1000, percentiles[98] * 1000)


def _scaled(measured: Measured, batch_size: int) -> Measured:
    rate = measured.events_per_second * batch_size
    return Measured(rate, measured.p50_ms, measured.p99_ms)


_WORKLOADS: Final[dict[str, Callable[[float], Measured]]] = {
    "a writer alone, without group commit": _alone,
    "a writer alone": _threads(1),
    "a task alone": _tasks(1),
    "8 threads": _threads(8),
    "64 threads": _threads(64),
    "64 tasks": _tasks(64),
    "512 tasks": _tasks(512),
    "64 threads, without group commit": _one_by_one,
    "hand-written loop alone": _hand_written(1),
    "hand-written loop, 64 appends a commit": _hand_written(64),
    "eventsourcing alone": _eventsourcing(1),
    "eventsourcing, 64 threads": _eventsourcing(64),
}

_COMPARED: Final = [
    ("a writer alone", "a writer alone, without group commit"),
    ("a writer alone", "hand-written loop alone"),
    ("a writer alone", "eventsourcing alone"),
    ("64 threads", "hand-written loop, 64 appends a commit"),
    ("64 tasks", "hand-written loop, 64 appends a commit"),
    ("64 tasks", "64 threads, without group commit"),
    ("64 threads", "eventsourcing, 64 threads"),
    ("64 tasks", "eventsourcing, 64 threads"),
]
