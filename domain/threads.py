"""Work in threads, for tasks that may give it up before it is done.

Nobody waits for a thread that was given up, not even the end of the process.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from contextvars import Context, ContextVar, copy_context
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_STOPS_WITHIN: Final = 0.1
"""Seconds that work which was given up gets to stop, before it is said that it may go on."""

_STILL_WORKS: Final = "its thread was given up and may still work"

_ASKED_AGAIN: Final = 20
"""How often work is asked to stop that does not: it may have been between two statements."""


class Work:
    """What a thread does for a task. What it waits for outside is told how it can be stopped."""

    def __init__(self) -> None:
        """Nobody has given it up yet."""
        self.is_given_up = False
        self._stops: list[Callable[[], None]] = []
        self._mutex = threading.Lock()

    def stops_by(self, stop: Callable[[], None]) -> None:
        """Call this, in another thread, once and again while the work is given up and goes on."""
        with self._mutex:
            self._stops.append(stop)

    def is_past(self, stop: Callable[[], None]) -> None:
        """Do not call this any more; when it is being called, wait for the end of that."""
        with self._mutex, suppress(ValueError):
            self._stops.remove(stop)

    def give_up(self, answer: "Future[Any]") -> None:
        """Ask it to stop until the answer is there, and do not wait for that."""
        self.is_given_up = True
        if self._stops:
            threading.Thread(target=self._stop, args=(answer,), daemon=True).start()

    def _stop(self, answer: "Future[Any]") -> None:
        for _ in range(_ASKED_AGAIN):
            with self._mutex:
                for stop in self._stops:
                    stop()
            if wait([answer], timeout=_STOPS_WITHIN).done:
                return


_WORK: ContextVar[Work | None] = ContextVar("work", default=None)


def current_work() -> Work | None:
    """Return the work that this thread does for a task which may give it up; None elsewhere."""
    return _WORK.get()


async def in_thread(do: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Return what it returns, done in a thread of its own while other tasks go on.

    When cancelled it is asked to stop and given up; `still_works` then says whether it went on.
    """
    work, found = Work(), Future[R]()
    found.set_running_or_notify_cancel()
    whole = partial(do, *args, **kwargs)
    threading.Thread(target=_carry_out, args=(_knowing(work), whole, found), daemon=True).start()
    try:
        return await asyncio.wrap_future(found)
    except asyncio.CancelledError as cancelled:
        work.give_up(found)
        if not await _stops(found):
            cancelled.add_note(_STILL_WORKS)
        raise


def still_works(cancelled: BaseException | None) -> bool:
    """Return whether this is the cancellation of work that went on in its thread."""
    return _STILL_WORKS in getattr(cancelled, "__notes__", ())


def _knowing(work: Work) -> Context:
    context = copy_context()
    context.run(_WORK.set, work)
    return context


def _carry_out(context: Context, do: Callable[[], R], found: Future[R]) -> None:
    try:
        found.set_result(context.run(do))
    except BaseException as error:  # noqa: BLE001 - it goes to the task that waits
        found.set_exception(error)


async def _stops(found: Future[R]) -> bool:
    """Return whether the work ends soon."""
    for _ in range(10):
        await asyncio.sleep(_STOPS_WITHIN / 10)
        if found.done():
            return True
    return False
