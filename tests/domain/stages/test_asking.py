"""Runs that are asked for and carried out at once, by a caller who waits for the answer."""

import asyncio
from collections.abc import Sequence

import pytest

from domain.aggregate.envelope import Actor
from domain.ports import Append, Appended
from domain.run.commands import RequestRun
from domain.run.events import HistoryEntry, RunCancelled, RunCompleted
from domain.run.lifecycle import RunState
from domain.run.summary import summary_of
from domain.services.requested_run import RequestedRun
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.stages.running import BY, TENANT, Running, ci, finish

ASKED = RequestRun(question="Which?")


class CountedStore(MemoryEventStore):
    """Keeps how many events each append had, and may be slow to take the first."""

    def __init__(self) -> None:
        super().__init__()
        self.appends: list[int] = []
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()
        self.may_end.set()

    async def append_async(self, request: Append) -> Appended:
        self.appends.append(len(request.events))
        self.begun.set()
        appended = self.append(request)
        await asyncio.shield(asyncio.ensure_future(self.may_end.wait()))
        return appended


def running_on(store: CountedStore, *, request_rides: bool = False) -> Running:
    running = Running(ci(), store=store, request_rides=request_rides)
    running.memory = store
    return running


def ask(running: Running, **command: str) -> RequestedRun:
    request = RequestRun(**{"question": "Which?", **command})  # type: ignore[arg-type]  # by name
    return finish(running.service.ask(request, BY, run_id=running.service.new_run_id()))


def without_times(history: Sequence[HistoryEntry]) -> list[tuple[str, Actor, str | None]]:
    return [(e.envelope.type, e.envelope.actor, e.envelope.causation_id) for e in history]


def test_an_asked_run_is_the_one_that_a_request_and_carrying_it_out_make() -> None:
    asking, requesting = Running(ci()), Running(ci())
    asked = ask(asking).run_id
    requested = requesting.request()
    requesting.carry_out(requested)
    assert without_times(asking.history(asked)) == without_times(requesting.history(requested))


def test_a_request_is_durable_before_anything_is_done() -> None:
    store = CountedStore()
    ask(running_on(store))
    assert store.appends[0] == 1


def test_a_request_that_rides_is_durable_with_the_first_calls() -> None:
    store = CountedStore()
    asked = ask(running_on(store, request_rides=True))
    events = [each.envelope.type for each in store.read(TENANT, asked.run_id)]
    first_call = events.index("tool-call-started")
    assert store.appends == [first_call + 1, len(events) - first_call - 1]


@pytest.mark.parametrize("request_rides", [False, True])
def test_a_repeated_key_finds_the_run_that_is_there(*, request_rides: bool) -> None:
    running = running_on(CountedStore(), request_rides=request_rides)
    first, again = ask(running, idempotency_key="k"), ask(running, idempotency_key="k")
    assert (again, len(running.memory.read_log())) == (
        RequestedRun(first.run_id, is_repeat=True),
        len(running.history(first.run_id)),
    )


def interrupted_at_the_request(running: Running, store: CountedStore, command: RequestRun) -> str:
    run_id = running.service.new_run_id()

    async def interrupt() -> None:
        store.may_end.clear()
        asking = asyncio.create_task(running.service.ask(command, BY, run_id=run_id))
        await store.begun.wait()
        asking.cancel()
        await asyncio.sleep(0)
        store.may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await asking

    finish(interrupt())
    return run_id


def test_who_is_interrupted_while_the_request_is_written_leaves_a_cancelled_run() -> None:
    store = CountedStore()
    running = running_on(store)
    run_id = interrupted_at_the_request(running, store, ASKED)
    history = running.history(run_id)
    assert [type(entry.event) for entry in history][1:] == [RunCancelled]
    assert summary_of(history).state == RunState.CANCELLED


def test_who_is_interrupted_while_a_key_is_found_again_leaves_nothing() -> None:
    store = CountedStore()
    running = running_on(store)
    keyed = RequestRun(question="Which?", idempotency_key="k")
    first = finish(running.service.ask(keyed, BY, run_id=running.service.new_run_id()))
    store.begun.clear()
    assert running.memory.read(TENANT, interrupted_at_the_request(running, store, keyed)) == []
    assert isinstance(running.history(first.run_id)[-1].event, RunCompleted)
