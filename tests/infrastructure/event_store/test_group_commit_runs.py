"""Whole runs under a group commit: what is cancelled in the middle of a commit ends well."""

import asyncio
import contextlib
from collections.abc import Sequence

import pytest

from domain.aggregate.envelope import Actor
from domain.ports import Append
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run.events import RunCancelled, RunCompleted, RunEvent
from domain.run.lifecycle import Stage
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.batch import Outcome
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.run.samples import started
from tests.domain.stages.running import METRIC, TENANT, Running, ci, finish, metric, plan_output
from tests.fakes import CountingIds, FrozenClock
from tests.infrastructure.event_store.gated import GatedStore

ADA = Actor("person", "ada")


class SlowGroup(GroupCommit):
    """Commits in another thread always, so that a run may be cancelled meanwhile."""

    def _lead_for_tasks(self) -> None:
        if self._takes_lead():
            self._worker.submit(self._lead)


def running(group: GroupCommit, memory: MemoryEventStore) -> Running:
    run = Running(ci(), metric(), planned=plan_output(**METRIC), store=group)
    run.memory = memory
    return run


def events_when_cancelled_after(turns: int) -> list[RunEvent]:
    memory = MemoryEventStore()
    group = SlowGroup(memory)
    run = running(group, memory)

    async def cancel() -> None:
        work = asyncio.create_task(run.service.carry_out(TENANT, run_id, canceller=ADA))
        for _turn in range(turns):
            await asyncio.sleep(0)
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work

    run_id = run.request()
    finish(cancel())
    group.close()
    return [entry.event for entry in run.history(run_id)]


@pytest.mark.parametrize("turns", range(1, 60, 2))
def test_a_run_ends_well_whenever_it_is_cancelled(turns: int) -> None:
    events = events_when_cancelled_after(turns)
    ends = [type(event) for event in events if isinstance(event, RunCancelled | RunCompleted)]
    assert ends == [type(events[-1])]


class CountingStore(MemoryEventStore):
    """Keeps how many requests each commit had."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []

    def append_batch(self, requests: Sequence[Append]) -> list[Outcome]:
        self.batches.append(len(requests))
        return super().append_batch(requests)


def test_runs_at_the_same_time_commit_together() -> None:
    memory = CountingStore()
    group = GroupCommit(memory)
    run = running(group, memory)
    ids = [run.request() for _ in range(8)]

    async def carry_out_all() -> None:
        await asyncio.gather(*(run.service.carry_out(TENANT, run_id) for run_id in ids))

    finish(carry_out_all())
    group.close()
    assert {type(run.history(run_id)[-1].event) for run_id in ids} == {RunCompleted}
    assert max(memory.batches) > 1


def test_what_a_task_reports_while_another_commits_goes_into_the_next_append() -> None:
    store = GatedStore()
    group = SlowGroup(store)
    writer = StreamWriter(
        RUN, "run-1", Authorship(TENANT, ADA), store=group, clock=FrozenClock(), ids=CountingIds()
    )

    async def report_meanwhile() -> None:
        writer.handle(RequestRun(question="Which?"))
        first = asyncio.create_task(writer.flush())
        await asyncio.to_thread(store.await_commit)
        writer.report(started(Stage.ROUTE_PLAN))
        second = asyncio.create_task(writer.flush())
        for _ in range(5):
            await asyncio.sleep(0)
        store.gate.set()
        await asyncio.gather(first, second)

    finish(report_meanwhile())
    group.close()
    assert [each.envelope.type for each in store.read_log()] == ["run-requested", "stage-started"]
