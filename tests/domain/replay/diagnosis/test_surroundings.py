"""What was otherwise than usual: against the last good run, and in the estate."""

from typing import TYPE_CHECKING

import pytest

from domain.estate.fields import RecordKind
from domain.replay.diagnosis.case import EstateChange, referenced_items
from domain.replay.diagnosis.diagnose import diagnose
from domain.run.events import ResponseComposed, RunEvent
from domain.run.note_events import RunFlagged
from domain.run.summary import summary_of
from domain.views.diagnosis import Confidence
from tests.domain.replay.compare.comparing import call, run_of
from tests.domain.replay.diagnosis.diagnosing import case_of, found, notes_of, rules_of
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import EXECUTING

if TYPE_CHECKING:
    from domain.json import JsonMap

WHERE_CALLS_START = len(EXECUTING) + 2
SLOW = 100
"""Milliseconds between events that make a run of some twenty events slow."""


def composed(*, reference_count: int) -> ResponseComposed:
    references = [{"id": f"ci:{number}"} for number in range(reference_count)]
    return ResponseComposed(answer="x", blocks=[], references=references)


def test_a_run_that_went_otherwise_than_the_last_good_one_says_where() -> None:
    good, now = run_of(call(data=[1, 2])), run_of(call(data=[]))
    hypothesis = found(case_of(now, last_good=good), "differs-from-last-good")
    assert "answered otherwise: ci.search (a) without 1, without 2." in hypothesis.sentence
    assert hypothesis.evidence == (11, 12)
    assert hypothesis.next_step == "opstrail run compare run-1 run-1"


@pytest.mark.parametrize("last_good", [None, run_of(call(duration_ms=9))])
def test_a_run_that_went_like_the_last_good_one_does_not_differ(
    last_good: list[RunEvent] | None,
) -> None:
    case = case_of(run_of(call()), last_good=last_good)
    assert "differs-from-last-good" not in rules_of(case)


def test_a_run_that_took_much_longer_than_the_last_good_one_names_the_call() -> None:
    good, now = run_of(call(duration_ms=5)), run_of(call(duration_ms=1500))
    case = case_of(now, step_ms=SLOW, last_good=good)
    hypothesis = found(case, "slower-than-last-good")
    before = summary_of(entries(good, step_ms=1)).duration_ms
    assert hypothesis.sentence == (
        f"The run took {case.summary.duration_ms} ms, the last good one {before} ms; "
        "ci.search (a) lost most."
    )
    assert hypothesis.evidence == (WHERE_CALLS_START, WHERE_CALLS_START + 1)


@pytest.mark.parametrize("step_ms", [1, 10])
def test_a_quick_run_is_not_slower_than_the_last_good_one(step_ms: int) -> None:
    case = case_of(run_of(call()), step_ms=step_ms, last_good=run_of(call()))
    assert "slower-than-last-good" not in rules_of(case)


@pytest.mark.parametrize(("count", "fires"), [(7, True), (8, False), (12, False)])
def test_an_answer_that_rests_on_much_less_than_the_last_good_one_is_told(
    count: int, *, fires: bool
) -> None:
    good = run_of(answer=composed(reference_count=10))
    case = case_of(run_of(answer=composed(reference_count=count)), last_good=good)
    assert ("fewer-references" in rules_of(case)) is fires


def test_references_to_other_items_count_as_much_as_those_of_the_last_good_run() -> None:
    other = [{"id": f"other:{number}"} for number in range(10)]
    answer = ResponseComposed(answer="x", blocks=[], references=other)
    good = run_of(answer=composed(reference_count=10))
    assert "fewer-references" not in rules_of(case_of(run_of(answer=answer), last_good=good))


def change(**fields: object) -> EstateChange:
    usual = {
        "kind": RecordKind.WORK,
        "record_id": "w-1",
        "ci_id": "id-1",
        "ci_code": "srv-01",
        "at": "2026-03-01T08:00:00Z",
        "about": "upgrade",
        "title": "New kernel",
        "result": "success",
    }
    return EstateChange(**{**usual, **fields})  # type: ignore[arg-type]  # fields of a change


REFERRING = run_of(call(references=[{"id": "ci:id-1", "payload": {"ci_id": "id-1"}}]))
DOUBTED: list[RunEvent] = [*REFERRING, RunFlagged(verdict="wrong")]
"""A run of which there is something to explain."""


def test_a_change_of_an_item_of_the_answer_is_told_with_the_event_that_refers_to_it() -> None:
    hypothesis = found(case_of(DOUBTED, changes=[change()]), "changed-estate")
    assert hypothesis.sentence == (
        "In the 24 hours before, srv-01 had upgrade 'New kernel' at 2026-03-01T08:00:00Z, "
        "4.0 hours before (work, success, w-1)."
    )
    assert hypothesis.evidence == (WHERE_CALLS_START + 1,)
    assert hypothesis.confidence is Confidence.POSSIBLE


@pytest.mark.parametrize(
    "severe",
    [
        change(result="failed"),
        change(kind=RecordKind.MAINTENANCE, result="degraded"),
        change(kind=RecordKind.EVENT_LOG, severity=4, result=None),
    ],
)
def test_a_severe_change_is_likely_a_reason(severe: EstateChange) -> None:
    case = case_of(DOUBTED, changes=[change(title="harmless"), severe])
    assert found(case, "changed-estate").confidence is Confidence.LIKELY


def test_a_change_of_a_run_with_which_nothing_is_wrong_is_only_noted() -> None:
    case = case_of(REFERRING, changes=[change(result="failed")])
    assert rules_of(case) == []
    assert notes_of(case) == ["changed-estate"]


def test_what_people_did_is_told_latest_first_and_then_alarms_by_their_kinds() -> None:
    event = {"kind": RecordKind.EVENT_LOG, "result": None}
    alarms = [
        change(**event, severity=5, about="alarm", at=f"2026-03-01T11:0{minute}:00Z")
        for minute in range(3)
    ]
    release = change(
        **event, severity=1, about="deployment", title="v2", at="2026-03-01T10:00:00Z"
    )
    case = case_of(DOUBTED, changes=[*alarms, change(), release])
    sentence = found(case, "changed-estate").sentence
    told = ["deployment 'v2'", "upgrade 'New kernel'", "alarm 3 times, the last 58 minutes before"]
    assert sorted(told, key=sentence.index) == told


def test_many_changes_of_an_item_are_counted() -> None:
    case = case_of(DOUBTED, changes=[change()] * 7)
    assert found(case, "changed-estate").sentence.endswith("; 2 earlier changes.")


def test_changes_of_many_items_are_told_of_the_worst_and_counted_of_the_rest() -> None:
    harmless = [change(ci_id=f"id-{n}", ci_code=f"srv-{n}") for n in range(7)]
    severe = change(ci_id="id-9", ci_code="srv-9", result="failed")
    case = case_of(DOUBTED, changes=[*harmless, severe])
    told = [each for each in diagnose(case).hypotheses if each.rule == "changed-estate"]
    assert len(told) == 6
    assert told[0].sentence.startswith("In the 24 hours before, srv-9 had ")
    assert told[-1].sentence == (
        "In the 24 hours before, 3 more changes were recorded of 3 other items of the answer, "
        "among them srv-4."
    )


def test_without_changes_the_estate_is_no_reason() -> None:
    assert notes_of(case_of(REFERRING)) == []


def test_the_items_of_an_answer_are_those_that_its_results_refer_to() -> None:
    references: list[JsonMap] = [
        {"id": "ci:id-1", "payload": {"ci_id": "id-1"}},
        {"id": "ci:id-1", "payload": {"ci_id": "id-1"}},
        {"id": "query:1", "payload": {"tool": "ci"}},
        {"id": "bare"},
    ]
    case = case_of(run_of(call(references=references)))
    assert referenced_items(case.entries) == {"id-1": (WHERE_CALLS_START + 1,)}


def test_what_is_on_the_own_record_comes_first_then_the_last_good_run_then_the_estate() -> None:
    case = case_of(
        [*run_of(call(data={"rows": [], "total": 0})), RunFlagged(verdict="wrong")],
        last_good=run_of(call(data={"rows": [{"ci_code": "srv-01"}], "total": 1})),
        changes=[change()],
    )
    rules = ["flagged-wrong", "differs-from-last-good", "changed-estate"]
    assert rules_of(case) == rules
