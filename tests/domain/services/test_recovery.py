"""Recovery: a run whose worker was lost goes on with another one."""

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from domain.aggregate.envelope import Actor
from domain.errors import ChangedRecord, TakenOver
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallStarted, ToolCallSucceeded
from domain.run.commands import RequestRun
from domain.run.events import RunCompleted, RunRecovered
from domain.run.lifecycle import Stage
from domain.services.recovery import LEASE, NOBODY_YET, Recovery
from tests.domain.replay.verify.verifying import verdict
from tests.domain.services.losing_workers import HERE, THERE, KnownWorkers, Site
from tests.domain.stages.running import (
    BY,
    METRIC,
    TENANT,
    Ran,
    Running,
    ci,
    finish,
    metric,
    plan_output,
    ran,
)
from tests.domain.stages.test_runs_interrupted import BreakingStore, FullDisk
from tests.fakes import NOON, FrozenClock

if TYPE_CHECKING:
    from domain.services.runs import RunService

APPENDS = [3, 4]
"""The appends after the first that carries events of the worker."""


def uncrashed() -> Ran:
    return ran(Running(ci(), metric(), planned=plan_output(**METRIC)))


@pytest.mark.parametrize("breaks_at", APPENDS)
def test_a_recovered_run_has_the_answer_of_one_that_was_not_lost(breaks_at: int) -> None:
    site = Site()
    events = site.recovered(site.left_behind(HERE, breaks_at))
    (completed,) = [event for event in events if isinstance(event, RunCompleted)]
    assert completed == uncrashed().one(RunCompleted)


@pytest.mark.parametrize("breaks_at", APPENDS)
def test_only_calls_under_way_are_repeated(breaks_at: int) -> None:
    site = Site()
    run_id = site.left_behind(HERE, breaks_at)
    before = [RUN.read(each).event for each in site.memory.read(TENANT, run_id)]
    started = {event.call_id for event in before if isinstance(event, ToolCallStarted)}
    ended = {event.call_id for event in before if isinstance(event, ToolCallSucceeded)}
    events = site.recovered(run_id)
    repeated = {
        event.call_id
        for event in events
        if isinstance(event, ToolCallStarted) and event.attempt > 1
    }
    assert repeated == started - ended


@pytest.mark.parametrize("breaks_at", APPENDS)
def test_nothing_that_was_recorded_is_lost(breaks_at: int) -> None:
    site = Site()
    run_id = site.left_behind(HERE, breaks_at)
    before = site.memory.read(TENANT, run_id)
    site.recovered(run_id)
    assert site.memory.read(TENANT, run_id)[: len(before)] == before


@pytest.mark.parametrize("breaks_at", APPENDS)
def test_a_recovered_run_verifies(breaks_at: int) -> None:
    site = Site()
    run_id = site.left_behind(HERE, breaks_at)
    site.recovered(run_id)
    running = Running(ci(), metric(), planned=plan_output(**METRIC))
    history = [RUN.read(each) for each in site.memory.read(TENANT, run_id)]
    assert verdict(running, history).divergence is None


def test_the_record_names_the_lost_worker_and_the_one_that_took_over() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    site.recovered(run_id)
    (entry,) = [
        each
        for each in map(RUN.read, site.memory.read(TENANT, run_id))
        if isinstance(each.event, RunRecovered)
    ]
    expected = RunRecovered(lost_worker=HERE, from_stage=Stage.EXECUTE, reused_calls=[])
    assert (entry.event, entry.envelope.actor) == (expected, Actor("service", "here/2/2.0"))


def test_a_run_of_a_living_worker_is_not_lost() -> None:
    site = Site()
    site.left_behind(HERE)
    assert site.lost(alive={HERE}, after=2 * LEASE) == []


def test_a_run_of_another_host_is_lost_when_its_worker_was_silent_for_the_lease() -> None:
    site = Site()
    run_id = site.left_behind(THERE)
    assert (site.lost(after=LEASE), site.lost(after=LEASE + timedelta(seconds=1))) == (
        [],
        [run_id],
    )


def test_a_run_that_nobody_began_is_lost_after_a_minute() -> None:
    site = Site()
    run_id = site.service(HERE).request(RequestRun(question="Which?"), BY).run_id
    later = NOBODY_YET + timedelta(seconds=1)
    assert (site.lost(after=NOBODY_YET), site.lost(after=later)) == ([], [run_id])


def test_a_run_that_nobody_began_is_recovered_from_its_first_stage() -> None:
    site = Site()
    run_id = site.service(HERE).request(RequestRun(question="Which?"), BY).run_id
    recovery = site.recovery(KnownWorkers(), at=NOON + 2 * NOBODY_YET)
    recovery.take_over(TENANT, recovery.lost(TENANT), print)
    finish(site.service(HERE).carry_out(TENANT, run_id))
    events = [RUN.read(each).event for each in site.memory.read(TENANT, run_id)]
    expected = RunRecovered(lost_worker=None, from_stage=Stage.ROUTE_PLAN)
    assert (events[1], type(events[-1])) == (expected, RunCompleted)


def test_an_ended_run_is_not_lost() -> None:
    site = Site()
    site.left_behind(HERE, breaks_at=99)
    assert site.lost(after=2 * LEASE) == []


def test_a_run_of_another_tenant_is_not_found() -> None:
    site = Site()
    site.left_behind(HERE)
    assert site.recovery(KnownWorkers()).lost("globex") == []


def test_of_two_that_take_over_the_same_run_one_gets_it() -> None:
    site = Site()
    site.left_behind(HERE)
    first, second = site.recovery(KnownWorkers()), site.recovery(KnownWorkers(own="here/3/3.0"))
    lost = first.lost(TENANT)
    first.take_over(TENANT, lost, print)
    finish(site.service("here/2/2.0").carry_out(TENANT, lost[0].run))
    assert second.take_over(TENANT, lost, print) == []


def test_a_worker_that_was_thought_lost_is_stopped() -> None:
    """It hangs in a call while another worker takes its run over."""
    site = Site()
    zombie = site.service(THERE)
    run_id = zombie.request(RequestRun(question="Which?"), BY).run_id
    script = site.value.answer

    async def taken_over_meanwhile(context: object, params: object) -> object:
        monkey.undo()
        recovery = site.recovery(KnownWorkers(), at=NOON + 2 * LEASE)
        recovery.take_over(TENANT, recovery.lost(TENANT), print)
        await site.service("here/2/2.0").carry_out(TENANT, run_id)
        return await script(context, params)  # type: ignore[arg-type]  # passed on as they came

    monkey = pytest.MonkeyPatch()
    monkey.setattr(site.value, "_script", taken_over_meanwhile)
    with pytest.raises(TakenOver, match="taken over by another worker; this one has stopped"):
        finish(zombie.carry_out(TENANT, run_id))


def test_a_run_may_lose_its_worker_again_and_again() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    for _ in range(3):
        recovery = site.recovery(KnownWorkers())
        recovery.take_over(TENANT, recovery.lost(TENANT), print)
        service = site.service(HERE, BreakingStore(site.memory, breaks_at=1))
        with contextlib.suppress(FullDisk):
            finish(service.carry_out(TENANT, run_id))
        assert site.lost(after=2 * NOBODY_YET) == [run_id]
    finish(site.service(HERE).carry_out(TENANT, run_id))
    assert isinstance(RUN.read(site.memory.read(TENANT, run_id)[-1]).event, RunCompleted)


def test_a_lost_run_whose_record_is_damaged_is_told_and_hinders_nobody() -> None:
    class Damaged:
        def take_over(self, _: str, run_id: str, *, lost_worker: str | None) -> None:
            raise ChangedRecord(run_id, why=f"{lost_worker} did not write it")

    site = Site()
    site.left_behind(HERE)
    lost, told = site.recovery(KnownWorkers()).lost(TENANT), list[str]()
    damaged = cast("RunService", Damaged())
    recovery = Recovery(damaged, site.memory, workers=KnownWorkers(), clock=FrozenClock())
    assert recovery.take_over(TENANT, lost, told.append) == []
    assert told[0].startswith(f"not recovered: {lost[0].run} is corrupt")
