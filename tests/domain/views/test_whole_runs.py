"""State, trace, timeline and response of whole runs."""

import pytest

from domain.run.events import PlanValidated, RunEvent, RunRequested
from domain.run.facts import Origin, RunOptions
from domain.views.response import RunResponse, run_response
from domain.views.state import run_state
from domain.views.timeline import Bar, run_timeline
from domain.views.trace import run_trace
from tests.domain.run.samples import ANSWERED, RANKED, ROUTED, VALIDATED
from tests.domain.views.histories import (
    BLOCKS,
    BROKEN,
    DECISION,
    PARTIAL,
    REFUSED,
    RUNNING,
    STOPPED,
    history,
)


def response(events: list[RunEvent]) -> RunResponse:
    return run_response(history(events))


def lanes(events: list[RunEvent]) -> dict[str, tuple[Bar, ...]]:
    return {lane.bar.name: lane.calls for lane in run_timeline(history(events)).lanes}


def test_a_state_says_what_may_come_next() -> None:
    state = run_state(history(RUNNING))
    assert (state["state"], state["is_final"], state["allowed"]) == (
        "execute",
        False,
        ["start_validate", "start_compose", "wait", "fail", "cancel", "recover"],
    )


@pytest.mark.parametrize("events", [ANSWERED, REFUSED])
def test_nothing_may_follow_a_final_state(events: list[RunEvent]) -> None:
    state = run_state(history(events))
    assert (state["is_final"], state["allowed"]) == (True, [])


@pytest.mark.parametrize("events", [PARTIAL, STOPPED])
def test_a_run_that_ended_without_all_answers_may_be_resumed(events: list[RunEvent]) -> None:
    state = run_state(history(events))
    assert (state["is_final"], state["allowed"]) == (False, ["resume"])


def test_a_state_says_how_stages_and_calls_stand() -> None:
    state = run_state(history(BROKEN))
    assert (state["stages"], state["calls"]) == (
        {
            "route_plan": {"status": "completed", "attempt": 1},
            "validate": {"status": "completed", "attempt": 1},
            "execute": {"status": "failed", "attempt": 1},
        },
        {"a": {"status": "failed", "attempt": 1}, "b": {"status": "started", "attempt": 1}},
    )


def test_a_state_says_whether_plan_and_response_are_there() -> None:
    states = [run_state(history(events)) for events in (PARTIAL[:2], RUNNING, PARTIAL)]
    assert [(each["has_plan"], each["has_response"]) for each in states] == [
        (False, False),
        (True, False),
        (True, True),
    ]


def test_a_trace_has_the_plan_before_and_after_validation() -> None:
    trace = run_trace(history(PARTIAL))
    assert (trace.plan_raw, trace.plan_validated, trace.policy_decisions) == (
        {"kind": "plan", "plan": {"limit": 90}},
        {"limit": 50},
        [DECISION],
    )


def test_a_trace_has_stages_calls_and_references() -> None:
    trace = run_trace(history(PARTIAL))
    steps = [(each.call_id, each.attempt) for each in trace.execution_steps]
    assert (len(trace.stages), steps, trace.references) == (
        5,
        [("a", 1), ("b", 1), ("b", 2), ("c", 1)],
        [{"kind": "ci", "id": "c1"}],
    )


def test_a_trace_says_how_the_run_was_asked_for_and_routed() -> None:
    origin = Origin(kind="fork", parent_run_id="run-0")
    asked = RunRequested(
        question="?",
        options=RunOptions(anchor="data"),
        asset_overrides={"compose:x": "y"},
        origin=origin,
    )
    trace = run_trace(history([asked, *PARTIAL[1:]]))
    assert (trace.options.anchor, trace.applied_assets, trace.origin) == (
        "data",
        {"compose:x": "y"},
        origin,
    )
    assert (trace.planner, trace.route, trace.plan_analysis, trace.tools_ranked) == (
        "rules 1",
        ROUTED.route,
        ROUTED.plan_analysis,
        RANKED.candidates,
    )


def test_a_trace_of_a_failed_run_says_why() -> None:
    trace = run_trace(history(BROKEN))
    assert (trace.error_code, trace.error) == ("TOOL_TIMEOUT", "Timeout after 5 ms")


def test_a_trace_before_planning_has_no_plan() -> None:
    trace = run_trace(history(PARTIAL[:2]))
    assert (trace.plan_raw, trace.plan_output, trace.execution_steps) == (None, None, [])


def test_the_calls_are_in_the_lane_of_their_stage() -> None:
    inside = {name: [bar.name for bar in calls] for name, calls in lanes(PARTIAL).items()}
    assert inside == {
        "route_plan": [],
        "validate": [],
        "execute": ["a", "b", "b", "c"],
        "compose": [],
        "present": [],
    }


def test_bars_are_to_scale() -> None:
    bar = lanes(PARTIAL)["execute"][0]
    assert (bar.title, bar.start_ms, bar.end_ms, bar.versions) == ("ci.search", 100, 120, (11, 13))


def test_what_still_runs_reaches_to_the_end_of_the_axis() -> None:
    timeline = run_timeline(history(RUNNING))
    (bar,) = lanes(RUNNING)["execute"]
    assert (bar.status, bar.end_ms, bar.versions[1]) == ("running", timeline.total_ms, None)


def test_bars_say_why_something_failed_or_was_skipped() -> None:
    notes = [bar.note for bar in lanes(PARTIAL)["execute"]]
    assert notes == [None, "Timeout after 5 ms", "Timeout after 5 ms", "b failed"]


def test_the_bar_of_a_failed_stage_says_why() -> None:
    bars = [lane.bar for lane in run_timeline(history(BROKEN)).lanes]
    assert (bars[-1].status, bars[-1].note) == ("error", "Timeout after 5 ms")


def test_a_response_has_what_was_composed() -> None:
    answer = response(PARTIAL)
    assert (answer["status"], answer["answer"], answer["blocks"], answer["references"]) == (
        "partial",
        "One.",
        BLOCKS,
        [{"kind": "ci", "id": "c1"}],
    )


def test_a_response_tells_how_it_came_about() -> None:
    meta = response(PARTIAL)["meta"]
    assert meta == {
        "question": "Which servers are there?",
        "state": "completed",
        "is_finished": True,
        "planner": "rules 1",
        "used_tools": ["ci"],
        "call_count": 2,
        "failed_call_count": 1,
        "timing_ms": 220,
        "waited_ms": 10,
        "confidence": 0.8,
        "confidence_reasons": ["b failed"],
        "limits": [],
        "requested_at": "2026-03-01T12:00:00.000000Z",
        "version": 24,
        "erased_results": [],
        "time_zone": "UTC",
        "windows": [],
        "newest_data": [],
        "other_sources": [],
    }


def test_the_response_of_a_failed_run_has_an_error_and_no_blocks() -> None:
    answer = response(BROKEN)
    assert (answer["status"], answer["blocks"], answer["error"]) == (
        "failed",
        [],
        {
            "code": "TOOL_TIMEOUT",
            "message": "Timeout after 5 ms",
            "details": {"ms": 5},
        },
    )


def test_a_failed_run_whose_plan_is_of_another_opstrail_has_a_response() -> None:
    events = [
        PlanValidated(plan={"of": "later"}) if each == VALIDATED else each for each in BROKEN
    ]
    assert response(events)["status"] == "failed"


def test_the_response_to_a_refused_question_has_answer_and_policy() -> None:
    answer = response(REFUSED)
    assert (answer["status"], answer["answer"], answer["blocks"], answer["error"]) == (
        "rejected",
        "Query rejected: no",
        BLOCKS,
        {"code": "POLICY_DENY", "message": "no", "details": {"policy": "p1"}},
    )


@pytest.mark.parametrize(("events", "status"), [(RUNNING, "execute"), (STOPPED, "cancelled")])
def test_a_run_without_an_answer_has_an_empty_one(events: list[RunEvent], status: str) -> None:
    answer = response(events)
    assert (answer["status"], answer["answer"], answer["blocks"], "error" in answer) == (
        status,
        "",
        [],
        False,
    )
