"""One pass over tasks that may need each other: what starts, what is skipped, when it stops."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping, Sequence
from contextlib import suppress
from graphlib import TopologicalSorter
from typing import Final, cast

from domain.tools.execution_report import Skip
from domain.tools.task import ToolExecutionTask, ToolInterrupted

OnSkipped = Callable[[ToolExecutionTask, str, str], None]
"""Called with the task, the reason and the id of the causing task before the skip is kept."""
BeforeStart = Callable[[Sequence[ToolExecutionTask]], Awaitable[None]]
"""Called with the tasks that start together, before the first of them does."""
MayStart = Callable[[ToolExecutionTask], Skip | None]
"""Says why a task is skipped when all that it waits for has ended, None when it is not."""


_TURNS: Final = 2
"""So many turns of the event loop a time-out needs that is over when a call ends.

It ends the pass there, also in a replay, where no time goes by.
"""


class Schedule:
    """A single pass over tasks, at most `max_concurrent` of them at once.

    A task starts as soon as every task that it needs has succeeded. A task that needs a failed or
    skipped one is skipped. Tasks that are settled or among `skips` already are left as they are;
    new skips are added there. The first failure stops the pass if so asked: calls under way are
    cancelled, the others not begun. With `may_start`, that says instead what is skipped.

    A task under way may `extend` the pass. One that does nothing else, a group, is not counted
    among those at once.
    """

    def __init__(  # noqa: PLR0913 - what its executors are made with
        self,
        tasks: Mapping[str, ToolExecutionTask],
        *,
        needs: Mapping[str, Sequence[str]],
        skips: MutableMapping[str, Skip],
        max_concurrent: int,
        stops_at_first_failure: bool,
        on_skipped: OnSkipped | None,
        before_start: BeforeStart | None = None,
        may_start: MayStart | None = None,
    ) -> None:
        self._tasks, self._needs, self._skips = tasks, needs, skips
        self._max_concurrent = max_concurrent
        self._on_skipped, self._before_start = on_skipped, before_start
        self._stops_at_first_failure = stops_at_first_failure
        self._stopped_by: str | None = None
        self._waiting: deque[ToolExecutionTask] = deque()
        self._running: dict[asyncio.Task[None], ToolExecutionTask] = {}
        # None stands for tasks that were added.
        self._ended: asyncio.Queue[asyncio.Task[None] | None] = asyncio.Queue()
        self._may_start = may_start or self._reason_not_to_start
        self._groups = 0
        # Of each batch of tasks its order, and what is set when all of it is settled.
        self._batches: dict[TopologicalSorter[str], asyncio.Event] = {}
        self._batch_of: dict[str, TopologicalSorter[str]] = {}
        self._add(list(tasks), needs)

    async def run(self) -> None:
        """Settle every task; when cancelled, cancel the calls, wait for them and pass it on."""
        try:
            while self._batch_of:
                self._take_up_ready()
                await self._start_waiting()
                await self._settle_next()
        finally:
            await self._cancel_running()

    async def extend(self, tool_ids: Sequence[str], needs: Mapping[str, Sequence[str]]) -> None:
        """Take up further tasks, and return when they are settled; for a group under way."""
        is_settled = self._add(tool_ids, needs)
        self._ended.put_nowait(None)
        await is_settled.wait()

    def _add(self, tool_ids: Sequence[str], needs: Mapping[str, Sequence[str]]) -> asyncio.Event:
        batch, is_settled = sorter(tool_ids, needs=needs), asyncio.Event()
        batch.prepare()
        self._batches[batch] = is_settled
        self._batch_of |= dict.fromkeys(tool_ids, batch)
        return is_settled

    def _done(self, tool_id: str) -> None:
        batch = self._batch_of.pop(tool_id)
        batch.done(tool_id)
        if not batch.is_active():
            self._batches.pop(batch).set()

    def _take_up_ready(self) -> None:
        while ready := [tool_id for batch in self._batches for tool_id in batch.get_ready()]:
            for tool_id in ready:
                self._take_up(self._tasks[tool_id])

    def _take_up(self, task: ToolExecutionTask) -> None:
        if task.is_settled or task.tool_id in self._skips:
            self._done(task.tool_id)
            return
        if skip := self._may_start(task) or self._stopped():
            self._skip(task, skip)
        elif task.is_group:
            self._groups += 1
            self._start(task)
        else:
            self._waiting.append(task)

    def _stopped(self) -> Skip | None:
        return None if self._stopped_by is None else _not_started(self._stopped_by)

    def _reason_not_to_start(self, task: ToolExecutionTask) -> Skip | None:
        for needed in self._needs.get(task.tool_id, ()):
            if needed in self._skips:
                return Skip(f"Dependency {needed!r} was skipped", needed)
            if not self._tasks[needed].has_result:
                return Skip(f"Dependency {needed!r} failed", needed)
        return None

    async def _start_waiting(self) -> None:
        # Not a semaphore in each call: it would let the next call begin before a failure is seen.
        free = self._max_concurrent - len(self._running) + self._groups
        starting = [self._waiting.popleft() for _ in range(min(free, len(self._waiting)))]
        if starting and self._before_start is not None:
            await self._before_start(starting)
        if len(starting) == 1 and not self._running:
            await self._make_alone(starting[0])
            return
        for task in starting:
            self._start(task)

    async def _make_alone(self, task: ToolExecutionTask) -> None:
        """Make a call that nothing goes on beside: a task of the event loop would cost more."""
        carrier = cast("asyncio.Task[None]", asyncio.current_task())
        cancelled_before, was_cancelled = carrier.cancelling(), False
        try:
            await _make(task)
        except asyncio.CancelledError:
            if carrier.cancelling() > cancelled_before:
                raise
            was_cancelled = True  # by its own tool, and nothing else
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        self._settle(task, was_cancelled=was_cancelled)

    def _start(self, task: ToolExecutionTask) -> None:
        call = asyncio.create_task(_make(task))
        self._running[call] = task
        call.add_done_callback(self._ended.put_nowait)

    async def _settle_next(self) -> None:
        if self._running and (call := await self._ended.get()):
            task = self._running.pop(call)
            self._groups -= task.is_group
            if not call.cancelled():
                call.result()  # raises what is no Exception: that is not the tool's failure
            self._settle(task, was_cancelled=call.cancelled())

    def _settle(self, task: ToolExecutionTask, *, was_cancelled: bool) -> None:
        if was_cancelled and self._stopped_by is not None:
            self._skip(task, _interrupted(task, self._stopped_by))
            return
        if was_cancelled:
            task.fail(ToolInterrupted())
        if task.error is not None:
            self._stop_after(task)
        self._done(task.tool_id)

    def _stop_after(self, failed: ToolExecutionTask) -> None:
        if self._stops_at_first_failure and self._stopped_by is None:
            self._stopped_by = failed.tool_id
            for call in self._running:
                call.cancel()
            while self._waiting:
                self._skip(self._waiting.popleft(), _not_started(failed.tool_id))

    def _skip(self, task: ToolExecutionTask, skip: Skip) -> None:
        if self._on_skipped is not None:
            self._on_skipped(task, skip.reason, skip.cause)
        self._skips[task.tool_id] = skip
        self._done(task.tool_id)

    async def _cancel_running(self) -> None:
        for call in self._running:
            call.cancel()
        # gather ends only when all calls have, even if it is cancelled again meanwhile.
        await asyncio.gather(*self._running, return_exceptions=True)


def sorter(
    tool_ids: Collection[str], *, needs: Mapping[str, Sequence[str]]
) -> TopologicalSorter[str]:
    """A sorter over the ids in their order, with what each of them needs."""
    order: TopologicalSorter[str] = TopologicalSorter()
    for tool_id in tool_ids:  # first alone, so that they keep their order whatever needs what
        order.add(tool_id)
    for tool_id in tool_ids:
        if needed := needs.get(tool_id):
            order.add(tool_id, *needed)
    return order


async def _make(task: ToolExecutionTask) -> None:
    with suppress(Exception):  # the task keeps its error
        await task.execute()


def _not_started(cause: str) -> Skip:
    return Skip(f"Not started because {cause!r} failed", cause)


def _interrupted(task: ToolExecutionTask, cause: str) -> Skip:
    if task.start_time is None:
        return _not_started(cause)
    return Skip(f"Cancelled because {cause!r} failed", cause)
