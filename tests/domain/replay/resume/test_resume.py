"""Resuming: a failed run goes on where it failed, with the results that it has."""

import pytest

from domain.errors import IllegalTransition
from domain.plan.plan import Plan
from domain.replay.resume.resumption import Resumption
from domain.response.compose.composition import Composition, compose
from domain.run.call_events import ToolCallSkipped, ToolCallStarted
from domain.run.events import (
    PlanProduced,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunResumed,
    StageStarted,
)
from domain.run.lifecycle import Stage
from domain.stages import runner
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure, ToolResult
from tests.domain.replay.verify.verifying import verdict
from tests.domain.stages.running import (
    BY,
    FOUND,
    METRIC,
    TWO_STEPS,
    VALUE,
    Ran,
    Running,
    ci,
    metric,
    plan_output,
)
from tests.fakes import AnyParams, Script, ScriptedTool, answering


class FailsFirst:
    """A script that fails, and does its work from the next call on; it counts its calls."""

    def __init__(self, then: Script, code: ToolErrorCode = ToolErrorCode.DATA_NOT_FOUND) -> None:
        self._then, self._code, self.calls = then, code, 0

    async def answer(self, context: ToolContext, params: AnyParams) -> ToolResult:
        self.calls += 1
        if self.calls == 1:
            raise ToolFailure(self._code, "not now")
        answer = await self._then(context, params)  # type: ignore[misc]  # scripts here are async
        assert isinstance(answer, ToolResult)
        return answer


class Counted:
    """A script that counts its calls."""

    def __init__(self, script: Script) -> None:
        self._script, self.calls = script, 0

    async def answer(self, context: ToolContext, params: AnyParams) -> ToolResult:
        self.calls += 1
        answer = await self._script(context, params)  # type: ignore[misc]  # scripts here are async
        assert isinstance(answer, ToolResult)
        return answer


FINDS_THEN_MEASURES = {**METRIC, "intent": "AGGREGATE"}
"""The primary call only finds the item: the answer is the metric's."""


def resumed(running: Running) -> Ran:
    """A run that failed, was resumed, and was carried to its end."""
    run_id = running.request()
    running.carry_out(run_id)
    running.service.resume(run_id, Resumption(reason="it is back"), BY)
    running.carry_out(run_id)
    return Ran(running, run_id)


def measured_late() -> tuple[Ran, Running, Counted, FailsFirst]:
    """The item was found, its metric failed; resumed, the metric is there."""
    found, value = Counted(FOUND), FailsFirst(VALUE)
    running = Running(
        ci(found.answer), metric(value.answer), planned=plan_output(**FINDS_THEN_MEASURES)
    )
    return resumed(running), running, found, value


def kinds(run: Ran) -> list[type[RunEvent]]:
    return [type(event) for event in run.events]


def attempts(run: Ran) -> list[tuple[str, int]]:
    return [(event.call_id, event.attempt) for event in run.all(ToolCallStarted)]


def test_a_resumed_run_comes_to_its_answer() -> None:
    run, *_ = measured_late()
    assert (run.response["status"], len(run.all(RunFailed))) == ("success", 1)


def test_the_failed_stage_is_tried_again() -> None:
    run, *_ = measured_late()
    tries = [(event.stage, event.attempt) for event in run.all(StageStarted)]
    assert tries == [
        (Stage.ROUTE_PLAN, 1),
        (Stage.VALIDATE, 1),
        (Stage.EXECUTE, 1),
        (Stage.EXECUTE, 2),
        (Stage.COMPOSE, 1),
        (Stage.PRESENT, 1),
    ]


def test_what_has_succeeded_is_not_called_again() -> None:
    _, _, found, value = measured_late()
    assert (found.calls, value.calls) == (1, 2)


def test_only_what_failed_is_on_the_record_twice() -> None:
    run, *_ = measured_late()
    assert attempts(run) == [("primary", 1), ("metric", 1), ("metric", 2)]


def test_the_record_says_which_results_are_reused_and_why() -> None:
    run, *_ = measured_late()
    expected = RunResumed(from_stage=Stage.EXECUTE, why="it is back", reused_calls=["primary"])
    assert run.one(RunResumed) == expected


def test_who_resumed_is_on_the_record() -> None:
    run, *_ = measured_late()
    (actor,) = [e.envelope.actor for e in run.history if isinstance(e.event, RunResumed)]
    assert actor == BY.actor


def test_a_resumed_run_verifies() -> None:
    run, running, *_ = measured_late()
    assert verdict(running, run.history).divergence is None


def test_a_repeated_call_is_no_fallback() -> None:
    run, *_ = measured_late()
    assert run.one(RunCompleted).status == "success"


def test_what_was_skipped_for_a_failure_is_called_once_that_is_mended() -> None:
    found, value = FailsFirst(FOUND), Counted(VALUE)
    running = Running(ci(found.answer), metric(value.answer), planned=plan_output(**METRIC))
    run = resumed(running)
    assert (attempts(run), [event.call_id for event in run.all(ToolCallSkipped)]) == (
        [("primary", 1), ("primary", 2), ("metric", 1)],
        ["metric"],
    )


def test_a_run_may_fail_and_be_resumed_again_and_again() -> None:
    never = Running(ci(answering({"rows": [], "total": 0})), planned=plan_output(**METRIC))
    run_id = never.request()
    never.carry_out(run_id)
    for _ in range(3):
        never.service.resume(run_id, Resumption(reason="once more"), BY)
        never.carry_out(run_id)
    assert verdict(never, never.history(run_id)).divergence is None


def test_a_fallback_that_failed_is_tried_again_after_its_tool() -> None:
    first = FailsFirst(FOUND, ToolErrorCode.TOOL_TIMEOUT)
    second = FailsFirst(FOUND, ToolErrorCode.TOOL_TIMEOUT)
    running = Running(ci(first.answer), ScriptedTool("ci", name="spare", resolve=second.answer))
    running.let_stand_in("ci", "spare")
    run = resumed(running)
    assert [(event.tool, event.attempt) for event in run.all(ToolCallStarted)] == [
        ("ci", 1),
        ("spare", 2),
        ("ci", 3),
    ]


def test_a_run_whose_answer_could_not_be_composed_calls_nothing_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = [True]

    def breaks_once(plan: Plan, calls: list[object], *_: object, **more: object) -> Composition:
        if broken.pop() if broken else False:
            message = "no words"
            raise ValueError(message)
        return compose(plan, calls, **more)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(runner, "compose", breaks_once)
    found, value = Counted(FOUND), Counted(VALUE)
    running = Running(ci(found.answer), metric(value.answer), planned=plan_output(**TWO_STEPS))
    run = resumed(running)
    assert (run.one(RunResumed).from_stage, found.calls, value.calls) == (Stage.COMPOSE, 1, 1)
    assert run.response["status"] == "success"


def test_the_plan_is_not_made_again() -> None:
    run, running, *_ = measured_late()
    assert (len(running.planner.contexts), len(run.all(PlanProduced))) == (1, 1)


def test_a_run_that_ended_well_cannot_be_resumed() -> None:
    running = Running(ci())
    run_id = running.request()
    running.carry_out(run_id)
    with pytest.raises(IllegalTransition, match="is completed: cannot resume; possible: nothing"):
        running.service.resume(run_id, Resumption(reason="to see"), BY)


def test_a_run_that_nobody_began_cannot_be_resumed() -> None:
    running = Running(ci())
    run_id = running.request()
    with pytest.raises(IllegalTransition, match="is requested: cannot resume"):
        running.service.resume(run_id, Resumption(reason="to see"), BY)
