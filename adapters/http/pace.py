"""How fast one key may ask, how long a read may take, and how much bodies may hold together.

Each process counts by itself.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from adapters.http.problems import HttpProblem
from domain.identity.principal import Principal

R = TypeVar("R")

BODIES_BYTES: Final = 256 << 20
"""So much the bodies of all requests hold at once: two of the largest."""


class Pace:
    """Counts what each key asks for, over a minute that slides; who needs none is not counted."""

    def __init__(self, per_minute: int) -> None:
        from limits import RateLimitItemPerMinute  # noqa: PLC0415 - servers only
        from limits.storage import MemoryStorage  # noqa: PLC0415 - as above
        from limits.strategies import SlidingWindowCounterRateLimiter  # noqa: PLC0415 - as above

        self._most = RateLimitItemPerMinute(per_minute)
        self._counter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def require(self, who: Principal) -> None:
        """Count a request. Raises `HttpProblem` for one too many, which is not counted."""
        if who.key_id is None or self._counter.hit(self._most, who.key_id):
            return
        window = self._counter.get_window_stats(self._most, who.key_id)
        wait = str(max(1, math.ceil(window.reset_time - time.time())))
        detail = f"this key has asked {self._most.amount} times in a minute, the most that it may"
        raise HttpProblem(429, "too-many-requests", detail, headers={"Retry-After": wait})


class Room:
    """The memory for bodies; who finds it full comes again. It is for the thread of one loop."""

    def __init__(self) -> None:
        self._held = 0

    @contextmanager
    def lent(self) -> Iterator[Callable[[int], None]]:
        """Give what takes so many bytes more, all of which are given back at the end.

        It raises `HttpProblem` where there is no room for them.
        """
        taken = 0

        def take(count: int) -> None:
            nonlocal taken
            if self._held + count > BODIES_BYTES:
                detail = f"all bodies have {BODIES_BYTES} bytes at once; come again soon"
                raise HttpProblem(503, "too-many-bodies", detail, headers={"Retry-After": "1"})
            self._held, taken = self._held + count, taken + count

        try:
            yield take
        finally:
            self._held -= taken


async def in_time(answer: Awaitable[R], seconds: float) -> R:
    """Return the answer. Raises `HttpProblem` when it takes longer; what blocks ends later."""
    try:
        async with asyncio.timeout(seconds) as limit:
            return await answer
    except TimeoutError:
        if not limit.expired():
            raise
        detail = f"it took longer than {seconds:g} s; ask for less, or by command"
        raise HttpProblem(503, "too-slow", detail) from None
