"""What is durable while calls are under way, and what stops them."""

import asyncio

import pytest

from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import PlanProduced, RunCompleted, RunFailed, StageFailed
from domain.run.facts import RunOptions
from domain.run.lifecycle import Stage
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolResult
from tests.domain.stages.running import (
    FOUND,
    LOOKUP,
    METRIC,
    TWO_STEPS,
    VALUE,
    Ran,
    Running,
    ci,
    metric,
    plan_output,
    ran,
    ran_plan,
)
from tests.fakes import AnyParams, Script, ScriptedTool, answering, failing

UNAVAILABLE = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE)


async def never(*_: object) -> ToolResult:
    await asyncio.Event().wait()
    raise AssertionError


def with_fallback(script: Script, standing_in: Script) -> Ran:
    running = Running(ci(script), ScriptedTool("ci", name="ci2", resolve=standing_in))
    running.let_stand_in("ci", "ci2")
    return ran(running)


class Watching:
    """Notes, whenever a tool runs, what is durable of the run by then."""

    def __init__(self, script: Script) -> None:
        self.running: Running
        self.durable: list[list[object]] = []
        self._script = script

    async def __call__(self, context: ToolContext, params: AnyParams) -> ToolResult:
        history = self.running.history(context.request_id or "")
        self.durable.append([entry.event for entry in history])
        result = self._script(context, params)
        return result if isinstance(result, ToolResult) else await result


def watched(plan: dict[str, object], found: Watching, value: Watching) -> None:
    async def find(context: ToolContext, params: AnyParams) -> ToolResult:
        return await found(context, params)

    async def measure(context: ToolContext, params: AnyParams) -> ToolResult:
        return await value(context, params)

    running = Running(ci(find), metric(measure), planned=plan_output(**plan))
    found.running = value.running = running
    ran(running)


def test_a_call_is_durable_before_it_leaves() -> None:
    found, value = Watching(FOUND), Watching(VALUE)
    watched(METRIC, found, value)
    last = [found.durable[0][-1], value.durable[0][-1]]
    assert [each.call_id for each in last if isinstance(each, ToolCallStarted)] == [
        "primary",
        "metric",
    ]


def test_a_result_is_durable_before_it_is_used() -> None:
    found, value = Watching(FOUND), Watching(VALUE)
    watched(METRIC, found, value)
    used = [each for each in value.durable[0] if isinstance(each, ToolCallSucceeded)]
    assert [each.call_id for each in used] == ["primary"]


def test_all_that_led_to_a_call_is_durable_before_it_leaves() -> None:
    found, value = Watching(FOUND), Watching(VALUE)
    watched(METRIC, found, value)
    assert PlanProduced in {type(each) for each in found.durable[0]}


def test_calls_that_leave_together_are_all_durable_before() -> None:
    found, value = Watching(FOUND), Watching(VALUE)
    watched(TWO_STEPS, found, value)
    started = [
        {each.call_id for each in durable if isinstance(each, ToolCallStarted)}
        for durable in (found.durable[0], value.durable[0])
    ]
    assert started == [{"one:primary", "two:metric"}] * 2


def test_a_fallback_is_durable_before_it_leaves() -> None:
    standing_in = Watching(FOUND)

    async def stand_in(context: ToolContext, params: AnyParams) -> ToolResult:
        return await standing_in(context, params)

    running = Running(ci(UNAVAILABLE), ScriptedTool("ci", name="ci2", resolve=stand_in))
    running.let_stand_in("ci", "ci2")
    standing_in.running = running
    ran(running)
    last = standing_in.durable[0][-1]
    assert isinstance(last, ToolCallStarted)
    assert (last.tool, last.attempt) == ("ci2", 2)


def test_the_answer_of_a_fallback_makes_a_run_degraded() -> None:
    assert with_fallback(UNAVAILABLE, FOUND).one(RunCompleted).status == "degraded"


def test_a_fallback_is_a_second_attempt_of_the_call() -> None:
    run = with_fallback(UNAVAILABLE, FOUND)
    assert [(each.tool, each.attempt) for each in run.all(ToolCallStarted)] == [
        ("ci", 1),
        ("ci2", 2),
    ]


def test_a_failed_fallback_leaves_the_call_failed() -> None:
    run = with_fallback(UNAVAILABLE, failing(ToolErrorCode.RATE_LIMITED, "too many"))
    assert (len(run.all(ToolCallFailed)), run.one(RunFailed).error.code) == (2, "RATE_LIMITED")


def test_a_wrong_question_does_not_go_to_the_fallback() -> None:
    run = with_fallback(failing(ToolErrorCode.DATA_NOT_FOUND), FOUND)
    assert [each.attempt for each in run.all(ToolCallStarted)] == [1]


def test_a_call_that_takes_too_long_is_abandoned() -> None:
    error = ran_plan(LOOKUP, ci(never), call_timeout_ms=1).one(ToolCallFailed).error
    assert (error.code, error.message, error.can_retry) == (
        "TOOL_TIMEOUT",
        "Timeout after 1 ms",
        True,
    )


def test_the_limit_of_a_call_is_on_the_record() -> None:
    run = ran_plan(LOOKUP, ci(), call_timeout_ms=1234)
    assert run.one(ToolCallStarted).timeout_ms == 1234


def test_a_plan_past_its_time_budget_fails() -> None:
    failed = ran_plan({**LOOKUP, "budget": {"timeout_seconds": 0.001}}, ci(never)).one(RunFailed)
    assert (failed.stage, failed.error.code, failed.error.message) == (
        Stage.EXECUTE,
        "EXECUTE_TIMEOUT",
        "the calls took longer than the plan's budget of 0.001 s",
    )


def test_a_call_whose_value_is_missing_is_skipped() -> None:
    nothing = answering({"rows": [], "total": 0})
    skip = ran_plan(METRIC_OF_FIRST, ci(nothing), metric()).one(ToolCallSkipped)
    assert (skip.call_id, skip.cause, "has no value in the result" in skip.reason) == (
        "metric",
        "primary",
        True,
    )


METRIC_OF_FIRST = {
    **METRIC,
    "tool_dependencies": [
        {"tool_id": "metric", "output_mapping": {"ci_ids": "{primary.rows[0].ci_id}"}}
    ],
}


def test_what_waits_for_a_skipped_call_is_skipped_once() -> None:
    waiting = {"tool_id": "document", "depends_on": ["metric"]}
    dependencies = [*METRIC_OF_FIRST["tool_dependencies"], waiting]  # type: ignore[misc]  # JSON
    plan = {**METRIC_OF_FIRST, "document": {"query": "x"}, "tool_dependencies": dependencies}
    nothing = answering({"rows": [], "total": 0})
    document = ScriptedTool("document", search=FOUND)
    run = ran_plan(plan, ci(nothing), metric(), document)
    assert [(each.call_id, each.cause) for each in run.all(ToolCallSkipped)] == [
        ("metric", "primary"),
        ("document", "metric"),
    ]


def test_an_absolute_window_of_the_call_is_on_the_record() -> None:
    window = ran_plan(METRIC, ci(), metric()).all(ToolCallStarted)[1].window
    assert window is not None
    assert (window.start, window.end) == (
        "2026-02-28T12:00:00+00:00",
        "2026-03-01T12:00:00+00:00",
    )


def test_a_call_whose_mapped_time_range_is_none_is_skipped() -> None:
    told = [{"tool_id": "metric", "output_mapping": {"time_range": "{primary.rows[0].ci_name}"}}]
    run = ran_plan({**METRIC, "tool_dependencies": told}, ci(), metric())
    skip = run.one(ToolCallSkipped)
    assert (skip.call_id, skip.cause, skip.reason.split(";")[0]) == (
        "metric",
        "primary",
        "time_range 'Server 1' is not understood",
    )


class Counting:
    """A script that knows how many of its calls run at the same time."""

    def __init__(self) -> None:
        self.running = self.most = 0

    async def count(self, *_: object) -> ToolResult:
        self.running += 1
        self.most = max(self.most, self.running)
        for _turn in range(5):
            await asyncio.sleep(0)
        self.running -= 1
        return ToolResult(success=True, data={"rows": [], "total": 0})


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_no_more_calls_run_at_once_than_allowed(limit: int) -> None:
    counting = Counting()
    steps = [{"step_id": f"s{n}", "name": "s", "intent": "LOOKUP", **LOOKUP} for n in range(6)]
    plan = {"enable_multistep": True, "steps": steps}
    ran_plan(plan, ci(counting.count), max_concurrent_calls=limit)
    assert counting.most == limit


def test_a_stage_that_fails_is_recorded_before_the_run() -> None:
    run = ran_plan(LOOKUP, ci(UNAVAILABLE))
    assert [type(event) for event in run.events[-2:]] == [StageFailed, RunFailed]


def test_options_of_a_request_are_its_defaults_unless_told() -> None:
    assert ran_plan(LOOKUP, ci()).one(ToolCallStarted).timeout_ms == RunOptions().call_timeout_ms
