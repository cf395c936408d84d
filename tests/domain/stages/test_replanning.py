"""Whole runs that want another plan: which patch they get, and what they never do."""

from typing import Any

import pytest

from domain.run.call_events import ToolCallStarted, ToolsRanked
from domain.run.events import ResponseComposed, RunCompleted, RunFailed
from domain.run.facts import RunOptions
from domain.run.replanning import ReplanDecided, ReplanRequested
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure, ToolResult
from tests.domain.replay.verify import replanned
from tests.domain.replay.verify.replanned import (
    DOWN,
    EVENTS,
    IN_VIEW_OF_METRIC,
    POLICY,
    RECORDS,
    cep,
    changes,
    history_tool,
    of,
    ran_by,
    refusal,
)
from tests.domain.replay.verify.verifying import hang
from tests.domain.stages.running import (
    LOOKUP,
    METRIC,
    Ran,
    Running,
    ci,
    metric,
    plan_output,
)
from tests.fakes import AnyParams, ScriptedTool, answering, failing

SLOW = failing(ToolErrorCode.TOOL_TIMEOUT, "too late")
NODES = answering({"nodes": [{"id": "c1", "code": "srv-1"}], "edges": [], "ids": ["c1"]})


def test_a_slow_list_is_asked_for_the_later_half_of_its_time() -> None:
    run = of(replanned.narrower)
    assert changes(run) == [({"history.time_range": None}, {"history.time_range": "last_84h"})]
    assert run.one(RunCompleted).status == "degraded"


def test_the_answer_its_confidence_and_the_reason_tell_of_the_change() -> None:
    composed = of(replanned.narrower).one(ResponseComposed)
    told = "planned again (history: TOOL_TIMEOUT: Timeout after 30000 ms)"
    assert f"Note: {told}: history.time_range becomes last_84h." in composed.answer
    assert (composed.confidence, composed.confidence_reasons) == (
        0.9,
        [f"{told}: history.time_range becomes last_84h"],
    )


def test_a_call_that_has_answered_is_not_made_again_and_tools_are_ranked_once() -> None:
    run = of(replanned.narrower)
    asked = [(call.call_id, call.attempt) for call in run.all(ToolCallStarted)]
    assert asked == [("primary", 1), ("history", 1), ("history", 2)]
    assert len(run.all(ToolsRanked)) == 1


@pytest.mark.parametrize(
    ("asked", "half"),
    [("last_24h", "last_12h"), ("last_1w", "last_84h"), ("last_1h", "last_30m")],
)
def test_half_of_a_time_is_told_in_whole_units(asked: str, half: str) -> None:
    plan = {**EVENTS, "history": {**EVENTS["history"], "time_range": asked}}
    run = ran_by(plan, ci(), history_tool(**{half: RECORDS}))
    assert changes(run)[0][1] == {"history.time_range": half}


@pytest.mark.parametrize("asked", ["last_1m", "today", "2025-12", "all_time"])
def test_a_time_without_a_half_stays(asked: str) -> None:
    plan = {**EVENTS, "history": {**EVENTS["history"], "time_range": asked}}
    assert refusal(ran_by(plan, ci(), history_tool())) == "nothing waits for history"


def test_a_slow_list_is_narrowed_once() -> None:
    run = of(replanned.to_no_avail)
    assert (len(changes(run)), refusal(run)) == (1, "nothing waits for history")


def test_a_slow_value_is_not_computed_over_less() -> None:
    run = ran_by({**LOOKUP, "metric": {"metric_name": "cpu"}}, ci(), metric(SLOW))
    assert refusal(run) == "nothing waits for metric"


EXPANDED = {**LOOKUP, "intent": "EXPAND", "graph": {"view": "IMPACT", "depth": 3}}


def test_a_slow_graph_goes_one_hop_less() -> None:
    run = ran_by(EXPANDED, ci(), ScriptedTool("graph", expand=SLOW))
    assert changes(run) == [({"graph.depth": 3}, {"graph.depth": 2})]


def test_a_graph_over_which_a_value_is_computed_stays() -> None:
    plan = {**EXPANDED, "metric": {"metric_name": "cpu", "scope": "graph"}}
    run = ran_by(plan, ci(), metric(), ScriptedTool("graph", expand=SLOW))
    assert refusal(run) == "what waits for graph cannot do without"


def test_what_is_down_is_left_out_and_what_waited_goes_on() -> None:
    run = of(replanned.without_metric)
    assert changes(run) == [({"metric": {"metric_name": "cpu"}}, {"metric": None})]
    assert [call.call_id for call in run.all(ToolCallStarted)] == ["primary", "metric", "cep"]
    assert run.one(RunCompleted) == RunCompleted(
        status="partial", succeeded_calls=2, failed_calls=1
    )
    assert "Metrics could not be read: no route to host." in run.one(ResponseComposed).answer


def test_what_is_to_follow_the_success_of_another_does_not_go_on_without() -> None:
    order = [{"tool_id": "history", "depends_on": ["metric"]}]
    plan = {**METRIC, **EVENTS, "tool_dependencies": order}
    run = ran_by(plan, ci(), metric(DOWN), history_tool(last_7d=RECORDS))
    assert refusal(run) == "what waits for metric cannot do without"


def steps_of(**first: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    """A rule that is tried with a metric, then another item."""
    names = {name: {"step_id": name, "name": name, "intent": "LOOKUP"} for name in ("one", "two")}
    steps = [{**names["one"], **IN_VIEW_OF_METRIC, **first}, {**names["two"], **LOOKUP}]
    return {"enable_multistep": True, "steps": steps}


def test_a_part_of_a_step_is_left_out() -> None:
    run = ran_by(steps_of(), ci(), metric(DOWN), cep())
    assert changes(run)[0][1] == {"steps.0.metric": None}
    assert run.one(ReplanDecided).why == "left out: one:metric, so that one:cep goes on"


def test_a_step_that_is_to_follow_the_success_of_another_is_not_reached() -> None:
    run = ran_by(steps_of(next_step_id="two"), ci(), metric(DOWN), cep())
    assert refusal(run) == "what waits for one:metric cannot do without"


def test_a_failure_that_another_step_answers_for_is_no_trigger() -> None:
    run = ran_by(steps_of(error_next_step_id="two"), ci(), metric(DOWN), cep())
    assert run.all(ReplanRequested) == []


OWN_EVENTS = {"call_id": "events", "tool": "history", "operation": "event_log"}


def test_a_call_of_its_own_is_not_narrowed_by_what_is_no_part_of_it() -> None:
    calls = [{**OWN_EVENTS, "params": {"time_range": "last_7d"}}]
    run = ran_by({**LOOKUP, "calls": calls}, ci(), history_tool())
    assert refusal(run) == "nothing waits for events"


def test_a_call_of_its_own_that_had_no_time_is_left_out() -> None:
    plan = {**LOOKUP, "calls": [OWN_EVENTS], "budget": {"timeout_seconds": 0.05}}
    run = ran_by(plan, ci(), ScriptedTool("history", event_log=hang))
    assert changes(run)[0][1] == {"calls": []}
    assert run.one(RunCompleted).status == "partial"


def test_what_takes_data_does_not_go_on_over_other_data() -> None:
    """Without the graph, the metric would be that of the item alone."""
    plan = {**EXPANDED, "metric": {"metric_name": "cpu", "scope": "graph"}}
    run = ran_by(plan, ci(), metric(), ScriptedTool("graph", expand=DOWN))
    assert refusal(run) == "what waits for graph cannot do without"


def test_a_failing_call_of_a_plan_with_nothing_else_fails_with_its_own_error() -> None:
    run = of(replanned.refused)
    assert run.one(RunFailed).error.message == "no route to host"
    assert len(run.all(ToolCallStarted)) == 1


@pytest.mark.parametrize("code", [ToolErrorCode.DATA_NOT_FOUND, ToolErrorCode.POLICY_DENY])
def test_what_no_other_plan_can_help_is_no_trigger(code: ToolErrorCode) -> None:
    run = ran_by(IN_VIEW_OF_METRIC, ci(), metric(failing(code)), cep())
    assert run.all(ReplanRequested) == []


def test_a_plan_without_time_keeps_what_was_answered() -> None:
    run = of(replanned.within_its_time)
    assert (run.one(RunCompleted).status, run.one(ReplanDecided).why) == (
        "partial",
        "left out: metric",
    )


def test_a_plan_without_time_in_which_nothing_was_answered_fails() -> None:
    plan = {**METRIC, "budget": {"timeout_seconds": 0.02}}
    run = ran_by(plan, ci(hang), metric())
    assert refusal(run) == "nothing could be shown by then"
    assert run.one(RunFailed).error.code == "EXECUTE_TIMEOUT"


def test_another_plan_has_only_the_time_that_is_left() -> None:
    async def slow_then_hang(_: ToolContext, params: AnyParams) -> ToolResult:
        if params.time_range == "last_7d":
            raise ToolFailure(ToolErrorCode.TOOL_TIMEOUT, "too late")
        return await hang()

    plan = {**EVENTS, "budget": {"timeout_seconds": 0.08}}
    tool = ScriptedTool("history", event_log=slow_then_hang)
    running = Running(ci(), tool, planned=plan_output(**plan))
    run_id = running.request(options=RunOptions(replanning=POLICY, call_timeout_ms=5000))
    running.carry_out(run_id)
    run = Ran(running, run_id)
    triggers = [event.cause.severity for event in run.all(ReplanRequested)]
    assert (triggers, run.one(RunCompleted).status) == (["medium", "critical"], "partial")
