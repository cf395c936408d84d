"""A run is cancelled from outside while no living worker carries it out."""

from datetime import timedelta

import pytest

from domain.errors import IllegalTransition, NotFound, UnderWay
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run.events import RunCancelled
from domain.services.recovery import LEASE
from domain.writer import Authorship
from tests.domain.services.losing_workers import HERE, THERE, KnownWorkers, Site
from tests.domain.stages.running import BY, TENANT
from tests.fakes import NOON

WHY = "asked by mistake"


def cancel(
    site: Site,
    run_id: str,
    *,
    alive: set[str] | None = None,
    after: timedelta = timedelta(),
    by: Authorship = BY,
) -> None:
    recovery = site.recovery(KnownWorkers(alive=alive or set()), at=NOON + after)
    recovery.cancel(run_id, why=WHY, by=by)


def ended_with(site: Site, run_id: str) -> tuple[object, object]:
    last = RUN.read(site.memory.read(TENANT, run_id)[-1])
    return last.event, last.envelope.actor


def requested(site: Site) -> str:
    return site.service(HERE).request(RequestRun(question="Which?"), BY).run_id


def test_a_run_that_waits_is_cancelled_by_who_says_so() -> None:
    site = Site()
    run_id = requested(site)
    cancel(site, run_id)
    assert ended_with(site, run_id) == (RunCancelled(why=WHY), BY.actor)


def test_a_run_that_a_living_worker_carries_out_is_not_cancelled() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    with pytest.raises(UnderWay, match=f"is carried out by worker {HERE}, which cannot be told"):
        cancel(site, run_id, alive={HERE})


def test_a_run_that_was_just_taken_over_is_not_cancelled() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    workers = KnownWorkers()
    recovery = site.recovery(workers)
    recovery.take_over(TENANT, recovery.lost(TENANT), print)
    with pytest.raises(UnderWay, match=workers.own):
        cancel(site, run_id, alive={workers.own})


def test_a_run_whose_worker_is_gone_is_cancelled() -> None:
    site = Site()
    run_id = site.left_behind(HERE)
    cancel(site, run_id)
    assert ended_with(site, run_id) == (RunCancelled(why=WHY), BY.actor)


def test_a_worker_of_another_host_keeps_its_run_for_the_lease() -> None:
    site = Site()
    run_id = site.left_behind(THERE)
    with pytest.raises(UnderWay):
        cancel(site, run_id, after=LEASE)
    cancel(site, run_id, after=LEASE + timedelta(seconds=1))
    assert ended_with(site, run_id)[0] == RunCancelled(why=WHY)


def test_a_run_that_has_ended_is_not_cancelled() -> None:
    site = Site()
    run_id = site.left_behind(HERE, breaks_at=99)
    with pytest.raises(IllegalTransition, match="is completed: cannot cancel"):
        cancel(site, run_id)


def test_a_run_of_another_tenant_is_not_cancelled() -> None:
    site = Site()
    run_id = requested(site)
    with pytest.raises(NotFound):
        cancel(site, run_id, by=Authorship("globex", BY.actor))
