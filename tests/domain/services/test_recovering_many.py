"""Recovery is bounded, and each run goes on by itself: poison, damage, and what was imported."""

import asyncio
from inspect import isawaitable
from typing import cast

import pytest

from domain.errors import ChangedRecord
from domain.ports import EventStore
from domain.replay.resume.resumption import Resumption
from domain.run.events import RunCompleted, RunFailed, RunRecovered
from domain.services.taking_over import MOST_TRIES, RECOVERY_LIMIT
from domain.tools.contracts import ToolContext, ToolResult
from tests.domain.services.losing_workers import HERE, Site
from tests.domain.stages.running import BY, TENANT
from tests.domain.stages.test_runs_interrupted import BreakingStore
from tests.fakes import AnyParams


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


def test_a_run_that_hangs_hinders_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    runs = [site.left_behind(HERE) for _ in range(2)]
    script, both = site.found._script, asyncio.Barrier(len(runs))

    async def once_both_have_begun(context: ToolContext, params: AnyParams) -> ToolResult:
        await both.wait()
        answer = script(context, params)
        return await answer if isawaitable(answer) else answer

    monkeypatch.setattr(site.found, "_script", once_both_have_begun)
    site.pass_lease()
    assert [each.outcome for each in site.recover()] == ["success", "success"]


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
    assert done[damaged].endswith("it is left alone, `opstrail log verify` tells more")
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
        f"recovers {run_id}: it has no lease: it was imported, or recorded before there were"
        " leases; made again: primary; goes out: primary (ci.resolve), metric (metric.aggregate)"
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


def test_a_run_that_has_ended_and_one_under_way_are_neither_imported_nor_lost() -> None:
    site = Site()
    ended = site.left_behind(HERE)
    site.recovered(ended)
    going = site.left_behind(HERE)
    found = [(each.why, each.is_imported) for each in site.lost(ended, going)]
    assert found == [("it is completed", False), (f"{HERE} carries it out", False)]
