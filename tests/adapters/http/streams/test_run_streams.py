"""A run is followed: every event once and in order, however often the reader is cut off."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http.hub import Hub
from adapters.http.streams.feeds import RunMessages
from domain.errors import NotFound
from domain.ports import Grown
from domain.run.events import RunCancelled
from domain.services.run_feed import RunFeed
from infrastructure.event_store.memory import MemoryEventStore
from tests.adapters.http.streams.reading import TENANT, Reader
from tests.infrastructure.projections.logs import Log, asked, called

RUN = "run-1"
T = TypeVar("T")


def finish(work: Coroutine[Any, Any, T]) -> T:
    async def in_time() -> T:
        async with asyncio.timeout(30):
            return await work

    return asyncio.run(in_time())


class Followed:
    """A run in a store, and the hub that hears of it."""

    def __init__(self) -> None:
        self.store, self.hub = MemoryEventStore(), Hub()
        self.log = Log(self.store)
        self.log.add(asked(), run=RUN, tenant=TENANT)
        self.version = 1

    def grow(self, count: int) -> None:
        """Append so many calls, at once, and tell it."""
        if not count:
            return
        self.log.add(*[each for n in range(count) for each in called(f"c{self.version + n}")])
        self._tell(2 * count)

    def end(self) -> None:
        self.log.add(RunCancelled(why="enough"))
        self._tell(1)

    def feed(self, after: int = 0) -> RunMessages:
        return RunMessages(RunFeed(self.store, TENANT, RUN, after=after))

    def _tell(self, count: int) -> None:
        self.version += count
        self.hub.tell([Grown(self.version, TENANT, RUN, self.version)])


def test_what_there_is_comes_first_and_an_ended_run_ends_its_stream() -> None:
    followed = Followed()
    followed.grow(2)
    followed.end()
    reader = finish(Reader().read(followed.hub, followed.feed(), RUN))
    assert (reader.ids, reader.kinds[-1]) == ([1, 2, 3, 4, 5, 6], "end")
    assert json.loads(reader.messages[-1][2]) == {"state": "cancelled", "version": 6}


def test_what_comes_later_is_sent_when_it_comes() -> None:
    async def later() -> Reader:
        followed, reader = Followed(), Reader()
        reading = asyncio.create_task(reader.read(followed.hub, followed.feed(), RUN))
        await reader.has(1)
        followed.grow(1)
        await reader.has(3)
        followed.end()
        return await reading

    assert finish(later()).ids == [1, 2, 3, 4]


def test_a_line_is_the_event_as_it_is_recorded_with_its_head_hash() -> None:
    followed = Followed()
    followed.grow(1)
    followed.end()
    reader = finish(Reader().read(followed.hub, followed.feed(after=2), RUN))
    line = json.loads(reader.messages[0][2])
    stored = followed.store.read(TENANT, RUN)[2]
    assert (line["version"], line["content_hash"]) == (3, stored.envelope.content_hash.hex())


@given(
    steps=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), max_size=8),
    last=st.integers(0, 2),
)
def test_cut_off_anywhere_it_goes_on_without_gap_or_repeat(
    steps: list[tuple[int, int]], last: int
) -> None:
    async def cut_off_and_on() -> tuple[list[int], int]:
        followed, got = Followed(), list[int]()
        for growth, goes_after in steps:
            reader = Reader(goes_after=goes_after)
            feed = followed.feed(after=got[-1] if got else 0)
            reading = asyncio.create_task(reader.read(followed.hub, feed, RUN))
            await asyncio.sleep(0)
            followed.grow(growth)
            await asyncio.sleep(0.001)
            reader.gone.set()
            await reading
            got += reader.ids
        followed.grow(last)
        followed.end()
        reader = await Reader().read(followed.hub, followed.feed(after=got[-1] if got else 0), RUN)
        return got + reader.ids, followed.version

    ids, version = finish(cut_off_and_on())
    assert ids == [*range(1, version + 1)]


def test_a_reader_that_knows_more_than_there_is_is_told_to_begin_anew() -> None:
    followed = Followed()
    reader = finish(Reader().read(followed.hub, followed.feed(after=7), RUN))
    assert reader.kinds == ["resync"]


def test_a_run_that_is_not_there_is_refused_before_anything_is_sent() -> None:
    followed = Followed()
    feed = RunMessages(RunFeed(followed.store, "globex", RUN))
    with pytest.raises(NotFound):
        finish(Reader().read(followed.hub, feed, RUN))
    assert followed.hub.open_count == 0


def test_when_the_server_stops_what_came_before_is_sent_and_then_bye() -> None:
    async def stopped() -> Reader:
        followed, reader = Followed(), Reader()
        reading = asyncio.create_task(reader.read(followed.hub, followed.feed(), RUN))
        await reader.has(1)
        followed.log.add(*called("last"))  # nobody was told of it
        followed.hub.close()
        return await reading

    reader = finish(stopped())
    assert (reader.ids, reader.kinds[-1]) == ([1, 2, 3], "bye")
