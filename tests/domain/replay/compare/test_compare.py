"""Two runs side by side: the verdict, and what changed in plan, stages and answer."""

import pytest
from msgspec.structs import replace

from domain.json import JsonMap
from domain.replay.compare.compare import compare
from domain.run.call_events import PayloadRef
from domain.run.events import PlanProduced, PlanValidated, RunEvent, RunRequested
from domain.run.facts import Origin, PlanDecision
from domain.views.comparison import Mark, mark_counts
from domain.views.verdict import DivergenceClass
from tests.domain.replay.compare.comparing import call, compared, composed, run_of
from tests.domain.run.samples import (
    ANSWERED,
    PLANNED,
    REQUESTED,
    VALIDATED,
    call_failed,
    call_started,
)
from tests.domain.views.histories import BROKEN, EVERY_END, PARTIAL

LIMITED = PlanDecision(rule="limit", field="limit", requested=9, effective=5, why="at most 5")


def replaced(old: RunEvent, new: RunEvent) -> list[RunEvent]:
    return [new if event == old else event for event in ANSWERED]


@pytest.mark.parametrize("end", EVERY_END)
def test_a_run_is_the_same_as_itself(end: str) -> None:
    comparison = compared(EVERY_END[end], EVERY_END[end])
    assert (comparison.is_same, comparison.verdict) == (True, "same")


def test_the_verdict_says_whether_the_answer_changed_and_where_the_runs_part() -> None:
    a = run_of(call(data=[1]), answer=composed("One."))
    b = run_of(call(data=[1, 2]), answer=composed("Two."))
    comparison = compared(a, b)
    assert not comparison.is_same
    assert comparison.verdict == (
        "answer changed; first divergence (data): call a (ci.search) answers otherwise: "
        "data 1 -> 2 items, with 2; and 1 event that follows from it"
    )


def test_a_change_that_left_the_answer_alone_is_told_so() -> None:
    verdict = compared(run_of(call(data=[1])), run_of(call(data=[2]))).verdict
    assert verdict.startswith("same answer; first divergence (data): ")


def test_runs_that_took_longer_are_the_same_but_for_timing() -> None:
    comparison = compared(run_of(call()), run_of(call(duration_ms=99)))
    assert (comparison.is_same, comparison.verdict) == (True, "same but for timing")


def test_runs_of_another_planner_version_are_the_same_but_for_version() -> None:
    newer = replace(PLANNED, planner_version="2")
    comparison = compared(ANSWERED, replaced(PLANNED, newer))
    assert (comparison.is_same, comparison.verdict) == (True, "same but for version")


def test_runs_are_the_same_whoever_asked_and_whenever() -> None:
    asked = replace(
        REQUESTED, idempotency_key="k", origin=Origin(kind="rerun", parent_run_id="run-0")
    )
    anchored = replace(PLANNED, anchored_at="2026-01-01T00:00:00Z")
    later = [anchored if e == PLANNED else asked if e == REQUESTED else e for e in ANSWERED]
    assert compared(ANSWERED, later).divergence is None


def test_cosmetic_differences_are_no_divergence() -> None:
    a = run_of(call(data=[{"id": 1}, {"id": 2}]), answer=composed("Two  rows."))
    b = run_of(call(data=[{"id": 2}, {"id": 1}]), answer=composed("Two rows."))
    assert compared(a, b).divergence is None


def metric_of(day: str) -> list[RunEvent]:
    """Return a run that asks a metric for the last 24 hours on this day."""
    query: JsonMap = {"id": f"query:{day}", "kind": "query", "payload": {"window": {"end": day}}}
    asked = call(
        params={"time_range": "last_24h"},
        data={"value": 5, "window": {"start": f"before {day}", "end": day}},
        window=(f"before {day}", day),
        references=[query],
    )
    table: JsonMap = {"type": "table", "reference_ids": [f"query:{day}"], "rows": [[5, day]]}
    return run_of(asked, answer=composed(blocks=[table], references=[query]))


def test_a_window_that_moved_with_the_time_of_asking_is_no_divergence() -> None:
    comparison = compared(metric_of("monday"), metric_of("tuesday"))
    assert comparison.divergence is None
    assert [block.mark for block in comparison.answers.blocks] == [Mark.SAME]
    assert comparison.answers.references_added == []


def test_the_order_of_references_is_no_divergence() -> None:
    one, other = JsonMap({"id": "ci:1"}), JsonMap({"id": "ci:2"})
    a, b = composed(references=[one, other]), composed(references=[other, one])
    before, after = call(references=[one, other]), call(references=[other, one])
    assert compared(run_of(before, answer=a), run_of(after, answer=b)).divergence is None


def test_an_erased_result_is_no_divergence_from_the_same_one() -> None:
    payload = PayloadRef(digest="a" * 64, size=5000, preview="[1, ")
    erased, kept = call(payload=payload), call(data=[1, 2], payload=payload)
    assert compared(run_of(erased), run_of(kept)).divergence is None


def test_what_is_ignored_is_no_divergence() -> None:
    a, b = run_of(call(data={"at": 1})), run_of(call(data={"at": 2}))
    assert compared(a, b, "ci:/at").divergence is None


def test_ignored_params_are_no_divergence_either() -> None:
    a, b = run_of(call(params={"trace": 1})), run_of(call(params={"trace": 2}))
    assert compared(a, b, "/trace").divergence is None


def test_a_call_too_many_is_another_path() -> None:
    divergence = compared(run_of(call()), run_of(call(), call("b"))).divergence
    assert divergence is not None
    assert divergence.kind is DivergenceClass.PATH


def test_the_calls_are_counted_by_mark() -> None:
    comparison = compared(run_of(call("a"), call("b", data=1)), run_of(call("a"), call("b")))
    assert mark_counts(comparison.calls) == {Mark.SAME: 1, Mark.DIFFERENT: 1}


def test_the_plan_that_was_executed_is_compared() -> None:
    other = replace(VALIDATED, plan={"intent": "LIST"})
    assert compared(ANSWERED, replaced(VALIDATED, other)).plan_patch == [
        {"op": "replace", "path": "/intent", "value": "LIST"}
    ]


def test_a_plan_that_was_not_validated_is_compared_as_it_was_produced() -> None:
    a: list[RunEvent] = [REQUESTED, replace(PLANNED, plan_output={"plan": {"n": 1}})]
    b: list[RunEvent] = [REQUESTED, replace(PLANNED, plan_output={"plan": {"n": 2}})]
    assert compared(a, b).plan_patch == [{"op": "replace", "path": "/n", "value": 2}]


def test_decisions_that_only_one_run_took_are_listed() -> None:
    limited = PlanValidated(plan=VALIDATED.plan, decisions=[LIMITED])
    both = compared(replaced(VALIDATED, limited), replaced(VALIDATED, limited))
    assert (both.decisions_added, both.decisions_removed) == ([], [])
    there = compared(ANSWERED, replaced(VALIDATED, limited))
    back = compared(replaced(VALIDATED, limited), ANSWERED)
    assert (there.decisions_added, there.decisions_removed) == ([LIMITED], [])
    assert (back.decisions_added, back.decisions_removed) == ([], [LIMITED])


def test_stages_are_compared_as_far_as_a_run_came() -> None:
    stages = {each.name: each for each in compared(PARTIAL, BROKEN).stages}
    assert (stages["execute"].a_status, stages["execute"].b_status) == ("ok", "error")
    assert (stages["compose"].a_status, stages["compose"].b_status) == ("ok", None)
    assert stages["compose"].duration.delta_ms is None


def test_the_time_of_stages_and_runs_is_compared() -> None:
    comparison = compared(run_of(call()), run_of(call(), call("b")))
    execute = next(each for each in comparison.stages if each.name == "execute")
    assert (execute.duration.delta_ms, comparison.duration.delta_ms) == (20, 20)


def test_a_run_without_events_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="a summary needs at least one event"):
        compare([], [])


def test_another_question_is_a_divergence_at_the_first_event() -> None:
    other = RunRequested(question="Which switches are there?")
    divergence = compared(ANSWERED, replaced(REQUESTED, other)).divergence
    assert divergence is not None
    assert (divergence.version, divergence.pointers) == (1, ("/question",))


def test_a_retried_call_is_another_path() -> None:
    retried = [call_started(), call_failed(), *call(params={"limit": 5}, attempt=2)]
    divergence = compared(run_of(call(params={"limit": 5})), run_of(retried)).divergence
    assert divergence is not None
    assert divergence.kind is DivergenceClass.PATH


def test_a_plan_of_no_plan_is_nothing() -> None:
    unplanned: list[RunEvent] = [REQUESTED]
    planned: list[RunEvent] = [
        REQUESTED,
        PlanProduced(planner="x", planner_version="1", plan_output={"kind": "direct"}),
    ]
    assert compared(unplanned, planned).plan_patch == [
        {"op": "replace", "path": "", "value": {"kind": "direct"}}
    ]


def of_value(value: float) -> list[RunEvent]:
    block: JsonMap = {"type": "number", "value": value}
    answer = composed("So much.", blocks=[block])
    return run_of(call(data={"value": value}), answer=answer)


def test_digits_of_floats_behind_the_twelfth_make_no_difference() -> None:
    comparison = compared(of_value(0.7322727272727274), of_value(0.732272727273))
    assert (comparison.is_same, comparison.verdict) == (True, "same")
    assert [each.mark for each in comparison.calls] == [Mark.COSMETIC]
    assert [each.mark for each in comparison.answers.blocks] == [Mark.SAME]


def test_the_twelfth_digit_of_a_float_makes_a_difference() -> None:
    comparison = compared(of_value(0.732272727272), of_value(0.732272727273))
    assert not comparison.is_same
    assert [each.mark for each in comparison.calls] == [Mark.DIFFERENT]


def test_a_comparison_names_the_build_of_each_run() -> None:
    newer = replace(REQUESTED, engine_version="0.1.0+b")
    comparison = compared(ANSWERED, replaced(REQUESTED, newer))
    builds = (comparison.a_engine_version, comparison.b_engine_version)
    assert (comparison.verdict, *builds) == ("same but for version", None, "0.1.0+b")
