"""Who waits is woken by what concerns them, and there is room for so many."""

import asyncio
import threading

import pytest

from adapters.http.hub import Ear, Hub, TooManyStreams
from domain.ports import Grown
from tests.adapters.http.streams.test_run_streams import finish

ACME_RUN = Grown(5, "acme", "run-1", 3)


async def heard(ear: Ear) -> bool:
    return await ear.hears(seconds=0.02)


def test_news_of_a_run_wakes_who_follows_it_or_its_tenant() -> None:
    async def woken() -> list[bool]:
        hub = Hub()
        ears = [
            hub.listen(tenant, stream, for_whom="ada")
            for tenant, stream in (
                ("acme", "run-1"),
                ("acme", None),
                ("acme", "run-2"),
                ("globex", "run-1"),
                ("globex", None),
            )
        ]
        hub.tell([ACME_RUN])
        return [await heard(each) for each in ears]

    assert finish(woken()) == [True, True, False, False, False]


def test_news_may_come_from_any_thread_and_between_two_waits() -> None:
    async def woken() -> list[bool]:
        hub = Hub()
        ear = hub.listen("acme", "run-1", for_whom="ada")
        thread = threading.Thread(target=hub.tell, args=([ACME_RUN],))
        thread.start()
        thread.join()
        await asyncio.sleep(0.01)
        return [await heard(ear), await heard(ear)]

    assert finish(woken()) == [True, False]


@pytest.mark.parametrize(("most", "of_one", "whose"), [(2, 9, "this server"), (9, 2, "ada")])
def test_there_is_room_for_so_many(most: int, of_one: int, whose: str) -> None:
    async def filled() -> None:
        hub = Hub(most=most, most_of_one=of_one)
        for _ in range(3):
            hub.listen("acme", for_whom="ada")

    with pytest.raises(TooManyStreams, match=f"^{whose} has 2 streams open"):
        finish(filled())


def test_who_leaves_makes_room_once() -> None:
    async def left() -> int:
        hub = Hub(most=2)
        first, _ = (hub.listen("acme", for_whom=name) for name in ("ada", "bob"))
        first.leaves()
        first.leaves()
        hub.listen("acme", for_whom="eve")
        return hub.open_count

    assert finish(left()) == 2
