"""Tasks of an event loop commit together, and the loop goes on meanwhile."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import TypeVar

import pytest

from domain.errors import WrongExpectedVersion
from domain.ports import Appended
from infrastructure.event_store.group_commit import GroupCommit, StoreClosed
from infrastructure.event_store.waiters import WaitingTask, tell
from tests.contracts.event_samples import STREAM, TENANT, request
from tests.infrastructure.event_store.gated import PATIENCE, GatedStore, await_until

R = TypeVar("R")


def finish(work: Coroutine[object, object, R]) -> R:
    async def bounded() -> R:
        return await asyncio.wait_for(work, PATIENCE)

    return asyncio.run(bounded())


def opened() -> tuple[GroupCommit, GatedStore]:
    store = GatedStore()
    store.gate.set()
    return GroupCommit(store), store


async def append_all(group: GroupCommit, *names: str) -> list[Appended]:
    return await asyncio.gather(*(group.append_async(request(name)) for name in names))


def test_a_task_alone_commits_in_the_thread_of_its_loop() -> None:
    group, store = opened()
    assert finish(group.append_async(request())).first_position == 1
    assert store.threads == [threading.get_ident()]


def test_tasks_that_are_ready_at_the_same_time_commit_together() -> None:
    group, store = opened()
    appended = finish(append_all(group, "a", "b", "c"))
    assert store.batches == [["a", "b", "c"]]
    assert [each.first_position for each in appended] == [1, 2, 3]
    group.close()


def test_the_loop_goes_on_while_several_tasks_commit() -> None:
    group, store = opened()
    store.gate.clear()

    async def open_the_gate_meanwhile() -> list[Appended]:
        appending = asyncio.create_task(append_all(group, "a", "b"))
        await asyncio.to_thread(store.await_commit)
        store.gate.set()
        return await appending

    assert len(finish(open_the_gate_meanwhile())) == 2
    assert threading.get_ident() not in store.threads
    group.close()


def test_tasks_that_come_while_others_commit_go_into_the_next() -> None:
    group, store = opened()
    store.gate.clear()

    async def come_meanwhile() -> list[list[Appended]]:
        first = asyncio.create_task(append_all(group, "a", "b"))
        await asyncio.to_thread(store.await_commit)
        second = asyncio.create_task(append_all(group, "c", "d", "e"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        store.gate.set()
        return [await first, await second]

    assert [len(each) for each in finish(come_meanwhile())] == [2, 3]
    assert store.batches == [["a", "b"], ["c", "d", "e"]]
    group.close()


def test_a_refused_task_fails_alone() -> None:
    group, _ = opened()
    group.append(request("b"))

    async def append() -> list[Appended | BaseException]:
        each = (group.append_async(request(name)) for name in "abc")
        return await asyncio.gather(*each, return_exceptions=True)

    assert [type(each) for each in finish(append())] == [Appended, WrongExpectedVersion, Appended]
    group.close()


def test_a_cancelled_task_is_told_when_its_append_has_come_to_its_end() -> None:
    group, store = opened()
    store.gate.clear()

    async def cancel() -> tuple[bool, bool]:
        others = asyncio.create_task(append_all(group, "a", "b"))
        cancelled = asyncio.create_task(group.append_async(request()))
        await asyncio.to_thread(store.await_commit)
        for _ in range(3):
            cancelled.cancel()
            await asyncio.sleep(0)
        was_done = cancelled.done()
        store.gate.set()
        await asyncio.wait([cancelled])
        await others
        return was_done, cancelled.cancelled()

    assert finish(cancel()) == (False, True)
    assert len(store.read(TENANT, STREAM)) == 1
    group.close()


def test_threads_and_tasks_share_commits() -> None:
    group, store = opened()
    store.gate.clear()

    async def append() -> list[object]:
        first = asyncio.create_task(append_all(group, "a", "b"))
        await asyncio.to_thread(store.await_commit)
        threads = [
            asyncio.create_task(asyncio.to_thread(group.append, request(name))) for name in "cd"
        ]
        second = asyncio.create_task(append_all(group, "e"))
        await asyncio.to_thread(await_until, lambda: len(group._queue) == 3)
        store.gate.set()
        return [*await first, *await second, *[await thread for thread in threads]]

    assert len(finish(append())) == 5
    assert [sorted(batch) for batch in store.batches] == [["a", "b"], ["c", "d", "e"]]
    group.close()


def test_closing_drains_tasks_that_nobody_leads_yet() -> None:
    group, store = opened()

    async def close_at_once() -> list[Appended]:
        large = [request(name, count=700) for name in "abc"]
        appending = [asyncio.create_task(group.append_async(each)) for each in large]
        await asyncio.sleep(0)
        assert (len(group._queue), group._is_led) == (3, False)
        group.close()
        return [await each for each in appending]

    assert len(finish(close_at_once())) == 3
    assert store.batches == [["a"], ["b"], ["c"]]


def test_after_closing_tasks_are_refused() -> None:
    group, _ = opened()
    group.close()
    with pytest.raises(StoreClosed):
        finish(group.append_async(request()))


def test_tasks_of_a_loop_that_is_gone_do_not_hinder_the_others() -> None:
    loop = asyncio.new_event_loop()
    gone = WaitingTask(request("run-gone"), loop)
    loop.close()
    group, store = opened()
    group._join(gone)
    assert group.append(request()).first_position == 2
    assert store.batches == [["run-gone", STREAM]]
    tell([gone], [Appended("run-gone", 1, 1, store.head(TENANT, "run-gone"))])
