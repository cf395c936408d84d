"""Recovery: a run whose worker was lost goes on with another one."""

import pytest

from domain.aggregate.envelope import Actor
from domain.errors import TakenOver
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallStarted, ToolCallSucceeded
from domain.run.commands import RequestRun
from domain.run.events import RunCompleted, RunRecovered
from domain.run.lifecycle import Stage
from domain.services.leases import LEASE_SECONDS
from tests.domain.replay.verify.verifying import verdict
from tests.domain.services.losing_workers import HERE, OWN, THERE, Site
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


def test_the_record_names_the_lost_worker_the_new_one_and_the_calls_in_flight() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    site.recovered(run_id)
    (entry,) = [
        each
        for each in map(RUN.read, site.memory.read(TENANT, run_id))
        if isinstance(each.event, RunRecovered)
    ]
    expected = RunRecovered(
        lost_worker=HERE,
        from_stage=Stage.EXECUTE,
        reused_calls=[],
        calls_in_flight=["primary"],
    )
    assert (entry.event, entry.envelope.actor) == (expected, Actor("service", OWN))


def test_a_run_is_lost_when_its_lease_has_run_out_and_not_before() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    site.now = LEASE_SECONDS - 0.1
    before = site.lost()
    site.now = LEASE_SECONDS
    assert (before, [each.run for each in site.lost()]) == ([], [run_id])


def test_two_workers_with_one_host_name_and_one_number_are_two() -> None:
    """As in two containers that share a database: the second one sees no process of the first."""
    site = Site()
    run_id = site.left_behind("here/7/1.0/aaaa")
    assert site.lost(run_id, worker="here/7/1.0/bbbb")[0].outcome == (
        "not recovered: here/7/1.0/aaaa carries it out"
    )


def test_a_lease_is_renewed_while_a_call_runs() -> None:
    site = Site()
    holder = site.service(HERE).holder
    run_id = site.left_behind(HERE)
    site.now = LEASE_SECONDS - 1
    holder.renew(TENANT, run_id)
    site.now += LEASE_SECONDS - 1
    assert site.lost() == []


def test_a_worker_cannot_renew_the_lease_of_another() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    site.now = LEASE_SECONDS
    site.service(OWN).holder.renew(TENANT, run_id)
    assert [each.run for each in site.lost()] == [run_id]


def test_the_clock_of_a_worker_plays_no_part() -> None:
    """Its events are dated by it; its lease is not: see `domain.ports.Leases`."""
    site = Site()
    run_id = site.left_behind(HERE)
    assert site.lost() == []
    site.pass_lease()
    assert [each.run for each in site.lost()] == [run_id]


def test_a_run_that_nobody_began_is_recovered_from_its_first_stage() -> None:
    site = Site()
    run_id = site.service(HERE).request(RequestRun(question="Which?"), BY).run_id
    events = site.recovered(run_id)
    expected = RunRecovered(lost_worker=None, from_stage=Stage.ROUTE_PLAN)
    assert (events[1], type(events[-1])) == (expected, RunCompleted)


def test_an_ended_run_is_not_lost() -> None:
    site = Site()
    site.left_behind(HERE, breaks_at=99)
    site.pass_lease()
    assert site.lost() == []


def test_a_run_of_another_tenant_is_not_found() -> None:
    site = Site()
    site.left_behind(HERE)
    site.pass_lease()
    assert finish(site.recovery().lost("globex")) == []


def test_of_two_that_take_over_the_same_run_one_gets_it() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    site.pass_lease()
    first, second = site.recovery(), site.recovery("here/3/3.0/c")
    seen = second._found(TENANT, ())
    finish(first.recover(TENANT, tell=print, doubt=print))
    done = finish(second._recovered(TENANT, seen[0], print, site.heard.doubts.append))
    assert (done.run, done.outcome.startswith("not recovered: run")) == (run_id, True)
    assert (len(site.events(run_id)), site.heard.doubts) == (first_length(site, run_id), [])


def first_length(site: Site, run_id: str) -> int:
    events = site.events(run_id)
    return 1 + next(n for n, each in enumerate(events) if isinstance(each, RunCompleted))


def test_a_run_whose_worker_has_come_back_meanwhile_is_not_taken() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    site.pass_lease()
    recovery = site.recovery()
    (seen,) = recovery._found(TENANT, ())
    site.service(HERE).holder.renew(TENANT, run_id)
    done = finish(recovery._recovered(TENANT, seen, print, print))
    assert done.outcome == (
        f"not recovered: {run_id} is carried out by a worker whose lease has not run out"
    )


def test_a_worker_that_was_thought_lost_is_stopped_and_told_by_whom() -> None:
    """It hangs in a call while another worker takes its run over."""
    site = Site()
    zombie = site.service(THERE)
    run_id = zombie.request(RequestRun(question="Which?"), BY).run_id
    script = site.value.answer

    async def taken_over_meanwhile(context: object, params: object) -> object:
        monkey.undo()
        site.pass_lease()
        await site.recovery().recover(TENANT, tell=print, doubt=print)
        return await script(context, params)  # type: ignore[arg-type]  # passed on as they came

    monkey = pytest.MonkeyPatch()
    monkey.setattr(site.value, "_script", taken_over_meanwhile)
    with pytest.raises(TakenOver, match=f"taken over by service {OWN}; this worker has stopped"):
        finish(zombie.carry_out(TENANT, run_id))
