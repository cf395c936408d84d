"""Work on things one after another, several at once; results come in the order of the things."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from typing import Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_LOOK_SECONDS: Final = 0.1
"""How long who waits for its turn does not look whether to go on."""


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
    under_way: "deque[asyncio.Task[R]]",
    things: Iterator[T],
    work: Callable[[T], Awaitable[R]],
) -> bool:
    """Begin with the next thing, and return whether there was one."""
    for thing in things:
        under_way.append(asyncio.ensure_future(work(thing)))
        return True
    return False
