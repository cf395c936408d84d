import asyncio
import threading
import time

import pytest

from domain.tools.policies.gates import Gates, Places
from domain.tools.policies.policy import ToolPolicy
from domain.tools.policies.waits import NotLetThrough, Patience, Throttled

GATE = ("acme", "sql")
ONE = ToolPolicy(max_concurrent_calls=1)


def patience(told: list[Throttled] | None = None, ms: float = 30_000) -> Patience:
    """Return the patience of one call; what it waits for is added to `told`."""
    return Patience(ms, (told if told is not None else []).append)


def test_places_are_had_in_the_order_of_asking() -> None:
    gates, order = Gates(), list[int]()

    async def work(number: int) -> None:
        async with gates.place(GATE, ONE, patience()):
            order.append(number)
            await asyncio.sleep(0)

    async def all_of_them() -> None:
        await asyncio.gather(*map(work, range(50)))

    asyncio.run(all_of_them())
    assert order == [*range(50)]


def test_who_waits_says_how_long() -> None:
    gates, told = Gates(), list[Throttled]()

    async def work() -> None:
        async with gates.place(GATE, ONE, patience(told)):
            await asyncio.sleep(0.01)

    async def both() -> None:
        await asyncio.gather(work(), work())

    asyncio.run(both())
    assert [each.cause for each in told] == ["queue", "queue"]
    assert told[1].waited_ms > max(9, told[0].waited_ms)


def test_who_has_no_place_in_time_is_refused() -> None:
    gates = Gates()

    async def late() -> None:
        async with gates.place(GATE, ONE, patience()):
            policy = ToolPolicy(max_concurrent_calls=1, max_wait_ms=5)
            async with gates.place(GATE, policy, patience(ms=5)):
                pass

    with pytest.raises(NotLetThrough, match="sql had no turn within 5 ms: 1 calls of it"):
        asyncio.run(late())
    assert gates._places._taken == {}


def test_no_place_is_lost_when_who_waits_or_works_is_cancelled() -> None:
    gates = Gates()

    async def work() -> None:
        async with gates.place(GATE, ONE, patience()):
            await asyncio.sleep(10)

    async def cancelled() -> None:
        tasks = [asyncio.create_task(work()) for _ in range(20)]
        await asyncio.sleep(0.01)
        for task in [*tasks[1::2], tasks[0], *tasks[2::2]]:
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(cancelled())
    assert (gates._places._taken, gates._places._queues) == ({}, {})


def test_a_place_that_came_in_the_moment_of_the_cancellation_goes_to_the_next() -> None:
    places = Places()

    async def crossing() -> bool:
        await places.take(GATE, 1, 1)
        second = asyncio.create_task(places.take(GATE, 1, 1))
        third = asyncio.create_task(places.take(GATE, 1, 1))
        await asyncio.sleep(0)
        places.give_back(GATE)  # the second has it now, and does not know yet
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        return await third

    assert asyncio.run(crossing())


def test_a_limit_holds_over_the_event_loops_of_a_process() -> None:
    gates, running, most = Gates(), [0], [0]
    policy = ToolPolicy(max_concurrent_calls=2)

    async def work() -> None:
        async with gates.place(GATE, policy, patience()):
            running[0] += 1
            most[0] = max(most[0], running[0])
            await asyncio.sleep(0.002)
            running[0] -= 1

    async def ten() -> None:
        await asyncio.gather(*(work() for _ in range(10)))

    threads = [threading.Thread(target=asyncio.run, args=(ten(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, gates._places._taken) == ([2], {})


def test_a_raised_panic_gives_the_place_back() -> None:
    gates = Gates()

    async def work() -> None:
        async with gates.place(GATE, ONE, patience()):
            raise SystemExit

    with pytest.raises(SystemExit):
        asyncio.run(work())
    assert gates._places._taken == {}


def test_in_no_second_begin_more_calls_than_the_limit() -> None:
    now, begun = [0.0], list[float]()
    gates = Gates(lambda: now[0])
    policy = ToolPolicy(rate_limit_per_second=3, rate_limit_per_minute=7, max_wait_ms=0)

    async def tried() -> None:
        for tick in range(1300):
            now[0] = tick / 10
            try:
                await gates.rate(GATE, policy, patience(ms=0))
            except NotLetThrough:
                continue
            begun.append(now[0])

    asyncio.run(tried())
    assert len(begun) == 21
    for start in begun:
        assert sum(start <= each < start + 1 for each in begun) <= 3
        assert sum(start <= each < start + 60 for each in begun) <= 7


def test_what_the_event_loop_was_late_is_no_wait_for_the_rate_limit() -> None:
    gates, told = Gates(), list[Throttled]()
    policy = ToolPolicy(rate_limit_per_second=2)

    async def together() -> None:
        asyncio.get_running_loop().call_soon(time.sleep, 0.02)
        await asyncio.gather(*(gates.rate(GATE, policy, patience(told)) for _ in range(2)))

    asyncio.run(together())
    assert told == []


def test_each_call_beyond_the_rate_says_how_long_the_limit_kept_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, told = [1.0], list[Throttled]()
    gates, policy = Gates(lambda: now[0]), ToolPolicy(rate_limit_per_second=3)

    sleep = asyncio.sleep

    async def pass_time(seconds: float) -> None:
        await sleep(0)
        now[0] += seconds + 0.25  # the event loop is late

    async def all_of_them() -> None:
        await asyncio.gather(*(gates.rate(GATE, policy, patience(told)) for _ in range(7)))

    monkeypatch.setattr(asyncio, "sleep", pass_time)
    asyncio.run(all_of_them())
    assert [each.waited_ms for each in told] == [1000, 1000, 1000, 2250]
