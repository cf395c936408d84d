"""The runs of a bulk replay whose worker was lost: tried, given up, or left to who is at them."""

import asyncio
import copy
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from domain.replay.fork.descent import Rerun
from domain.run.events import RunCompleted, RunFailed, RunRecovered
from domain.services.bulk.turns import Turns
from domain.services.leases import LeaseHolder
from domain.services.runs import RunService
from domain.services.taking_over import MOST_TRIES, RECOVERY_LIMIT, take_over
from domain.tools.contracts import ToolContext, ToolResult
from domain.views.bulk_replay import RunVerdict
from tests.domain.services.bulk.site import GONE, HERE, RERUN, Site, but
from tests.domain.services.bulk.test_making_runs import DeadStore, children
from tests.domain.stages.running import (
    BY,
    ITEM,
    METRIC,
    TENANT,
    Ran,
    Running,
    ci,
    finish,
    metric,
    plan_output,
)
from tests.domain.stages.test_runs_interrupted import FullDisk
from tests.fakes import AnyParams

ONE_BY_ONE = but(RERUN, max_concurrent_runs=1)
THERE = "there/1/1.0/a"


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.services.bulk.run_replayer._LOOK_SECONDS", 0.01)


class Losing(Site):
    """A bulk replay whose worker was lost at this append, while its first run went on."""

    def __init__(self, *, breaks_at: int = 3) -> None:
        super().__init__()
        self.running.service.holder = LeaseHolder(self.running.memory.leases, GONE)
        self.replay_id = self.start(ONE_BY_ONE, worker=GONE)
        self.lose(breaks_at=breaks_at, worker=GONE)
        (self.child,) = children(self, self.newest_first[0])

    def lose(self, *, breaks_at: int, worker: str) -> None:
        """Let a worker carry the bulk replay out that is lost at this append."""
        service = self.running.service
        service._store = DeadStore(self.running.memory, breaks_at=breaks_at)
        bulk = dataclasses.replace(self.bulk(worker), store=service._store)
        with pytest.raises(FullDisk):
            finish(bulk.carry_out(TENANT, self.replay_id, is_stopped=bool, progress=print))
        service._store = self.running.memory

    def taken_up(self, *, after_leases: int = 1) -> None:
        """Let a worker take the bulk replay up, so many leases later."""
        for _ in range(after_leases):
            self.pass_lease()
        self.running.service.holder = LeaseHolder(self.running.memory.leases, HERE)
        self.bulk().take_up(self.replay_id, BY)

    def elsewhere(self) -> RunService:
        """The service of another process."""
        service = copy.copy(self.running.service)
        service.holder = LeaseHolder(self.running.memory.leases, THERE)
        return service

    def recoveries(self) -> list[RunRecovered]:
        return Ran(self.running, self.child).all(RunRecovered)

    def verdicts(self) -> list[RunVerdict]:
        return [each.verdict for each in self.results(self.replay_id)]


def test_a_run_that_its_workers_do_not_survive_is_given_up_and_the_others_are_done() -> None:
    site = Losing()
    for _ in range(MOST_TRIES):
        site.taken_up(after_leases=3)
        site.lose(breaks_at=3, worker=HERE)
    assert len(site.recoveries()) == MOST_TRIES
    site.taken_up()
    site.carry_out(site.replay_id)
    (failed,) = Ran(site.running, site.child).all(RunFailed)
    assert failed.error.code == RECOVERY_LIMIT
    assert site.verdicts() == [RunVerdict.FAILED, RunVerdict.SAME, RunVerdict.SAME]


def test_the_next_try_of_a_run_waits() -> None:
    site = Losing()
    site.taken_up()
    site.lose(breaks_at=3, worker=HERE)
    site.taken_up()

    async def carried_out() -> None:
        bulk = site.bulk().carry_out(TENANT, site.replay_id, is_stopped=bool, progress=print)
        work = asyncio.ensure_future(bulk)
        await asyncio.sleep(0.05)
        assert len(site.recoveries()) == 1
        site.pass_lease()
        await work

    finish(carried_out())
    assert len(site.recoveries()) == 2
    assert site.verdicts() == [RunVerdict.SAME] * 3


@pytest.mark.parametrize("breaks_at", [2, 3])
def test_a_run_that_another_worker_carries_out_by_now_is_left_to_it(breaks_at: int) -> None:
    site = Losing(breaks_at=breaks_at)
    site.taken_up()
    service = site.elsewhere()
    take_over(service, service.history(TENANT, site.child))

    async def both() -> None:
        bulk = site.bulk().carry_out(TENANT, site.replay_id, is_stopped=bool, progress=print)
        work = asyncio.ensure_future(bulk)
        await asyncio.sleep(0.05)
        await service.carry_out(TENANT, site.child)
        await work

    finish(both())
    assert len(site.recoveries()) == 1
    assert len(Ran(site.running, site.child).all(RunCompleted)) == 1
    assert site.verdicts() == [RunVerdict.SAME] * 3


def test_a_run_that_ends_while_the_bulk_replay_waits_for_its_turn_is_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Losing()
    site.taken_up()
    site.pass_lease()
    usual, elsewhere = Turns.one, site.elsewhere()

    @asynccontextmanager
    async def one(turns: Turns) -> AsyncIterator[None]:
        async with usual(turns):
            history = elsewhere.history(TENANT, site.child)
            if not isinstance(history[-1].event, RunCompleted):
                take_over(elsewhere, history)
                await elsewhere.carry_out(TENANT, site.child)
            yield

    monkeypatch.setattr(Turns, "one", one)
    site.carry_out(site.replay_id)
    assert len(site.recoveries()) == 1
    assert site.verdicts() == [RunVerdict.SAME] * 3


def test_runs_that_were_tried_before_go_one_by_one() -> None:
    under_way, together = list[str | None](), list[int]()

    async def counted(context: ToolContext, _params: AnyParams) -> ToolResult:
        under_way.append(context.trace_id)
        together.append(len(under_way))
        await asyncio.sleep(0.01)
        under_way.remove(context.trace_id)
        return ToolResult(success=True, data={"rows": [ITEM], "total": 1})

    site = Site(running=Running(ci(counted), metric(), planned=plan_output(**METRIC)))
    service, leases = site.running.service, site.running.memory.leases
    service.holder = LeaseHolder(leases, GONE)
    replay_id = site.start(but(RERUN, max_concurrent_runs=3))
    for run_id in site.run_ids:
        rerun, key = Rerun(reason="to see"), f"{replay_id}/{run_id}"
        child = site.running.replays.rerun(run_id, rerun, BY, key=key).run_id
        take_over(service, service.history(TENANT, child))
    for _ in range(2):
        site.pass_lease()
    site.carry_out(replay_id)
    assert (len(together), max(together)) == (6, 1)


def test_what_goes_alone_goes_when_no_other_does() -> None:
    turns, seen = Turns(2), list[str]()

    async def go(name: str, *, alone: bool = False) -> None:
        async with turns.alone() if alone else turns.one():
            seen.append(f"{name} begins")
            await asyncio.sleep(0)
            seen.append(f"{name} ends")

    async def three() -> None:
        await asyncio.gather(go("a"), go("b", alone=True), go("c"))

    finish(three())
    assert seen == ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]
