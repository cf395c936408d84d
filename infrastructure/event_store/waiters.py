"""The callers who wait for the outcome of their append: threads, and tasks of an event loop.

A thread can also be woken to lead, which is to commit what has queued, its own request first.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

from domain.ports import Append, Appended

Answer = Appended | BaseException


class WaitingThread:
    """A thread that sleeps until its append has an outcome, or until it is asked to commit."""

    __slots__ = ("_bell", "answer", "is_gone", "leads", "request")

    def __init__(self, request: Append) -> None:
        self.request = request
        self.answer: Answer | None = None
        self.leads = False
        self.is_gone = False
        # Rung once for each sleep. A bare lock is the cheapest of all bells.
        self._bell = threading.Lock()
        self._bell.acquire()

    def sleep(self) -> Answer | None:
        """Sleep until woken; return the outcome, or None when this thread is to lead."""
        self._bell.acquire()
        return self.answer

    def tell(self, answer: Answer) -> None:
        """Set the outcome and wake the thread."""
        self.answer = answer
        self._bell.release()

    def let_lead(self) -> None:
        """Wake the thread to lead."""
        self.leads = True
        self._bell.release()


class WaitingTask:
    """A task that waits for the outcome of its append; it never leads, as its loop would stop."""

    __slots__ = ("_bell", "answer", "loop", "request")

    def __init__(self, request: Append, loop: asyncio.AbstractEventLoop) -> None:
        self.request, self.loop = request, loop
        self.answer: Answer | None = None
        self._bell: asyncio.Future[None] = loop.create_future()

    async def answered(self) -> Answer:
        """Return the outcome, or raise CancelledError after it when the task was cancelled."""
        cancelled = None
        while self.answer is None:
            try:
                await self._bell
            except asyncio.CancelledError as error:
                cancelled = error
                self._bell = self.loop.create_future()  # the other is cancelled with the task
        if cancelled:
            raise cancelled
        return self.answer

    def tell(self, answer: Answer) -> None:
        """Set the outcome and wake the task; to be called in the thread of its loop."""
        self.answer = answer
        if not self._bell.done():
            self._bell.set_result(None)


Waiting = WaitingThread | WaitingTask


def tell(batch: Sequence[Waiting], answers: Sequence[Answer]) -> None:
    """Set the outcome of each and wake them; an event loop is woken once for all its tasks."""
    here = asyncio._get_running_loop()  # noqa: SLF001 - documented; None outside of every loop
    if len(batch) == 1 and isinstance(batch[0], WaitingTask) and batch[0].loop is here:
        batch[0].tell(answers[0])
        return
    tasks: dict[asyncio.AbstractEventLoop, list[tuple[WaitingTask, Answer]]] = defaultdict(list)
    for waiting, answer in zip(batch, answers, strict=True):
        match waiting:
            case WaitingThread():
                waiting.tell(answer)
            case WaitingTask():
                tasks[waiting.loop].append((waiting, answer))
    for loop, answered in tasks.items():
        if loop is here:
            _tell_tasks(answered)
            continue
        with suppress(RuntimeError):  # the loop is closed, and nobody of it waits any more
            loop.call_soon_threadsafe(_tell_tasks, answered)


def _tell_tasks(answered: Sequence[tuple[WaitingTask, Answer]]) -> None:
    for waiting, answer in answered:
        waiting.tell(answer)
