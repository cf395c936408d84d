"""What an imported run waits for may be allowed where it comes from, and does not go out here."""

from datetime import timedelta

import pytest

from domain.errors import DecidedElsewhere, NotWaiting
from domain.replay.resume.resumption import Resumption
from tests.domain.services.hosts import DAY, REQUIRED, Site, call, same
from tests.domain.stages.running import BY
from tests.domain.stages.test_runs_interrupted import BreakingStore

RESTART, TAG = call("restart", params={"text": "web"}), call("tag", "tag")


def test_an_imported_run_that_waits_is_decided_on_only_by_who_says_that_it_is_imported() -> None:
    site = Site(RESTART, TAG, policies=REQUIRED)
    run_id = site.ask()
    site.import_elsewhere(run_id)
    for approve in (True, False):
        with pytest.raises(DecidedElsewhere, match="worker one had it"):
            site.decide(run_id, approve=approve)
    assert (site.texts, site.state(run_id)) == ([], "waiting")
    for call_id in ("restart", "tag"):
        site.decide(run_id, call_id, is_for_imported=True)
    assert (site.state(run_id), len(site.texts)) == ("completed", 2)
    assert same(site, run_id)


def test_what_was_approved_elsewhere_does_not_go_out_here_when_its_time_is_over() -> None:
    site = Site(RESTART, TAG, policies=REQUIRED)
    run_id = site.ask()
    site.decide(run_id, "restart")
    site.import_elsewhere(run_id)
    site.pass_time(DAY + timedelta(seconds=1))
    with pytest.raises(NotWaiting, match=f"a denial; `run.cancel {run_id}` ends it"):
        site.decide(run_id, "tag", is_for_imported=True)
    (left,) = site.recover(run_id)
    assert left.outcome.startswith("not recovered: it was imported, and what it waited for may")
    assert (site.texts, site.state(run_id)) == ([], "waiting")
    site.service().cancel(run_id, why="not here", by=BY)
    site.service().resume(run_id, Resumption(reason="here, after all"), BY)
    site.carry_out(run_id)
    assert (site.texts, [*site.waits(run_id)]) == ([], ["restart", "tag"])


def test_an_effect_that_was_approved_where_its_run_comes_from_does_not_go_out_here() -> None:
    site = Site(RESTART, policies=REQUIRED)
    run_id = site.ask()
    site.decide(run_id, "restart", store=BreakingStore(site.memory, breaks_at=1))
    site.import_elsewhere(run_id)
    (left,) = site.recover(run_id)
    assert left.outcome.startswith("not recovered: it was imported, and what it waited for may")
    assert (site.texts, site.state(run_id)) == ([], "resumed")
