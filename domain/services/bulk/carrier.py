"""Carrying out a bulk replay: run after run, with what came of them recorded batch by batch."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Final

from domain.replay.bulk.bulk_replay import (
    BulkCommand,
    BulkReplay,
    CompleteBulkReplay,
    ReportRuns,
)
from domain.replay.bulk.events import (
    BulkMode,
    BulkReplayEvent,
    BulkReplayStarted,
    ReplayedRun,
)
from domain.replay.bulk.lifecycle import BulkReplayState
from domain.replay.bulk.orders import RunRange
from domain.services.bulk.in_order import Pace, in_order
from domain.services.bulk.run_replayer import RunReplayer
from domain.writer import StreamWriter

BulkWriter = StreamWriter[BulkReplay, BulkCommand, BulkReplayEvent]

BATCH_RUNS: Final = 100
BATCH_SECONDS: Final = 1.0
"""A batch is recorded when it has so many runs, or is so old when the next run is done.

A crash loses the batch that was under way, and who aborts waits for its end.
"""

Progress = Callable[[BulkReplay, int], None]
"""Is told how it stands, and how many runs are done that are not recorded yet."""


class Carrier:
    """Carries a bulk replay as far as it goes."""

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


def _now() -> float:
    return asyncio.get_running_loop().time()
