"""Why an answer came late, or may mislead: each rule fires on its cause, and only on it."""

import pytest
from msgspec import convert
from msgspec.structs import replace

from domain.run.call_events import ToolCallSucceeded
from domain.run.events import PlanValidated, ResponseComposed, RunEvent
from domain.run.facts import PlanDecision
from domain.run.lifecycle import Stage
from domain.views.diagnosis import Confidence
from tests.domain.replay.compare.comparing import call, run_of
from tests.domain.replay.diagnosis.diagnosing import (
    case_of,
    found,
    noted,
    notes_of,
    rules_of,
)
from tests.domain.run.samples import (
    ANSWERED,
    EXECUTING,
    FAILED,
    PLANNED,
    PLANNING,
    ROUTED,
    VALIDATED,
    failed,
)

WHERE_CALLS_START = len(EXECUTING) + 2
SLOW = 100
"""Milliseconds between events that make a run of some twenty events slow."""


def timed(call_id: str, duration_ms: float, *depends_on: str) -> list[RunEvent]:
    started, ended = call(call_id, duration_ms=duration_ms)
    return [replace(started, depends_on=list(depends_on)), ended]


def answered(**parts: object) -> list[RunEvent]:
    """Return a call whose answer has these parts."""
    started, _ = call()
    fields = {"call_id": "a", "attempt": 1, "duration_ms": 1, **parts}
    return [started, convert(fields, ToolCallSucceeded)]


def with_event(old: RunEvent, new: RunEvent) -> list[RunEvent]:
    return [new if event == old else event for event in ANSWERED]


def test_the_slowest_path_follows_the_calls_that_waited_for_each_other() -> None:
    (a, a_ends), (b, b_ends), (c, c_ends) = (
        timed(*each) for each in (("a", 900), ("b", 600, "a"), ("c", 1400))
    )
    case = case_of(run_of([a, c, a_ends, b, c_ends, b_ends]), step_ms=10)
    hypothesis = found(case, "slowest-path")
    assert hypothesis.sentence == (
        f"1500 of the run's {case.summary.duration_ms} ms went into "
        "ci.search (a) 900 ms, then ci.search (b) 600 ms."
    )
    assert hypothesis.evidence == tuple(WHERE_CALLS_START + after for after in (0, 2, 3, 5))


def test_the_slowest_path_goes_through_the_slowest_of_what_a_call_waited_for() -> None:
    run = run_of(timed("a", 100), timed("b", 900), timed("c", 600, "a", "b"))
    sentence = found(case_of(run, step_ms=10), "slowest-path").sentence
    assert sentence.endswith("into ci.search (b) 900 ms, then ci.search (c) 600 ms.")


def test_all_attempts_of_a_call_count_for_the_slowest_path() -> None:
    retried = [*timed("a", 900), *call("a", attempt=2, duration_ms=500)]
    hypothesis = found(case_of(run_of(retried), step_ms=10), "slowest-path")
    assert "ci.search (a) 1400 ms" in hypothesis.sentence


def test_a_quick_run_has_no_slowest_path() -> None:
    assert "slowest-path" not in rules_of(case_of(run_of(timed("a", 15)), step_ms=1))


def test_a_slow_run_whose_calls_were_quick_has_no_slowest_path() -> None:
    assert "slowest-path" not in rules_of(case_of(run_of(timed("a", 15)), step_ms=SLOW))


def test_a_call_that_took_much_longer_than_the_others_is_told() -> None:
    run = run_of(timed("a", 5000), timed("b", 100), timed("c", 200))
    hypothesis = found(case_of(run), "slow-call")
    assert hypothesis.sentence == (
        "ci.search (a) took 5000 ms, 33 times as long as the other calls usually did (150 ms)."
    )
    assert hypothesis.evidence == (WHERE_CALLS_START, WHERE_CALLS_START + 1)


@pytest.mark.parametrize(
    "calls",
    [
        [timed("a", 900), timed("b", 100)],
        [timed("a", 5000), timed("b", 4000)],
        [timed("a", 5000)],
    ],
    ids=["quick", "like the others", "alone"],
)
def test_a_call_that_is_quick_or_like_the_others_is_not_slow(calls: list[list[RunEvent]]) -> None:
    assert "slow-call" not in rules_of(case_of(run_of(*calls)))


def test_a_stage_without_calls_that_took_half_of_a_slow_run_is_told() -> None:
    planning = [*PLANNING, PLANNED, ROUTED, failed(Stage.ROUTE_PLAN), FAILED]
    hypothesis = found(case_of(planning, step_ms=600), "slow-stage")
    assert hypothesis.sentence == "Stage route_plan alone took 1800 of the run's 2400 ms."
    assert hypothesis.evidence == (2, 5)


def test_a_stage_of_a_run_that_goes_on_is_not_slow_yet() -> None:
    assert "slow-stage" not in rules_of(case_of(ANSWERED[:6], step_ms=600))


def test_a_stage_that_waited_for_calls_is_not_slow_itself() -> None:
    calls = [event for call_id in "abcd" for event in timed(call_id, 9)]
    run: list[RunEvent] = [*EXECUTING, *calls, failed(Stage.EXECUTE), FAILED]
    assert "slow-stage" not in rules_of(case_of(run, step_ms=600))


def test_a_stage_that_took_little_is_not_slow() -> None:
    assert "slow-stage" not in rules_of(case_of(ANSWERED, step_ms=SLOW))


def test_what_a_tool_said_of_its_result_is_told() -> None:
    run = run_of(answered(warnings=["50 of 80 rows shown", "limit clamped"]))
    hypothesis = found(case_of(run), "tool-said")
    assert hypothesis.sentence == "ci.search (a) said: 50 of 80 rows shown; limit clamped."
    assert hypothesis.evidence == (WHERE_CALLS_START, WHERE_CALLS_START + 1)


def test_a_result_without_a_remark_is_complete() -> None:
    assert rules_of(case_of(run_of(answered()))) == []


def test_a_run_in_which_no_call_found_anything_is_likely_empty() -> None:
    hypothesis = found(case_of(run_of(answered(row_count=0))), "empty-result")
    assert hypothesis.confidence is Confidence.LIKELY
    assert hypothesis.sentence == "ci.search (a) found nothing, and nothing else answered."


def test_one_empty_result_among_others_is_no_reason() -> None:
    run = run_of(answered(row_count=0), call("b", data=[1]))
    assert rules_of(case_of(run)) == []
    assert noted(case_of(run), "empty-result").sentence == "ci.search (a) found nothing."


@pytest.mark.parametrize("row_count", [None, 3])
def test_a_result_with_rows_or_without_a_count_is_not_empty(row_count: int | None) -> None:
    assert "empty-result" not in rules_of(case_of(run_of(answered(row_count=row_count))))


def test_data_that_end_long_before_the_question_are_old() -> None:
    anchored = replace(PLANNED, anchored_at="2026-03-01T07:30:00+00:00")
    note = noted(case_of(with_event(PLANNED, anchored)), "old-data")
    assert "4.5 hours before the question" in note.sentence
    assert note.evidence == (3,)


@pytest.mark.parametrize("anchored_at", [None, "2026-03-01T11:30:00+00:00"])
def test_data_up_to_the_question_are_not_old(anchored_at: str | None) -> None:
    anchored = replace(PLANNED, anchored_at=anchored_at)
    assert "old-data" not in notes_of(case_of(with_event(PLANNED, anchored)))


def decided(requested: int, effective: int) -> list[RunEvent]:
    decision = PlanDecision(
        rule="limit", field="limit", requested=requested, effective=effective, why="at most 50"
    )
    return with_event(VALIDATED, PlanValidated(plan=VALIDATED.plan, decisions=[decision]))


def test_what_the_validation_changed_is_told() -> None:
    hypothesis = found(case_of(decided(90, 50)), "plan-adjusted")
    assert hypothesis.sentence == "The validation changed limit from 90 to 50 (at most 50)."


def test_a_remark_of_the_validation_is_no_change() -> None:
    assert "plan-adjusted" not in rules_of(case_of(decided(50, 50)))


def walked(beyond: int) -> list[RunEvent]:
    """Return a run whose walk was shortened, with so many items beyond its end."""
    shorter = PlanDecision(
        rule="graph_depth", field="graph.depth", requested=10, effective=6, why="at most 6"
    )
    validated = PlanValidated(plan=VALIDATED.plan, decisions=[shorter])
    run = run_of(answered(data={"beyond_depth": beyond}))
    return [validated if event == VALIDATED else event for event in run]


def test_a_walk_that_is_shortened_before_its_last_item_is_a_reason() -> None:
    assert "plan-adjusted" in rules_of(case_of(walked(2)))


def composed(confidence: float = 1) -> ResponseComposed:
    return ResponseComposed(
        answer="x",
        blocks=[],
        confidence=confidence,
        confidence_reasons=["b failed"],
    )


def test_an_answer_of_little_confidence_says_why() -> None:
    hypothesis = found(case_of(run_of(answer=composed(0.3))), "unsure-answer")
    assert hypothesis.sentence == "The answer's confidence is 0.3: b failed."


def test_an_answer_of_some_confidence_is_not_unsure() -> None:
    assert "unsure-answer" not in rules_of(case_of(run_of(answer=composed(0.5))))


def test_a_call_that_depends_on_an_unknown_one_has_a_path_of_its_own() -> None:
    run = run_of(timed("a", 1500, "gone"))
    assert "ci.search (a) 1500 ms" in found(case_of(run, step_ms=10), "slowest-path").sentence
