"""Who waits for news of which run, or of a tenant: one look at the log wakes whom it concerns.

A hub wakes, and carries nothing: whoever is woken reads the store, on from where they are. So
there is no queue that could grow, and nobody can miss anything or get it twice.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

from domain.ports import Grown

R = TypeVar("R")
_Place = tuple[str, str | None]

MOST_STREAMS: Final = 1000
MOST_OF_ONE: Final = 50
_READERS: Final = 4
"""Threads that read for all streams: the connections of the database are few."""


class TooManyStreams(Exception):
    """As many streams are open as may be."""

    def __init__(self, most: int, *, whose: str) -> None:
        super().__init__(f"{whose} has {most} streams open, which is the most there may be")


class Ear:
    """What one stream hears of, from when it was made until it `leaves`."""

    def __init__(self, leave: "Callable[[Ear], None]") -> None:
        self._rung, self._leave, self.is_gone = asyncio.Event(), leave, False

    def ring(self) -> None:
        """Let it look whether there is news."""
        self._rung.set()

    async def hears(self, *, seconds: float) -> bool:
        """Return True once it was rung since it was waited for last, False after the time."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True

    def leaves(self) -> None:
        """Hear nothing any more, and give the place to others."""
        if not self.is_gone:
            self.is_gone = True
            self._leave(self)
            self.ring()


class Hub:
    """The open streams of this process. All but `tell` is for the thread of its event loop."""

    def __init__(self, *, most: int = MOST_STREAMS, most_of_one: int = MOST_OF_ONE) -> None:
        """Begin without any stream; their event loop is that of the first one."""
        self._most, self._most_of_one = most, most_of_one
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ears = defaultdict[_Place, set[Ear]](set)
        self._open = defaultdict[tuple[str, str], int](int)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="stream")
        self._closed = asyncio.Event()

    @property
    def is_closed(self) -> bool:
        """Whether every stream comes to its end."""
        return self._closed.is_set()

    async def until_closed(self) -> None:
        """Return once every stream comes to its end."""
        await self._closed.wait()

    @property
    def open_count(self) -> int:
        """How many streams are open."""
        return sum(self._open.values())

    def listen(self, tenant_id: str, stream_id: str | None = None, *, for_whom: str) -> Ear:
        """Return an ear for news of one stream of events, or of all of a tenant.

        Raises `TooManyStreams`.
        """
        whose = (tenant_id, for_whom)
        self._require_room(*whose)
        self._loop = asyncio.get_running_loop()
        place = (tenant_id, stream_id)
        ear = Ear(partial(self._leave, place, whose))
        self._ears[place].add(ear)
        self._open[whose] += 1
        return ear

    async def read(self, do: Callable[[], R]) -> R:
        """Return what it returns, done in one of the threads that read."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, do)

    def tell(self, grown: Sequence[Grown]) -> None:
        """Wake whom it concerns; may be called in any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # it is closed, and nobody listens any more
                self._loop.call_soon_threadsafe(self._ring, grown)

    def close(self) -> None:
        """Let every stream come to its end, and take no further one."""
        self._closed.set()
        for ears in self._ears.values():
            for ear in ears:
                ear.ring()

    def _ring(self, grown: Sequence[Grown]) -> None:
        places: dict[_Place, None] = {}
        for each in grown:
            places |= {(each.tenant_id, each.stream_id): None, (each.tenant_id, None): None}
        for place in places:
            for ear in self._ears.get(place, ()):
                ear.ring()

    def _require_room(self, tenant_id: str, for_whom: str) -> None:
        if self.open_count >= self._most:
            raise TooManyStreams(self._most, whose="this server")
        if self._open[tenant_id, for_whom] >= self._most_of_one:
            raise TooManyStreams(self._most_of_one, whose=for_whom)

    def _leave(self, place: _Place, whose: tuple[str, str], ear: Ear) -> None:
        self._ears[place].discard(ear)
        if not self._ears[place]:
            del self._ears[place]
        self._open[whose] -= 1
        if not self._open[whose]:
            del self._open[whose]
