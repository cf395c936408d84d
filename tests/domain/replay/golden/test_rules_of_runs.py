"""The rules about how a run went: its end, plan, route and calls."""

import pytest
from msgspec import convert
from msgspec.structs import replace

from domain.run.call_events import ToolCallSkipped
from domain.run.events import ResponseComposed, RunCompleted, RunEvent
from domain.run.lifecycle import Stage
from domain.views.golden import Grade, Judgement, Mode
from tests.domain.replay.compare.comparing import call, run_of
from tests.domain.replay.golden.judging import answering, judged, replaced, rules
from tests.domain.run.samples import (
    CANCELLED,
    COMPLETED,
    EXECUTING,
    FAILED,
    PLANNED,
    REJECTED,
    REQUESTED,
    ROUTED,
    VALIDATED,
    call_failed,
    started,
)

GOLDEN = answering()
TURNED_DOWN: list[RunEvent] = [REQUESTED, started(Stage.ROUTE_PLAN), PLANNED, REJECTED]


def ended(status: str) -> list[RunEvent]:
    """Return the golden run with another status of its end."""
    if status == "rejected":
        return TURNED_DOWN
    return replaced(GOLDEN, COMPLETED, convert({"status": status}, RunCompleted))


def skipped_call() -> list[RunEvent]:
    return [ToolCallSkipped(call_id="a", tool="ci", operation="search", reason="no item")]


def failed_call() -> list[RunEvent]:
    return [call("a")[0], call_failed("a")]


def sentences(judgement: Judgement, rule: str) -> list[str]:
    return [reason.sentence for reason in judgement.reasons if reason.rule == rule]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("run", [GOLDEN, TURNED_DOWN], ids=["answered", "rejected"])
def test_a_run_that_is_as_the_golden_one_passes(run: list[RunEvent], mode: Mode) -> None:
    judgement = judged(run, run, mode=mode)
    assert (judgement.grade, judgement.reasons) == (Grade.PASS, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("success", "degraded"),
        ("success", "partial"),
        ("degraded", "partial"),
        ("success", "rejected"),
        ("rejected", "success"),
    ],
)
def test_a_worse_end_fails(before: str, after: str) -> None:
    judgement = judged(ended(before), ended(after))
    assert judgement.grade is Grade.FAIL
    assert judgement.reasons[0].rule == "status-worse"
    assert judgement.reasons[0].sentence == f"the run ended {after}, the golden one {before}"


@pytest.mark.parametrize(
    ("before", "after"),
    [("partial", "success"), ("partial", "degraded"), ("degraded", "success")],
)
def test_a_better_end_warns(before: str, after: str) -> None:
    assert rules(judged(ended(before), ended(after))) == ["WARN status-better"]


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (FAILED, "the run has no answer, it is failed: TOOL_TIMEOUT: Timeout after 5 ms"),
        (CANCELLED, "the run has no answer, it is cancelled"),
    ],
    ids=["failed", "cancelled"],
)
def test_a_run_without_an_answer_fails(end: RunEvent, sentence: str) -> None:
    judgement = judged(GOLDEN, [*EXECUTING, end])
    assert rules(judgement)[:2] == ["FAIL status-worse", "FAIL no-answer"]
    assert sentences(judgement, "no-answer") == [sentence]


def test_a_run_that_could_not_go_on_says_why() -> None:
    judgement = judged(GOLDEN, EXECUTING, stopped="there is no record of it")
    assert sentences(judgement, "no-answer") == [
        "the run has no answer, it is execute: there is no record of it"
    ]


def test_a_call_that_was_added_fails() -> None:
    judgement = judged(run_of(call("a")), run_of(call("a"), call("b", tool="metric")))
    assert rules(judgement) == ["FAIL calls-changed"]
    assert judgement.reasons[0].sentence == "a call was added: metric.search (b)"


def test_a_call_that_was_removed_fails() -> None:
    judgement = judged(run_of(call("a"), call("b", tool="metric")), run_of(call("a")))
    assert judgement.reasons[0].sentence == "a call was removed: metric.search (b)"


def test_of_equal_calls_each_counts() -> None:
    judgement = judged(run_of(call("a"), call("b")), run_of(call("a")))
    assert rules(judgement) == ["FAIL calls-changed"]


def test_a_call_that_asks_otherwise_fails() -> None:
    golden, candidate = run_of(call(params={"limit": 5})), run_of(call(params={"limit": 9}))
    judgement = judged(golden, candidate)
    assert rules(judgement) == ["FAIL calls-changed"]
    assert judgement.reasons[0].sentence == "a call asks otherwise: ci.search (a), at /limit"


def test_of_many_places_the_first_are_named() -> None:
    before, after = (call(params={f"p{number}": value for number in range(7)}) for value in (1, 2))
    judgement = judged(run_of(before), run_of(after))
    assert judgement.reasons[0].sentence == (
        "a call asks otherwise: ci.search (a), at /p0, /p1, /p2, /p3, /p4 and 2 more"
    )


def test_another_tool_for_a_call_fails() -> None:
    judgement = judged(run_of(call("a", tool="ci")), run_of(call("a", tool="sql")))
    assert rules(judgement) == ["FAIL calls-changed"]


def test_calls_in_another_order_pass() -> None:
    a, b = call("a", params={"limit": 1}), call("b", params={"limit": 2})
    assert judged(run_of(a, b), run_of(b, a)).grade is Grade.PASS


def test_a_call_that_failed_and_did_not_before_fails() -> None:
    judgement = judged(run_of(call("a")), run_of(failed_call()))
    assert rules(judgement) == ["FAIL call-failed"]
    assert judgement.reasons[0].sentence == (
        "ci.search (a) is failed, and was succeeded: TOOL_TIMEOUT: Timeout after 5 ms"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [(call("a"), skipped_call()), (skipped_call(), failed_call())],
    ids=["answered, then skipped", "skipped, then failed"],
)
def test_a_call_that_does_not_answer_as_before_fails(
    before: list[RunEvent], after: list[RunEvent]
) -> None:
    assert rules(judged(run_of(before), run_of(after))) == ["FAIL call-failed"]


@pytest.mark.parametrize("events", [skipped_call(), failed_call()], ids=["skipped", "failed"])
def test_a_call_that_never_answered_does_not_count(events: list[RunEvent]) -> None:
    run = run_of(events)
    assert judged(run, run).grade is Grade.PASS


@pytest.mark.parametrize("before", [skipped_call(), failed_call()], ids=["skipped", "failed"])
def test_a_call_that_came_back_warns(before: list[RunEvent]) -> None:
    judgement = judged(run_of(before), run_of(call("a")))
    assert rules(judgement) == ["WARN call-recovered"]
    assert judgement.reasons[0].sentence.startswith("ci.search (a) answered, and was ")


def test_another_plan_fails() -> None:
    other = replace(VALIDATED, plan={"intent": "LOOKUP", "limit": 3})
    judgement = judged(GOLDEN, replaced(GOLDEN, VALIDATED, other))
    assert rules(judgement) == ["FAIL plan"]
    assert judgement.reasons[0].sentence == "another plan, at /limit"


def test_another_route_fails() -> None:
    other = replace(ROUTED, route="auto_recipe")
    judgement = judged(GOLDEN, replaced(GOLDEN, ROUTED, other))
    assert rules(judgement) == ["FAIL route"]
    assert judgement.reasons[0].sentence == (
        "another route: auto_recipe, the golden one took lookup"
    )


def slow(duration_ms: float) -> list[RunEvent]:
    return run_of(call("a", duration_ms=duration_ms))


def test_a_call_that_took_much_longer_warns() -> None:
    judgement = judged(slow(60), slow(121))
    assert rules(judgement) == ["WARN duration"]
    assert judgement.reasons[0].sentence == "ci.search (a) took 121 ms, the golden run's 60 ms"


@pytest.mark.parametrize(("before", "after"), [(60, 120), (1, 100), (500, 50)])
def test_a_call_that_took_not_much_longer_or_is_short_passes(before: float, after: float) -> None:
    assert judged(slow(before), slow(after)).grade is Grade.PASS


def test_thresholds_say_what_is_too_slow() -> None:
    assert judged(slow(60), slow(121), duration_factor=3).grade is Grade.PASS
    assert judged(slow(60), slow(121), duration_ms=200).grade is Grade.PASS
    assert judged(slow(10), slow(21), duration_ms=20).grade is Grade.WARN


def test_a_verification_measures_nothing() -> None:
    assert judged(slow(60), slow(600), mode=Mode.VERIFY).grade is Grade.PASS


def test_what_no_other_rule_sees_warns() -> None:
    judgement = judged(run_of(call(data=[1])), run_of(call(data=[2])))
    assert rules(judgement) == ["WARN events"]
    assert judgement.reasons[0].sentence.startswith("the events differ (data): call a ")


def test_versions_alone_pass() -> None:
    newer = replace(PLANNED, planner_version="2")
    assert judged(GOLDEN, replaced(GOLDEN, PLANNED, newer)).grade is Grade.PASS


def test_every_reason_is_listed_the_heaviest_first() -> None:
    golden = run_of(call("a", duration_ms=1), call("b", tool="metric"))
    candidate = run_of(
        call("a", duration_ms=200), answer=ResponseComposed(answer="Three.", blocks=[])
    )
    judgement = judged(golden, candidate)
    assert judgement.grade is Grade.FAIL
    assert rules(judgement) == ["FAIL calls-changed", "FAIL answer", "WARN duration"]


def test_a_plan_that_is_not_driven_hides_nothing_else() -> None:
    why, numbers = "the plan came with the request", {"answer": "numbers"}
    judgement = judged(GOLDEN, GOLDEN, mode=Mode.VERIFY, why_not_driven=why)
    assert rules(judgement) == ["WARN not-driven"]
    before, after = answering(answer="CPU is 40."), answering(answer="The CPU has 40.")
    found = judged(before, after, mode=Mode.VERIFY, why_not_driven=why, **numbers)
    assert rules(found) == ["WARN events", "WARN not-driven"]
