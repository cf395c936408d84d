"""A run that was resumed or recovered came out as one that was never stopped."""

import pytest

from domain.replay.compare.compare import compare
from domain.replay.fork.descent import Rerun
from domain.replay.resume.resumption import Resumption
from domain.run.events import RunRecovered
from domain.views.golden import Grade
from tests.domain.replay.resume.test_resume import Counted, FailsFirst, measured_late
from tests.domain.replay.verify.planted import other_quality, other_wording
from tests.domain.replay.verify.verifying import verdict
from tests.domain.services.golden_office import Office, office_of
from tests.domain.services.losing_workers import HERE, THERE, Site
from tests.domain.services.test_recovery import APPENDS
from tests.domain.stages.running import (
    BY,
    FOUND,
    METRIC,
    TENANT,
    VALUE,
    Running,
    ci,
    metric,
    plan_output,
)


@pytest.mark.parametrize("breaks_at", APPENDS)
def test_a_recovered_run_came_out_as_one_that_was_not_lost(breaks_at: int) -> None:
    site = Site()
    run_id, straight_id = site.left_behind(HERE, breaks_at), site.left_behind(THERE, 99)
    site.recovered(run_id)
    service = site.service(HERE)
    recovered, straight = (service.history(TENANT, each) for each in (run_id, straight_id))
    assert any(isinstance(entry.event, RunRecovered) for entry in recovered)
    assert compare(straight, recovered).is_same
    assert compare(recovered, straight).is_same
    assert compare(recovered, recovered).verdict == "same"


def resumed_office() -> tuple[Office, str]:
    """A run whose metric failed first, and was there when the run was resumed."""
    found, value = Counted(FOUND), FailsFirst(VALUE)
    running = Running(ci(found.answer), metric(value.answer), planned=plan_output(**METRIC))
    run_id = running.request()
    running.carry_out(run_id)
    running.service.resume(run_id, Resumption(reason="it is back"), BY)
    running.carry_out(run_id)
    return office_of(running), run_id


def test_a_rerun_of_a_resumed_run_came_out_the_same() -> None:
    office, run_id = resumed_office()
    replays = office.running.replays
    new = replays.rerun(run_id, Rerun(reason="again"), BY).run_id
    office.running.carry_out(new)
    assert replays.difference(TENANT, run_id, new).startswith("same")


def test_a_resumed_run_passes_as_golden_run_in_both_modes() -> None:
    office, run_id = resumed_office()
    office.desk.pin(run_id, "daily", {}, BY)
    for checked in (office.verified("daily"), office.rerun("daily")):
        assert (checked.judgement.grade, checked.judgement.reasons) == (Grade.PASS, ())
        assert [each.kind for each in checked.divergences if each.kind not in "timing"] == []


def test_a_change_is_found_in_a_resumed_run_and_its_attempts_are_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, running, *_ = measured_late()
    assert verdict(running, run.history).is_same
    other_quality(monkeypatch)
    assert verdict(running, run.history).is_same  # nothing failed in the end
    other_wording(monkeypatch)
    (found,) = verdict(running, run.history).divergences
    assert found.sentence.startswith("stage compose: answer ")
