"""Planted slow runs: where the time went comes first, working told from waiting."""

import re
from collections.abc import Callable

import pytest

from domain.aggregate.envelope import Actor
from domain.run.commands import ReportProgress
from domain.run.events import StageStarted
from domain.run.lifecycle import Stage
from domain.services.taking_over import take_over
from domain.tools.contracts import ToolErrorCode
from domain.writer import Authorship
from tests.acceptance.diagnosis.planting import METRIC_OF_SRV_01, Site, failing, in_turn, slow
from tests.estate_fixture import TENANT

Plant = Callable[..., Site]


@pytest.fixture(autouse=True)
def no_run_is_slow() -> None:
    """Here they are."""


def test_a_call_that_took_the_time(planted: Plant) -> None:
    site = planted({"metric": slow(1.2)})
    run_id = site.run({**METRIC_OF_SRV_01, "history": {"enabled": True}})
    cause = site.cause(run_id)
    assert cause.rule == "slowest-path"
    assert re.search(r"metric\.aggregate \(metric\) 1\d{3} ms", cause.sentence)
    assert "history" not in cause.sentence


def test_a_run_that_waited_for_a_worker(planted: Plant) -> None:
    site = planted()
    run_id = site.request("What is the state of srv-01?")
    site.clock.let_pass(minutes=10)
    site.carry_out(run_id)
    cause = site.cause(run_id)
    assert cause.rule == "waited"
    assert re.search(r"waited 6\d\d s for a worker", cause.sentence)


def test_a_run_that_waited_to_be_resumed(planted: Plant) -> None:
    refused = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")
    site = planted({"graph": in_turn(refused)})
    run_id = site.ask("What is affected if srv-01 fails?")
    site.clock.let_pass(hours=2)
    cause = site.cause(site.resume(run_id))
    assert re.search(r"waited 72\d\d s to be resumed", cause.sentence)
    assert "connection refused" not in cause.sentence


def test_a_run_whose_worker_was_lost(planted: Plant) -> None:
    site = planted()
    run_id = site.request("What is the state of srv-01?")
    _die_in_execute(site, run_id)
    site.clock.let_pass(minutes=30)
    runs = site.opstrail.runs
    history = runs.history(TENANT, run_id)
    take_over(runs, history)
    site.carry_out(run_id)
    found = site.diagnosis(run_id).hypotheses
    assert found[0].rule == "worker-lost"
    assert re.search(r"18\d\d s after its last event", found[0].sentence)
    assert "resume" not in str(found[0].next_step)


def _die_in_execute(site: Site, run_id: str) -> None:
    """Let the worker of a run be gone after it has begun."""
    by = Authorship(TENANT, Actor("service", "here/1/1.0"))
    begun = StageStarted(stage=Stage.ROUTE_PLAN, attempt=1)
    history = site.opstrail.runs.history(TENANT, run_id)
    site.opstrail.runs.record(history, ReportProgress(begun), by)
