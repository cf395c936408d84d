"""Recovery: a run whose worker was lost goes on with another one."""

from typing import cast

import pytest

from domain.aggregate.envelope import Actor
from domain.errors import ChangedRecord, TakenOver
from domain.ports import EventStore
from domain.replay.resume.resumption import Resumption
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallStarted, ToolCallSucceeded
from domain.run.commands import RequestRun
from domain.run.events import RunCompleted, RunFailed, RunRecovered
from domain.run.lifecycle import Stage
from domain.services.leases import LEASE_SECONDS
from domain.services.taking_over import MOST_TRIES, RECOVERY_LIMIT
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
from tests.domain.stages.test_runs_interrupted import BreakingStore

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


def lose_again(site: Site) -> None:
    """Recover by a worker that is lost in its first append after the take-over."""
    site.pass_lease(999)
    site.recover(worker=HERE, store=BreakingStore(site.memory, breaks_at=2))


def test_a_run_that_its_workers_do_not_survive_is_given_up() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    for _ in range(MOST_TRIES):
        lose_again(site)
    site.pass_lease()
    site.heard.doubts.clear()
    (done,) = site.recover()
    failed = site.events(run_id)[-1]
    assert isinstance(failed, RunFailed)
    assert (failed.error.code, done.outcome) == (RECOVERY_LIMIT, RECOVERY_LIMIT)
    assert failed.error.details == {"tries": 3, "calls_in_flight": []}
    assert site.heard.doubts[0].startswith(f"{run_id} is given up after 3 tries")


def test_a_run_that_was_given_up_is_let_go_on_by_a_person_and_counts_anew() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    for _ in range(MOST_TRIES + 1):
        lose_again(site)
    site.service(HERE).resume(run_id, Resumption(reason="it has more memory"), BY)
    site.pass_lease()
    assert site.lost()[0].tries == 0
    site.recover()
    assert isinstance(site.events(run_id)[-1], RunCompleted)


@pytest.mark.parametrize(("tries", "seconds"), [(1, 10), (2, 60)])
def test_the_next_try_waits_longer_each_time(tries: int, seconds: int) -> None:
    site = Site()
    site.left_behind(HERE)
    for _ in range(tries):
        lose_again(site)
    site.pass_lease(seconds - 1)
    assert [each.outcome for each in site.recover()] == ["not before 2026-03-01T12:00:01.000000Z"]
    site.now += 1
    assert [each.outcome for each in site.recover()] == ["success"]


def test_who_asks_for_a_run_by_name_need_not_wait() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    lose_again(site)
    site.pass_lease(1)
    assert [each.outcome for each in site.recover(run_id)] == ["success"]


def test_what_was_tried_before_comes_last_so_that_it_harms_no_other() -> None:
    site = Site()
    tried = site.left_behind(HERE)
    lose_again(site)
    fresh = site.left_behind(HERE)
    site.pass_lease(999)
    site.recover()
    ended = [
        each.envelope.stream_id
        for each in site.memory.read_log()
        if each.envelope.type == "run-completed"
    ]
    assert ended == [fresh, tried]


class Damaging:
    """A store that cannot read one run; see `domain.ports.EventStore`."""

    def __init__(self, store: EventStore, run_id: str) -> None:
        self._store, self._run_id = store, run_id

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def read(self, tenant_id: str, stream_id: str) -> object:
        if stream_id == self._run_id:
            raise ChangedRecord(stream_id, why="somebody changed it")
        return self._store.read(tenant_id, stream_id)


def test_a_lost_run_whose_record_is_damaged_is_told_and_hinders_no_other() -> None:
    site = Site()
    damaged, other = site.left_behind(HERE), site.left_behind(HERE)
    site.pass_lease()
    store = cast("EventStore", Damaging(site.memory, damaged))
    done = {each.run: each.outcome for each in site.recover(store=store)}
    assert done[damaged].startswith(f"not recovered: {damaged} is corrupt")
    assert done[other] == "success"
    assert site.heard.doubts == [f"{damaged} is {done[damaged]}"]


def imported(site: Site, run_id: str) -> str:
    """Make of a run that is under way one that came from elsewhere: it has no lease."""
    site.memory.leases.give_back(TENANT, run_id, HERE)
    return run_id


def test_an_imported_run_is_listed_and_left_alone() -> None:
    site = Site()
    run_id = imported(site, site.left_behind(HERE))
    (done,) = site.recover()
    assert (done.run, done.is_imported, done.outcome) == (run_id, True, "imported, not recovered")
    assert RunRecovered not in map(type, site.events(run_id))


def test_an_imported_run_goes_on_when_it_is_asked_for_by_name_and_told_what_goes_out() -> None:
    site = Site()
    run_id = imported(site, site.left_behind(HERE))
    assert [each.outcome for each in site.recover(run_id)] == ["success"]
    assert site.heard.remarks[0] == (
        f"recovers {run_id}: it was imported, and nobody has carried it out here; made again:"
        " primary; goes out: primary (ci.resolve), metric (metric.aggregate)"
    )


def test_a_dry_run_says_why_how_often_and_what_would_be_called() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    lose_again(site)
    site.pass_lease()
    (lost,) = site.lost()
    assert (lost.run, lost.tries, lost.made_again) == (run_id, 1, ())
    assert lost.why == f"the lease of its worker {HERE} ran out 4.00 s ago"
    assert lost.goes_out == ("primary (ci.resolve)", "metric (metric.aggregate)")
    assert lost.not_before == "2026-03-01T12:00:06.000000Z"
