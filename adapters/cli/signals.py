"""Ctrl-C, and the signals by which others end a command: all are heeded in the same way.

While nothing is under way that should end in order, they are the system's, which ends the process
at once and without a word, wherever it is. What the process was started to ignore, such as SIGHUP
below `nohup`, stays ignored.
"""

import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Final, TypeVar, cast

if TYPE_CHECKING:
    import asyncio

    from domain.operations.operation import WhenInterrupted

V = TypeVar("V")

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SHOWS_CURSOR: Final = "\x1b[?25h"


def interrupt() -> None:
    """Raise KeyboardInterrupt, as Python does for Ctrl-C."""
    raise KeyboardInterrupt


@contextmanager
def on_signals(*steps: Callable[[], None]) -> Iterator[None]:
    """Take the first step at the first signal, the next at the next; then they are the system's.

    Where steps are left at the end, they are as before. An error after `interrupt` is what came of
    it: a driver whose callback is interrupted reports an error of its own.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only there a signal is heard
        return
    left = [*steps]

    def heed(_number: int, _frame: FrameType | None) -> None:
        step = left.pop(0)
        if not left:
            _leave_to_the_system()
        step()

    usual = {number: signal.signal(number, heed) for number in _heeded()}
    try:
        yield
    except Exception as error:
        if interrupt in steps and not left:
            raise KeyboardInterrupt from error
        raise
    finally:
        if left:
            for number, handler in usual.items():
                signal.signal(number, handler)


def done(
    work: "Coroutine[object, object, V]",
    *,
    when_interrupted: "WhenInterrupted",
    stop: Callable[[], None],
) -> "V":
    """Return what the work returns; signals end it as its operation says."""
    import asyncio

    from adapters.cli.signals import interrupt, on_signals

    async def heeding() -> "V":
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        cancel = partial(loop.call_soon_threadsafe, cast("asyncio.Task[V]", task).cancel)
        steps = [stop, cancel] if when_interrupted == "stops" else [cancel]
        with on_signals(*steps):
            return await work

    if when_interrupted == "ends":
        with on_signals(interrupt):
            return asyncio.run(work)
    try:
        return asyncio.run(heeding())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _heeded() -> list[signal.Signals]:
    return [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]


def _leave_to_the_system() -> None:
    for number in _heeded():
        signal.signal(number, signal.SIG_DFL)
    if sys.stderr.isatty():
        sys.stderr.write(_SHOWS_CURSOR)  # what shows progress has hidden it
