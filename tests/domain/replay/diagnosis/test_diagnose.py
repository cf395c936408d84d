"""What holds for every diagnosis."""

import pytest

from domain.replay.compare.run_calls import RunCall
from domain.replay.diagnosis.case import versions
from domain.replay.diagnosis.diagnose import diagnose
from tests.domain.replay.diagnosis.diagnosing import case_of
from tests.domain.run.samples import ANSWERED
from tests.domain.views.histories import BROKEN, PARTIAL, REFUSED, RUNNING, STOPPED


def test_nothing_stands_out_in_a_run_that_went_well() -> None:
    assert diagnose(case_of(ANSWERED)).hypotheses == []


def test_a_run_without_events_cannot_be_diagnosed() -> None:
    with pytest.raises(ValueError, match="a summary needs at least one event"):
        diagnose(case_of([]))


def test_evidence_is_in_the_order_of_the_events() -> None:
    late, early = (
        RunCall(call_id="a", tool="ci", operation="search", started_version=n, ended_version=n + 8)
        for n in (40, 8)
    )
    assert versions(late, early) == (8, 16, 40, 48)


def test_every_reason_has_evidence_within_the_run() -> None:
    for events in (PARTIAL, REFUSED, BROKEN, STOPPED, RUNNING):
        for hypothesis in diagnose(case_of(events)).hypotheses:
            assert hypothesis.evidence
            assert set(hypothesis.evidence) <= set(range(1, len(events) + 1))
