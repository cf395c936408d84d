"""Things are worked on at a pace, several at once, and come out in their order."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing

import pytest

from domain.services.bulk.carrier import Pace, in_order

ALWAYS: Callable[[], bool] = lambda: True  # noqa: E731 - as callers give it


async def slow_when_odd(number: int) -> int:
    await asyncio.sleep(0.01 if number % 2 else 0)
    return number


async def done(numbers: Iterator[int], at_once: int, goes_on: Callable[[], bool]) -> list[int]:
    found = in_order(numbers, slow_when_odd, at_once=at_once, pace=Pace(None), goes_on=goes_on)
    return [number async for number in found]


@pytest.mark.parametrize("at_once", [1, 2, 3, 10])
def test_results_come_in_the_order_of_the_things(at_once: int) -> None:
    assert asyncio.run(done(iter(range(7)), at_once, ALWAYS)) == [0, 1, 2, 3, 4, 5, 6]


def test_what_is_under_way_when_it_shall_not_go_on_comes_to_its_end() -> None:
    turns = iter([True] * 6 + [False] * 100)
    assert asyncio.run(done(iter(range(100)), 3, lambda: next(turns))) == [0, 1, 2]


def test_things_are_taken_only_when_it_is_their_turn() -> None:
    taken: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(10):
            taken.append(number)
            yield number

    async def first() -> int:
        work = in_order(numbers(), slow_when_odd, at_once=2, pace=Pace(None), goes_on=ALWAYS)
        async with aclosing(work) as found:
            return await anext(found)

    assert (asyncio.run(first()), taken) == (0, [0, 1])


def test_what_is_under_way_when_the_caller_stops_is_cancelled() -> None:
    cancelled: list[int] = []

    async def work(number: int) -> int:
        try:
            await asyncio.sleep(0 if number == 0 else 60)
        except asyncio.CancelledError:
            cancelled.append(number)
            raise
        return number

    async def first() -> int:
        numbers = iter(range(3))
        found = in_order(numbers, work, at_once=3, pace=Pace(None), goes_on=ALWAYS)
        async with aclosing(found) as results:
            return await anext(results)

    assert (asyncio.run(first()), cancelled) == (0, [1, 2])


def test_an_error_of_one_is_the_caller_s() -> None:
    async def fail(number: int) -> int:
        raise ValueError(number)

    async def all_of() -> list[int]:
        work = in_order(iter([1, 2]), fail, at_once=2, pace=Pace(None), goes_on=ALWAYS)
        return [number async for number in work]

    with pytest.raises(ValueError, match="1"):
        asyncio.run(all_of())


class Loop:
    """A loop whose time moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    loop = Loop()
    monkeypatch.setattr("domain.services.bulk.carrier.asyncio.sleep", loop.sleep)
    monkeypatch.setattr("domain.services.bulk.carrier.asyncio.get_running_loop", lambda: loop)
    return loop


def begun(pace: Pace, loop: Loop, goes_on: Callable[[], bool] = ALWAYS) -> list[float]:
    """When each of three begins, in seconds from the first."""

    async def turns() -> list[float]:
        found = []
        for _ in range(3):
            await pace.turn(goes_on=goes_on)
            found.append(round(loop.now - 100.0, 3))
        return found

    work = turns()
    try:
        work.send(None)
    except StopIteration as ended:
        found: list[float] = ended.value
        return found
    raise AssertionError


def test_a_rate_spreads_the_beginnings_evenly(loop: Loop) -> None:
    assert begun(Pace(0.5), loop) == [0, 2, 4]


def test_without_a_rate_all_begin_at_once(loop: Loop) -> None:
    assert begun(Pace(None), loop) == [0, 0, 0]


def test_who_waits_for_its_turn_sees_that_it_shall_not_go_on(loop: Loop) -> None:
    turns = iter([True, False, False])
    assert begun(Pace(0.01), loop, lambda: next(turns))[1] < 1
