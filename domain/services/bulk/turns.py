"""The turns of runs that are replayed together: what may be poison has its turn alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Lets so many go at once, and what goes alone when no other goes."""

    def __init__(self, at_once: int) -> None:
        self._at_once, self._free = at_once, asyncio.Semaphore(at_once)
        self._door = asyncio.Lock()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Go for as long as the block takes, beside others."""
        async with self._door:  # who waits to go alone lets nobody in before it
            await self._free.acquire()
        try:
            yield
        finally:
            self._free.release()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Go for as long as the block takes, once all others are done."""
        taken = 0
        try:
            async with self._door:
                for _ in range(self._at_once):
                    await self._free.acquire()
                    taken += 1
            yield
        finally:
            for _ in range(taken):
                self._free.release()
