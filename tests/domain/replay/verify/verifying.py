"""Runs of every kind, in memory, to be driven again from their record."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from domain.plan.plan import PlanOutput
from domain.plan.planner import QuestionNotUnderstood
from domain.replay.verify.verifier import Verifier
from domain.replay.verify.verify import verify
from domain.run.events import HistoryEntry
from domain.run.facts import RunOptions
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.views.verdict import Verdict
from tests.domain.stages.running import (
    LOOKUP,
    METRIC,
    TENANT,
    TWO_STEPS,
    Running,
    ci,
    finish,
    metric,
    plan_output,
)
from tests.fakes import ScriptedTool, answering, failing

History = list[HistoryEntry]
Kind = Callable[[], tuple[Running, History]]

DIRECT = PlanOutput.model_validate(
    {"kind": "direct", "direct_answer": {"answer": "Hello.", "confidence": 0.9}}
)
REJECTED = PlanOutput.model_validate(
    {"kind": "reject", "reject_payload": {"reason": "Not allowed.", "policy": "p1"}}
)


def ran(running: Running, **command: object) -> tuple[Running, History]:
    """A run carried to its end, and its history."""
    run_id = running.request(**command)
    running.carry_out(run_id)
    return running, running.history(run_id)


def verdict(running: Running, history: Sequence[HistoryEntry]) -> Verdict:
    """The verdict of the tools' catalogue, without their scripts, and of the planner."""
    return finish(verify(history, running.registry, Verifier(planner=running.planner)))


def answered() -> tuple[Running, History]:
    return ran(Running(ci(), metric(), planned=plan_output(**METRIC)))


def looked_up() -> tuple[Running, History]:
    return ran(Running(ci(), planned=plan_output(**LOOKUP)))


def in_two_steps() -> tuple[Running, History]:
    return ran(Running(ci(), metric(), planned=plan_output(**TWO_STEPS)))


def of_the_same_calls() -> tuple[Running, History]:
    """Two steps that ask the same, and get different answers."""
    answers = iter(["first", "second"])

    async def next_answer(*_: object) -> ToolResult:
        return ToolResult(success=True, data={"rows": [{"ci_code": next(answers)}], "total": 1})

    steps = [
        {"step_id": name, "name": name, "intent": "LOOKUP", **LOOKUP} for name in ("one", "two")
    ]
    plan = plan_output(enable_multistep=True, steps=steps)
    return ran(Running(ci(next_answer), planned=plan))


def answered_directly() -> tuple[Running, History]:
    return ran(Running(planned=DIRECT))


def rejected() -> tuple[Running, History]:
    return ran(Running(planned=REJECTED))


def not_understood() -> tuple[Running, History]:
    error = QuestionNotUnderstood("Hm?", why="It is no question", examples=["Which?"])
    return ran(Running(planned=error))


def of_a_caller() -> tuple[Running, History]:
    plan = plan_output(**METRIC).model_dump(mode="json", exclude_unset=True)
    return ran(Running(ci(), metric()), plan_output=plan)


def of_a_wrong_plan() -> tuple[Running, History]:
    return ran(Running(ci()), plan_output={"kind": "plan", "plan": {"intent": "DANCE"}})


def of_an_invalid_plan() -> tuple[Running, History]:
    return ran(Running(ci(), planned=plan_output(**METRIC)))


def clamped() -> tuple[Running, History]:
    plan = plan_output(primary={"keywords": ["srv-1"], "limit": 500})
    return ran(Running(ci(), planned=plan))


def partial() -> tuple[Running, History]:
    broken = metric(failing(ToolErrorCode.DATA_NOT_FOUND))
    return ran(Running(ci(), broken, planned=plan_output(**METRIC)))


def failed() -> tuple[Running, History]:
    broken = ci(failing(ToolErrorCode.UPSTREAM_UNAVAILABLE))
    return ran(Running(broken, metric(), planned=plan_output(**METRIC)))


def without_rows() -> tuple[Running, History]:
    """The metric has no item to look at, so its call is skipped."""
    nothing = ci(answering({"rows": [], "total": 0}))
    return ran(Running(nothing, metric(), planned=plan_output(**METRIC)))


def degraded() -> tuple[Running, History]:
    spare = ScriptedTool("ci", name="ci-copy", resolve=answering({"rows": [], "total": 0}))
    running = Running(ci(failing(ToolErrorCode.TOOL_TIMEOUT)), spare)
    running.let_stand_in("ci", "ci-copy")
    return ran(running)


async def hang(*_: object) -> ToolResult:
    await asyncio.Event().wait()
    raise AssertionError


def out_of_time() -> tuple[Running, History]:
    plan = plan_output(**TWO_STEPS, budget={"timeout_seconds": 0.05})
    return ran(Running(ci(), metric(hang), planned=plan))


async def stay(*_: object) -> ToolResult:
    """Answer only when asked to stop."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    return ToolResult(success=True, data={"rows": []})


def out_of_time_with_late_answers() -> tuple[Running, History]:
    """When the time is over, one call hangs, and two answer at once; one of them began late."""
    odd = ScriptedTool("odd", get=answering({"rows": []}), stay=stay, hang=hang)
    names = {"first": "get", "early": "stay", "hanging": "hang", "late": "stay"}
    calls: list[dict[str, object]] = [
        {"call_id": name, "tool": "odd", "operation": does} for name, does in names.items()
    ]
    calls[-1]["depends_on"] = ["first"]
    plan = plan_output(calls=calls, budget={"timeout_seconds": 0.05})
    return ran(Running(odd, planned=plan))


def timed_out() -> tuple[Running, History]:
    running = Running(ci(), metric(hang), planned=plan_output(**METRIC))
    return ran(running, options=RunOptions(call_timeout_ms=20))


def cancelled() -> tuple[Running, History]:
    """One call has answered, the other never will."""
    called = asyncio.Event()

    async def hang_and_say(*_: object) -> ToolResult:
        called.set()
        return await hang()

    running = Running(ci(), metric(hang_and_say), planned=plan_output(**TWO_STEPS))
    run_id = running.request()

    async def cancel() -> None:
        work = asyncio.create_task(running.service.carry_out(TENANT, run_id))
        await called.wait()
        await asyncio.sleep(0)
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work

    finish(cancel())
    return running, running.history(run_id)


EVERY_KIND: Sequence[Kind] = (
    answered,
    looked_up,
    in_two_steps,
    of_the_same_calls,
    answered_directly,
    rejected,
    not_understood,
    of_a_caller,
    of_a_wrong_plan,
    of_an_invalid_plan,
    clamped,
    partial,
    failed,
    without_rows,
    degraded,
    out_of_time,
    out_of_time_with_late_answers,
    timed_out,
    cancelled,
)
