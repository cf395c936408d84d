"""Carrying out a bulk replay: run after run, with what came of them recorded batch by batch."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import Final, TypeVar

from domain.ports import Clock
from domain.replay.bulk.bulk_replay import BulkCommand, BulkReplay, CompleteBulkReplay, ReportRuns
from domain.replay.bulk.events import BulkReplayEvent, BulkReplayStarted
from domain.replay.bulk.lifecycle import BulkReplayState
from domain.replay.bulk.orders import RunRange
from domain.services.bulk.run_replayer import RunReplayer
from domain.times import duration_text
from domain.views.bulk_replay import BulkMode, ReplayedRun, forecast
from domain.writer import StreamWriter

BulkWriter = StreamWriter[BulkReplay, BulkCommand, BulkReplayEvent]

BATCH_RUNS: Final = 100
BATCH_SECONDS: Final = 1.0
"""A batch is recorded when it has so many runs, or is so old when the next run is done.

A crash loses the batch that was under way, and who aborts waits for its end.
"""

_LOOK_SECONDS: Final = 0.1
"""How often it is looked, during a wait, whether to go on."""

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[BulkReplay, int], None]
"""Is told how it stands, and how many runs are done that are not recorded yet."""


class Carrier:
    """Carries out a bulk replay, until it is done, stopped or aborted."""

    def __init__(
        self,
        writer: BulkWriter,
        started: BulkReplayStarted,
        *,
        worker: str,
        is_stopped: Callable[[], bool],
        on_progress: Progress,
    ) -> None:
        """Take what a writer has taken up; `is_stopped` says when no more runs shall be begun."""
        self._writer, self._started, self._worker = writer, started, worker
        self._is_stopped, self._on_progress = is_stopped, on_progress
        self._batch: list[ReplayedRun] = []

    async def carry_out(self, runs: RunRange, replayer: RunReplayer) -> BulkReplay:
        """Return how it stands when there is no more to do, or it was stopped or aborted.

        Raises `BulkReplayTakenOver`, and what the event store raises.
        """
        begun = self._writer.state
        left = runs.runs(begun.run_count - begun.done_count, after=begun.last_run_id)
        results = in_order(
            left,
            replayer.replay,
            at_once=self._at_once(),
            pace=Pace(self._started.rate),
            goes_on=self._goes_on,
        )
        try:
            async with aclosing(results) as each_result:
                recorded_at = _now()
                async for result in each_result:
                    self._batch.append(result)
                    if len(self._batch) >= BATCH_RUNS or _now() - recorded_at >= BATCH_SECONDS:
                        self._record()
                        recorded_at = _now()
                    self._on_progress(self._writer.state, len(self._batch))
        finally:
            self._record()
        if self._goes_on():
            self._writer.commit(CompleteBulkReplay(self._worker))
        return self._writer.state

    def _at_once(self) -> int:
        return 1 if self._started.mode is BulkMode.VERIFY else self._started.max_concurrent_runs

    def _goes_on(self) -> bool:
        return self._writer.state.state is BulkReplayState.STARTED and not self._is_stopped()

    def _record(self) -> None:
        if self._batch:
            done, self._batch = self._batch, []
            self._writer.commit(ReportRuns(self._worker, done))


class Meter:
    """Tells how far a bulk replay is, how quick, and how long it will still take.

    Such as "12 of 40, 3.1/s, 9.03 s left; 11 same, 1 answer drifts".
    """

    def __init__(self, clock: Clock, tell: Callable[[str], None]) -> None:
        """Measure from now on."""
        self._clock, self._tell = clock, tell
        self._begun_at = clock.now()
        self._begun_with: int | None = None

    def __call__(self, replay: BulkReplay, unrecorded: int) -> None:
        """See `Progress`."""
        done = replay.done_count + unrecorded
        if self._begun_with is None:
            self._begun_with = done - 1
        seconds = (self._clock.now() - self._begun_at).total_seconds()
        rate = (done - self._begun_with) / max(seconds, 0.001)
        left = duration_text(1000 * (replay.run_count - done) / rate)
        known = f"; {forecast(replay.counts)}" if replay.counts else ""
        self._tell(f"{done} of {replay.run_count}, {rate:.1f}/s, {left} left{known}")


class Pace:
    """Lets so many begin a second, evenly; None lets all begin at once."""

    def __init__(self, rate: float | None) -> None:
        """The first may begin now."""
        self._seconds = 1 / rate if rate else 0.0
        self._due = 0.0

    async def turn(self, *, goes_on: Callable[[], bool]) -> None:
        """Return when the next may begin, or when it shall not go on."""
        loop = asyncio.get_running_loop()
        while (left := self._due - loop.time()) > 0 and goes_on():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(min(left, _LOOK_SECONDS))
        self._due = max(self._due, loop.time()) + self._seconds


async def in_order(
    things: Iterator[T],
    work: Callable[[T], Awaitable[R]],
    *,
    at_once: int,
    pace: Pace,
    goes_on: Callable[[], bool],
) -> AsyncGenerator[R]:
    """Yield what the work gives for each thing, in the order of the things.

    Once it shall not go on, nothing more is begun, and what is under way comes to its end. When
    the caller stops early, it is cancelled.
    """
    under_way: deque[asyncio.Task[R]] = deque()
    try:
        while True:
            while len(under_way) < at_once and goes_on():
                await pace.turn(goes_on=goes_on)
                if not goes_on() or not _begin(under_way, things, work):
                    break
            if not under_way:
                return
            yield await under_way[0]
            under_way.popleft()
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


def _begin(
    under_way: "deque[asyncio.Task[R]]", things: Iterator[T], work: Callable[[T], Awaitable[R]]
) -> bool:
    """Begin with the next thing, and return whether there was one."""
    for thing in things:
        under_way.append(asyncio.ensure_future(work(thing)))
        return True
    return False


def _now() -> float:
    return asyncio.get_running_loop().time()
