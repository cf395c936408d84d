"""A run is cancelled from outside, whether or not a worker carries it out."""

import asyncio
import time
from collections.abc import Callable

import pytest

from domain.errors import CancelledByOther, Conflict, IllegalTransition, NotFound, TakenOver
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run.events import RunCancelled, RunCompleted, RunRecovered
from domain.services.taking_over import take_over
from domain.tools.contracts import ToolContext, ToolResult
from domain.writer import Authorship
from tests.domain.services.losing_workers import HERE, Site
from tests.domain.stages.running import BY, TENANT, Running, finish
from tests.fakes import AnyParams, ScriptedTool

WHY = "asked by mistake"
SOON = 10.0
"""Seconds; the run is given up after 20."""


def ended_with(site: Site, run_id: str) -> tuple[object, object]:
    last = RUN.read(site.memory.read(TENANT, run_id)[-1])
    return last.event, last.envelope.actor


def requested(site: Site) -> str:
    return site.service(HERE).request(RequestRun(question="Which?"), BY).run_id


def cancel(site: Site, run_id: str, *, by: Authorship = BY) -> None:
    site.service("here/3/3.0").cancel(run_id, why=WHY, by=by)


def test_a_run_that_waits_is_cancelled_by_who_says_so() -> None:
    site = Site()
    run_id = requested(site)
    cancel(site, run_id)
    assert ended_with(site, run_id) == (RunCancelled(why=WHY), BY.actor)


def test_a_run_that_a_worker_carries_out_is_cancelled_too() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    cancel(site, run_id)
    assert ended_with(site, run_id) == (RunCancelled(why=WHY), BY.actor)


def test_a_cancelled_run_has_no_lease_and_is_not_lost() -> None:
    site = Site()
    cancel(site, requested(site))
    site.pass_lease()
    assert site.lost() == []


def test_a_run_that_has_ended_is_not_cancelled() -> None:
    site = Site()
    run_id = site.left_behind(HERE, breaks_at=99)
    with pytest.raises(IllegalTransition, match="is completed: cannot cancel"):
        cancel(site, run_id)


def test_a_run_is_not_cancelled_twice() -> None:
    site = Site()
    run_id = requested(site)
    cancel(site, run_id)
    with pytest.raises(IllegalTransition, match="is cancelled: cannot cancel; possible: resume"):
        cancel(site, run_id)


def test_a_run_of_another_tenant_is_not_cancelled() -> None:
    site = Site()
    run_id = requested(site)
    with pytest.raises(NotFound):
        cancel(site, run_id, by=Authorship("globex", BY.actor))


class Meddled:
    """A run whose only call waits, in a task or in a thread, until its worker hears of others."""

    def __init__(self, *, beat_seconds: float) -> None:
        tool = ScriptedTool("ci", resolve=self._wait, search=self._wait)
        self.running = Running(tool, beat_seconds=beat_seconds)
        self.run_id = self.running.request()
        self.begun = asyncio.Event()
        self.goes_on = asyncio.Event()
        self.was_cancelled = False

    async def _wait(self, _context: ToolContext, _params: AnyParams) -> ToolResult:
        self.begun.set()
        try:
            await self.goes_on.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        return ToolResult(success=True, data={"rows": [], "total": 0})

    def error(self, meddle: Callable[[], object], *, then_goes_on: bool) -> Conflict:
        """Return what the worker says when somebody meddles while the call waits."""

        async def meddled() -> None:
            carried = asyncio.ensure_future(self.running.service.carry_out(TENANT, self.run_id))
            await self.begun.wait()
            meddle()
            if then_goes_on:
                self.goes_on.set()
            await carried

        begun = time.monotonic()
        with pytest.raises(Conflict) as stopped:
            finish(meddled())
        assert time.monotonic() < begun + SOON
        return stopped.value

    def cancel(self) -> None:
        self.running.service.cancel(self.run_id, why=WHY, by=BY)

    def take_over(self) -> None:
        history = self.running.service.history(TENANT, self.run_id)
        take_over(self.running.service, history)


def test_a_worker_hears_of_it_with_its_next_append() -> None:
    meddled = Meddled(beat_seconds=100)
    error = meddled.error(meddled.cancel, then_goes_on=True)
    assert isinstance(error, CancelledByOther)
    assert str(error) == (
        f"run {meddled.run_id} was cancelled by person ada: {WHY};"
        f" `run.resume {meddled.run_id}` lets it go on"
    )


def test_a_worker_hears_of_it_during_a_call_and_cancels_that() -> None:
    meddled = Meddled(beat_seconds=0.01)
    error = meddled.error(meddled.cancel, then_goes_on=False)
    assert (type(error), meddled.was_cancelled) == (CancelledByOther, True)


def test_nothing_is_recorded_after_the_cancellation() -> None:
    meddled = Meddled(beat_seconds=0.01)
    meddled.error(meddled.cancel, then_goes_on=False)
    history = meddled.running.history(meddled.run_id)
    assert (history[-1].event, history[-1].envelope.actor) == (RunCancelled(why=WHY), BY.actor)


def test_a_worker_whose_run_was_taken_over_cancels_its_call() -> None:
    meddled = Meddled(beat_seconds=0.01)
    error = meddled.error(meddled.take_over, then_goes_on=False)
    assert (type(error), meddled.was_cancelled) == (TakenOver, True)
    assert isinstance(meddled.running.history(meddled.run_id)[-1].event, RunRecovered)


def test_ctrl_c_counts_although_it_is_watched() -> None:
    meddled = Meddled(beat_seconds=0.01)

    async def interrupted() -> None:
        carried = asyncio.ensure_future(meddled.running.service.carry_out(TENANT, meddled.run_id))
        await meddled.begun.wait()
        await asyncio.sleep(0.05)
        carried.cancel()
        await carried

    with pytest.raises(asyncio.CancelledError):
        finish(interrupted())
    assert meddled.running.history(meddled.run_id)[-1].event == RunCancelled(why="interrupted")


def test_a_run_that_nobody_meddles_with_ends_although_it_is_watched() -> None:
    meddled = Meddled(beat_seconds=0.01)

    async def undisturbed() -> None:
        carried = asyncio.ensure_future(meddled.running.service.carry_out(TENANT, meddled.run_id))
        await asyncio.sleep(0.1)
        meddled.goes_on.set()
        await carried

    finish(undisturbed())
    assert isinstance(meddled.running.history(meddled.run_id)[-1].event, RunCompleted)
