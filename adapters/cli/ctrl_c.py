"""Ctrl-C during work in many steps: the first one lets it stop in order."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopped_by_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Give a function that is true after the first Ctrl-C; the second one interrupts as usual."""
    stop = threading.Event()
    usual = signal.getsignal(signal.SIGINT)

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, ask)
    try:
        yield stop.is_set
    finally:
        signal.signal(signal.SIGINT, usual)
