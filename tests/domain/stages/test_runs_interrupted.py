"""Runs that are stopped from outside: cancelled, or without a disk to write to."""

import asyncio
import contextlib

import pytest

from domain.aggregate.envelope import Actor, RecordedEvent
from domain.ports import Append, Appended, StreamHead
from domain.run.call_events import ToolCallStarted, ToolCallSucceeded
from domain.run.commands import RequestRun
from domain.run.events import RunCancelled, RunCompleted, StageFailed
from domain.run.fold import fold
from domain.run.lifecycle import RunState
from domain.tools.contracts import ToolResult
from domain.views.calls import call_views
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.stages.running import (
    BY,
    METRIC,
    TENANT,
    TWO_STEPS,
    Ran,
    Running,
    ci,
    finish,
    metric,
    plan_output,
    ran,
)

ADA = Actor("person", "ada")


class FullDisk(OSError):
    """The disk is full."""


class BreakingStore:
    """A store whose append number `breaks_at` fails; see `domain.ports.EventStore`."""

    def __init__(self, store: MemoryEventStore, *, breaks_at: int) -> None:
        self._store, self._breaks_at, self.appends = store, breaks_at, 0
        self.payloads = store.payloads

    def append(self, request: Append) -> Appended:
        self.appends += 1
        if self.appends == self._breaks_at:
            raise FullDisk
        return self._store.append(request)

    async def append_async(self, request: Append) -> Appended:
        return self.append(request)

    def head(self, tenant_id: str, stream_id: str) -> StreamHead:
        return self._store.head(tenant_id, stream_id)

    def read(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        return self._store.read(tenant_id, stream_id)

    def read_log(self, *, after: int = 0, limit: int = 1000) -> list[RecordedEvent]:
        return self._store.read_log(after=after, limit=limit)


def breaking(breaks_at: int) -> tuple[Running, str]:
    """A run whose store breaks while it is carried out, and its id."""
    running = Running(ci(), metric(), planned=plan_output(**METRIC))
    store = BreakingStore(running.memory, breaks_at=breaks_at)
    broken = Running(ci(), metric(), planned=plan_output(**METRIC), store=store)
    broken.memory = running.memory
    return broken, broken.request()


def durable(running: Running, run_id: str) -> list[str]:
    return [entry.event.stored_as for entry in running.history(run_id)]


ONE_BY_ONE = [2, 3, 4]
"""The appends of a run with two calls after its request: before each call, and at its end."""


def whole_run() -> list[str]:
    running = Running(ci(), metric(), planned=plan_output(**METRIC))
    return [event.stored_as for event in ran(running).events]


def test_the_appends_of_a_run_are_those_that_are_broken_here() -> None:
    running, run_id = breaking(max(ONE_BY_ONE) + 1)
    running.carry_out(run_id)
    assert durable(running, run_id) == whole_run()


@pytest.mark.parametrize("breaks_at", ONE_BY_ONE)
def test_what_the_store_raises_reaches_the_caller(breaks_at: int) -> None:
    running, run_id = breaking(breaks_at)
    with pytest.raises(FullDisk):
        running.carry_out(run_id)


@pytest.mark.parametrize("breaks_at", ONE_BY_ONE)
def test_a_run_without_a_disk_stays_where_its_history_ends(breaks_at: int) -> None:
    running, run_id = breaking(breaks_at)
    with contextlib.suppress(FullDisk):
        running.carry_out(run_id)
    found = durable(running, run_id)
    assert (found, len(found) < len(whole_run())) == (whole_run()[: len(found)], True)


@pytest.mark.parametrize("breaks_at", ONE_BY_ONE)
def test_what_is_durable_of_a_broken_run_folds(breaks_at: int) -> None:
    running, run_id = breaking(breaks_at)
    with contextlib.suppress(FullDisk):
        running.carry_out(run_id)
    events = [entry.event for entry in running.history(run_id)]
    states = {2: RunState.REQUESTED, 3: RunState.EXECUTE, 4: RunState.EXECUTE}
    assert fold(run_id, events).state == states[breaks_at]


def test_a_request_that_cannot_be_written_is_not_acknowledged() -> None:
    running = Running(store=BreakingStore(MemoryEventStore(), breaks_at=1))
    with pytest.raises(FullDisk):
        running.service.request(RequestRun(question="Which?"), BY)


class Hanging:
    """A script that never answers, and says when it was called."""

    def __init__(self) -> None:
        self.called = asyncio.Event()

    async def wait(self, *_: object) -> ToolResult:
        self.called.set()
        await asyncio.Event().wait()
        raise AssertionError


def cancelled() -> Ran:
    """Two calls at the same time: one answers, the other hangs, then somebody cancels."""

    async def cancel_while_hanging() -> Ran:
        hanging = Hanging()
        running = Running(ci(), metric(hanging.wait), planned=plan_output(**TWO_STEPS))
        run_id = running.request()
        work = asyncio.create_task(running.service.carry_out(TENANT, run_id, canceller=ADA))
        await hanging.called.wait()
        await asyncio.sleep(0)
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        assert work.cancelled()
        return Ran(running, run_id)

    return finish(cancel_while_hanging())


def test_a_cancelled_run_is_recorded_as_such() -> None:
    assert cancelled().events[-1] == RunCancelled(why="interrupted")


def test_the_canceller_is_on_the_record() -> None:
    *others, last = cancelled().history
    assert (last.envelope.actor, ADA in {each.envelope.actor for each in others[1:]}) == (
        ADA,
        False,
    )


def test_the_history_of_a_cancelled_run_folds() -> None:
    run = cancelled()
    assert fold(run.run_id, run.events).state == RunState.CANCELLED


def test_what_was_answered_before_the_cancellation_is_kept() -> None:
    run = cancelled()
    assert (len(run.all(ToolCallStarted)), run.one(ToolCallSucceeded).call_id) == (
        2,
        "one:primary",
    )


def test_a_cancellation_is_no_failure_of_a_stage() -> None:
    assert cancelled().all(StageFailed) == []


def test_a_call_that_hung_is_shown_as_interrupted() -> None:
    shown = {call.call_id: call.status for call in call_views(cancelled().history)}
    assert shown == {"one:primary": "succeeded", "two:metric": "interrupted"}


def cancelled_after(turns: int) -> Ran:
    """A run that is cancelled after so many turns of the event loop."""

    async def cancel() -> Ran:
        running = Running(ci(), metric())
        run_id = running.request(plan_output=plan_output(**METRIC).model_dump(mode="json"))
        work = asyncio.create_task(running.service.carry_out(TENANT, run_id, canceller=ADA))
        for _turn in range(turns):
            await asyncio.sleep(0)
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        return Ran(running, run_id)

    return finish(cancel())


@pytest.mark.parametrize("turns", range(1, 40))
def test_a_run_ends_well_whenever_it_is_cancelled(turns: int) -> None:
    run = cancelled_after(turns)
    ends = [type(event) for event in run.events if isinstance(event, RunCancelled | RunCompleted)]
    assert (ends, type(run.events[-1])) in [([end], end) for end in (RunCancelled, RunCompleted)]


def test_a_run_that_is_cancelled_late_enough_is_complete() -> None:
    assert cancelled_after(200).events[-1] == RunCompleted(status="success", succeeded_calls=2)


def test_a_run_that_is_cancelled_before_it_began_is_only_requested() -> None:
    assert [event.stored_as for event in cancelled_after(0).events] == ["run-requested"]
