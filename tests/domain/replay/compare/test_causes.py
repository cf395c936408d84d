"""Two runs part for one or more reasons; what follows from one is told with it."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from domain.replay.compare.causes import causes_of
from domain.replay.compare.divergence import Strictness, differences
from domain.run.events import (
    PlanProduced,
    RunCancelled,
    RunEvent,
    RunResumed,
)
from domain.run.facts import Origin, Patches, ResultPatch
from domain.run.lifecycle import Stage
from domain.views.comparison import Mark
from domain.views.verdict import DivergenceClass
from tests.domain.replay.compare.comparing import call, compared, composed, marks, run_of
from tests.domain.run.samples import (
    ANSWERED,
    CANCELLED,
    COMPOSED,
    EXECUTING,
    FAILED,
    PLANNED,
    REQUESTED,
    VALIDATED,
    call_failed,
    call_started,
    failed,
)
from tests.domain.views.histories import EVERY_END

BROKEN: list[RunEvent] = [*EXECUTING, call_started(), call_failed(), failed(Stage.EXECUTE), FAILED]
AGAIN = RunResumed(from_stage=Stage.EXECUTE, why="again")


def told(a: Sequence[RunEvent], b: Sequence[RunEvent], *ignore: str) -> list[str]:
    return [each.told for each in compared(a, b, *ignore).divergences]


@pytest.mark.parametrize("a", EVERY_END)
def test_every_event_that_differs_is_a_cause_or_follows_from_one(a: str) -> None:
    for other in EVERY_END.values():
        found = differences(EVERY_END[a], other, Strictness(of_two_runs=True))
        differing = [each for each in found.events if each.kind is not DivergenceClass.TIMING]
        causes = causes_of(found)
        count = len(causes) + sum(len(each.consequences) for each in causes)
        assert count == len(differing) or not differing


def changed(old: RunEvent, new: RunEvent) -> list[RunEvent]:
    return [new if event == old else event for event in ANSWERED]


def test_calls_that_answer_otherwise_are_causes_side_by_side_and_the_answer_follows() -> None:
    a = run_of(call("a", data=1), call("b", data=5), answer=composed("One."))
    b = run_of(call("a", data=2), call("b", data=6), answer=composed("Two."))
    assert told(a, b) == [
        "call a (ci.search) answers otherwise: data 1 -> 2",
        "call b (ci.search) answers otherwise: data 5 -> 6; and 1 event that follows from it",
    ]


def test_what_another_plan_asks_follows_from_the_plan() -> None:
    plans = [replace(VALIDATED, plan={"primary": {"limit": n}}) for n in (5, 10)]
    runs = [
        [plan if event == VALIDATED else event for event in run_of(call(params={"limit": limit}))]
        for plan, limit in zip(plans, (5, 10), strict=True)
    ]
    assert told(runs[0], runs[1]) == [
        "the validated plan: primary.limit 5 -> 10; and 1 event that follows from it"
    ]


def test_a_call_that_asks_for_what_another_answered_follows_from_that() -> None:
    def run(ci: str) -> list[RunEvent]:
        begun, ended = call("b", tool="metric", params={"ci": ci})
        return run_of(call("a", data=ci), [replace(begun, depends_on=["a"]), ended])

    assert told(run("c1"), run("c2")) == [
        'call a (ci.search) answers otherwise: data "c1" -> "c2"; and 1 event that follows from it'
    ]


def test_a_call_that_asks_otherwise_for_no_reason_is_a_cause_and_its_answer_follows() -> None:
    a, b = (run_of(call("a", data=1), call("b", params={"n": n}, data=n)) for n in (1, 2))
    assert told(a, b) == [
        "call b (ci.search) asks otherwise: n 1 -> 2; and 1 event that follows from it"
    ]


def test_a_failed_run_is_not_the_same_as_one_that_was_resumed_and_cancelled() -> None:
    comparison = compared(BROKEN, [*BROKEN, AGAIN, CANCELLED])
    assert (comparison.is_same, comparison.divergences[0].kind) == (False, DivergenceClass.PATH)
    assert told(BROKEN, [*BROKEN, AGAIN, CANCELLED]) == [
        "the run: failed: TOOL_TIMEOUT: Timeout after 5 ms -> was cancelled: enough; "
        "and 3 events that follow from it"
    ]


def test_a_failed_run_is_not_the_same_as_one_that_waits_to_go_on() -> None:
    (said,) = told(BROKEN, [*BROKEN, AGAIN])
    assert said.startswith("the run: failed: TOOL_TIMEOUT: Timeout after 5 ms -> did not happen; ")


@pytest.mark.parametrize("cut", [[CANCELLED], []], ids=["cancelled", "under way"])
def test_what_a_run_did_not_come_to_follows_from_how_it_was_cut_short(
    cut: list[RunEvent],
) -> None:
    (said,) = told(ANSWERED, [*ANSWERED[:12], *cut])
    assert said.startswith("the run: was completed: success -> ")
    assert said.endswith("; and 8 events that follow from it")


def test_runs_that_were_cancelled_for_other_reasons_came_out_the_same() -> None:
    other = RunCancelled(why="too late")
    assert compared([*EXECUTING, CANCELLED], [*EXECUTING, other]).is_same


def test_a_resumed_run_is_the_same_as_itself_and_as_one_that_was_not_stopped() -> None:
    resumed = [*BROKEN, AGAIN, *run_of(call(params={"limit": 5}))[len(EXECUTING) - 1 :]]
    assert compared(resumed, resumed).verdict == "same"
    straight = run_of(call(params={"limit": 5}))
    assert compared(straight, resumed).is_same
    assert compared(resumed, straight).is_same


def test_a_version_is_told_after_what_came_out_otherwise() -> None:
    newer = changed(PLANNED, replace(PLANNED, planner_version="2"))
    assert told(newer, changed(COMPOSED, composed("Three.")))[1:] == [
        'the plan: planner_version "2" -> "1"'
    ]


def forked(patches: Patches) -> RunEvent:
    return replace(REQUESTED, origin=Origin(kind="fork", parent_run_id="run-1", patches=patches))


def plan_of(depth: int) -> PlanProduced:
    plan = {"graph": {"depth": depth}, "note": depth}
    return replace(PLANNED, plan_output={"kind": "plan", "plan": plan})


def test_a_patch_of_the_plan_is_told_from_its_consequences() -> None:
    a = [plan_of(3) if event == PLANNED else event for event in ANSWERED]
    b = [plan_of(1) if event == PLANNED else event for event in ANSWERED]
    b[0] = forked(Patches(plan={"graph.depth": 1}))
    b[-2] = composed("One.")
    (found,) = compared(a, b).divergences
    assert found.is_own_patch
    assert found.told == (
        "changed by you: the plan: graph.depth 3 -> 1; note 3 -> 1; "
        "and 1 event that follows from it"
    )
    assert not compared(a, [a[0], *b[1:]]).divergences[0].is_own_patch


def test_a_result_that_was_replaced_is_an_own_patch() -> None:
    begun, ended = call(data=1)
    patched = run_of([begun, replace(ended, data=2, answered_by="patch")])
    patched[0] = forked(Patches(results={"a": ResultPatch(kind="data", data=2)}))
    assert told(run_of([begun, ended]), patched) == [
        "changed by you: call a (ci.search) answers otherwise: data 1 -> 2"
    ]


def test_parameters_that_were_patched_are_an_own_patch() -> None:
    patched = run_of(call(params={"limit": 9}))
    patched[0] = forked(Patches(params={"a": {"limit": 9}}))
    (said,) = told(run_of(call(params={"limit": 5})), patched)
    assert said.startswith("changed by you: call a (ci.search) asks otherwise: limit 5 -> 9")


def equal_calls(*answers: int) -> list[RunEvent]:
    return run_of(*(call(f"c{n}", data={"n": answer}) for n, answer in enumerate(answers)))


def test_of_five_equal_calls_one_that_is_dropped_is_the_only_difference() -> None:
    comparison = compared(equal_calls(0, 1, 2, 3, 4), equal_calls(0, 1, 3, 4))
    assert [mark for mark, _, _ in marks(comparison)] == [
        *(Mark.SAME, Mark.SAME, Mark.REMOVED, Mark.SAME, Mark.SAME)
    ]
    assert [each.told for each in comparison.divergences] == [
        "call c2 (ci.search): was made -> did not happen"
    ]


def test_of_equal_calls_one_that_is_new_is_the_only_difference() -> None:
    comparison = compared(equal_calls(0, 1, 3), equal_calls(0, 1, 2, 3))
    assert [(m, b) for m, _, b in marks(comparison) if m is not Mark.SAME] == [(Mark.ADDED, "c2")]
    (found,) = comparison.divergences
    assert found.told == "call c2' (ci.search): did not happen -> was made"


def test_equal_calls_of_the_same_ids_are_compared_by_these() -> None:
    comparison = compared(equal_calls(0, 1), equal_calls(1, 0))
    assert [mark for mark, _, _ in marks(comparison)] == [Mark.DIFFERENT, Mark.DIFFERENT]


def test_of_calls_that_ask_and_answer_alike_those_of_one_id_are_the_same() -> None:
    calls = [call(f"c{n}", data=1) for n in range(5)]
    comparison = compared(run_of(*calls), run_of(*calls[:2], *calls[3:]))
    assert [(mark, a, b) for mark, a, b in marks(comparison) if mark is not Mark.SAME] == [
        (Mark.REMOVED, "c2", None)
    ]


def test_of_calls_that_ask_alike_and_otherwise_now_those_of_one_id_are_compared() -> None:
    before, after = ([call(f"c{n}", params={"n": m}) for n in range(3)] for m in (1, 2))
    comparison = compared(run_of(*before), run_of(*after[1:]))
    assert [(a, b) for _, a, b in marks(comparison)] == [("c0", None), ("c1", "c1"), ("c2", "c2")]
