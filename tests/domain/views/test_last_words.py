"""The last word on each thing counts, in every view, whatever a run has been through."""

import pytest
from msgspec import structs

from domain.run.commands import FlagRun, PinGolden
from domain.run.events import (
    PlanValidated,
    RunEvent,
    RunFailed,
)
from domain.run.facts import Fault, RunOptions
from domain.run.fold import fold
from domain.run.lifecycle import Stage
from domain.run.note_events import GoldenPinned
from domain.run.run import decide
from domain.run.summary import summary_of
from domain.views.lineage import lineage
from domain.views.response import run_response
from domain.views.run import run_details
from domain.views.steps import run_steps
from domain.views.timeline import run_timeline
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import (
    ANNOTATED,
    ANSWERED,
    CANCELLED,
    COMPLETED,
    COMPOSED,
    EXECUTING,
    FAILED,
    PINNED,
    REQUESTED,
    RESUMED,
    call_failed,
    call_started,
    call_succeeded,
    completed,
    started,
)

BROKEN: list[RunEvent] = [*EXECUTING, call_started(), call_failed(), FAILED]
AGAIN: list[RunEvent] = [started(Stage.EXECUTE, 2), call_started(attempt=2)]
TO_THE_END: list[RunEvent] = [
    *(call_succeeded(attempt=2), completed(Stage.EXECUTE, 2), started(Stage.COMPOSE)),
    *(completed(Stage.COMPOSE), started(Stage.PRESENT), completed(Stage.PRESENT)),
    *(COMPOSED, COMPLETED),
]
REPAIRED: list[RunEvent] = [*BROKEN, RESUMED, *AGAIN, *TO_THE_END]
"""A run that failed, was resumed and then answered."""


def test_a_failed_run_that_was_resumed_and_succeeded_answers_without_an_error() -> None:
    response = run_response(entries(REPAIRED))
    assert "error" not in response
    assert (response["status"], response["answer"]) == ("success", COMPOSED.answer)
    assert response["next_actions"] == COMPOSED.next_actions
    assert response["meta"]["failed_call_count"] == 0


def test_a_run_that_was_resumed_has_no_error_until_it_fails_again() -> None:
    again = REPAIRED[: REPAIRED.index(RESUMED) + 2]
    assert "error" not in run_response(entries(again))
    other = RunFailed(error=Fault(code="TOOL_FAILED", message="no"), stage=Stage.EXECUTE)
    response = run_response(entries([*again, other]))
    assert "error" in response
    assert response["error"]["code"] == "TOOL_FAILED"


def test_a_call_that_failed_and_was_repaired_offers_no_choices() -> None:
    choice = {"candidates": [{"ci_id": "c1", "ci_code": "srv-1"}], "call_id": "a"}
    ambiguous = structs.replace(
        call_failed(), error=Fault(code="AMBIGUOUS_CI", message="?", details=choice)
    )
    plan = PlanValidated(plan={"intent": "LOOKUP", "primary": {"keywords": ["srv"]}})
    failed_once: list[RunEvent] = [*EXECUTING, plan, call_started(), ambiguous]
    repaired: list[RunEvent] = [*failed_once, call_started(attempt=2), call_succeeded(attempt=2)]
    offered, later = (
        run_response(entries([*events, FAILED]))["next_actions"]
        for events in (failed_once, repaired)
    )
    assert [each["type"] for each in later] == ["open_trace"]
    assert len(offered) >= len(later)


def test_a_failed_run_shows_the_candidates_of_an_ambiguous_name_and_names_the_call() -> None:
    choice = {"candidates": [{"ci_id": "c1", "ci_code": "srv-1"}], "total": 39}
    fault = Fault(code="AMBIGUOUS_CI", message="?", details=choice)
    events = [*EXECUTING[1:], call_started("primary"), call_failed("primary"), FAILED]
    events[-2] = structs.replace(call_failed("primary"), error=fault)
    request = structs.replace(REQUESTED, options=RunOptions(edition=3))
    response = run_response(entries([request, *events]))
    (table,) = response["blocks"]
    assert (table["id"], table["meta"]) == ("ci-candidates-primary", {"total": 39})
    assert table["reference_ids"] == [each["id"] for each in response["references"]]
    assert run_response(entries([REQUESTED, *events]))["blocks"] == []


def test_a_run_that_failed_and_was_cancelled_tells_both_ends() -> None:
    history = entries([*EXECUTING, FAILED, CANCELLED])
    response, details = run_response(history), run_details(history)
    assert response["status"] == "cancelled"
    assert "error" in response
    assert response["error"]["code"] == "TOOL_TIMEOUT"
    assert [end.sentence for end in details.ends] == [
        "the run fails: TOOL_TIMEOUT: Timeout after 5 ms",
        "the run is cancelled: enough",
    ]
    assert [note.sentence for note in run_timeline(history).notes] == [details.ends[1].sentence]


@pytest.mark.parametrize(
    ("pin", "kind"),
    [(PINNED, "pinned"), (GoldenPinned(name="daily", is_wrong=True), "pinned as wrong")],
)
def test_a_lineage_says_whether_a_pinned_answer_is_wrong(pin: RunEvent, kind: str) -> None:
    history = entries([*ANSWERED, pin])
    (note,) = lineage("run-1", [(summary_of(history), history)]).notes
    assert (note.kind, note.about) == (kind, "daily")


def test_what_came_after_the_end_is_below_the_timeline_and_not_on_it() -> None:
    timeline, before = (
        run_timeline(entries([*ANSWERED, ANNOTATED])),
        run_timeline(entries(ANSWERED)),
    )
    assert (timeline.total_ms, timeline.lanes) == (before.total_ms, before.lanes)
    assert (timeline.marks, [note.type for note in timeline.notes]) == ((), ["run-annotated"])


def test_a_resumption_is_marked_on_the_timeline() -> None:
    timeline = run_timeline(entries(REPAIRED))
    assert [(mark.type, mark.version) for mark in timeline.marks] == [("run-resumed", 13)]


def test_where_the_clock_went_back_a_step_took_no_time_and_says_so() -> None:
    first, second = entries([*EXECUTING])[:2]
    early = structs.replace(second.envelope, recorded_at="2026-03-01T11:59:00.000000Z")
    step = run_steps([first, structs.replace(second, envelope=early)])[1]
    assert (step.since_ms, step.went_back_ms) == (0, 60_000)


def test_a_pin_of_a_wrong_answer_says_so_in_a_sentence() -> None:
    history = entries(ANSWERED)
    run = fold("run-1", (entry.event for entry in history))
    (flag,) = decide(run, FlagRun(verdict="wrong"))
    flagged = fold("run-1", [*ANSWERED, flag])
    (pin,) = decide(flagged, PinGolden(name="daily", is_wrong=True))
    notes = run_timeline(entries([*ANSWERED, flag, pin])).notes
    assert notes[-1].sentence == "the run is now the golden run daily, whose answer is wrong"
