"""A worker that stops in order sets its runs down, and the next one carries them on at once."""

import asyncio
from typing import TypeVar

import pytest

from domain.run.commands import RequestRun
from domain.run.events import RunCancelled, RunCompleted, RunEvent, RunRecovered
from domain.services.leases import NOBODY
from domain.services.sweep import sweep
from domain.services.taking_over import MOST_TRIES, take_over
from domain.tools.contracts import ToolContext, ToolResult
from tests.domain.services.losing_workers import HERE, OWN, Site
from tests.domain.stages.running import BY, TENANT, VALUE, finish
from tests.fakes import AnyParams

E = TypeVar("E", bound=RunEvent)


class Stopping(Site):
    """Workers that are told to stop while the second call of a run is under way."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs, self.is_called = True, asyncio.Event()
        self.value._script = self._hang
        self.run_id = self.service(HERE).request(RequestRun(question="Which?"), BY).run_id

    async def _hang(self, context: ToolContext, params: AnyParams) -> ToolResult:
        if self.hangs:
            self.is_called.set()
            await asyncio.sleep(60)
        answer = await VALUE(context, params)  # type: ignore[misc]  # scripts here are async
        assert isinstance(answer, ToolResult)
        return answer

    def set_down(self, worker: str = HERE) -> None:
        """Let a worker carry the run out until it is told to stop."""
        service = self.service(worker)

        async def stopped() -> None:
            self.is_called = asyncio.Event()
            carried = asyncio.create_task(service.carry_out(TENANT, self.run_id))
            await self.is_called.wait()
            service.is_parking = True
            carried.cancel()
            await carried

        with pytest.raises(asyncio.CancelledError):
            finish(stopped())

    def of_kind(self, kind: type[E]) -> list[E]:
        return [event for event in self.events(self.run_id) if isinstance(event, kind)]


def test_a_run_that_is_set_down_is_not_cancelled_and_nobodys() -> None:
    site = Stopping()
    site.set_down()
    lease = site.memory.leases.leases(TENANT, [site.run_id])[site.run_id]
    assert (site.of_kind(RunCancelled), lease.owner, lease.has_run_out) == ([], NOBODY, True)


def test_who_carries_it_on_makes_again_only_what_was_under_way() -> None:
    site = Stopping()
    site.set_down()
    site.hangs = False
    (recovered,) = site.recover()
    assert (recovered.outcome, site.found.calls) == ("success", 1)
    assert isinstance(site.events(site.run_id)[-1], RunCompleted)


def test_the_record_and_the_list_say_that_its_worker_stopped() -> None:
    site = Stopping()
    site.set_down()
    (lost,) = site.lost()
    assert (lost.is_set_down, lost.why.startswith(f"its worker {HERE} stopped")) == (True, True)
    site.hangs = False
    site.recover()
    (taken,) = site.of_kind(RunRecovered)
    assert (taken.was_set_down, taken.loss.split(";")[0]) == (True, f", for {HERE} had stopped")


def test_a_run_may_be_set_down_more_often_than_it_may_lose_its_worker() -> None:
    site = Stopping()
    site.set_down()
    for turn in range(MOST_TRIES + 1):
        worker = f"here/{turn}/9.0"
        service = site.service(worker)
        take_over(service, service.history(TENANT, site.run_id), was_set_down=True)
        site.set_down(worker)
    assert [each.tries for each in site.lost()] == [0]


def test_a_run_whose_worker_was_lost_is_not_told_as_set_down() -> None:
    site = Site()
    events = site.recovered(site.left_behind(HERE))
    (taken,) = [event for event in events if isinstance(event, RunRecovered)]
    assert not taken.was_set_down


def test_a_sweep_finds_what_is_lost_again_and_again() -> None:
    site = Stopping()
    site.set_down()
    site.hangs, doubts = False, list[str]()

    async def swept() -> None:
        recovery = site.recovery(OWN)
        sweeping = asyncio.create_task(
            sweep(recovery, tell=lambda _: None, doubt=doubts.append, seconds=0.01)
        )
        async with asyncio.timeout(10):
            while not site.of_kind(RunCompleted):  # noqa: ASYNC110 - the store has no events
                await asyncio.sleep(0.01)
        sweeping.cancel()

    finish(swept())
    assert doubts == []
