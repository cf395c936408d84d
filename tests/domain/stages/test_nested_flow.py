"""Loops, calls for each value and steering within each other, whatever order answers come in."""

import asyncio
import random
from typing import Any

import pytest

from domain.json import JsonMap
from domain.run.call_events import ToolCallSkipped, ToolCallStarted
from domain.run.events import RunCompleted
from domain.run.facts import RunOptions
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure, ToolResult
from tests.domain.replay.verify.verifying import verdict
from tests.domain.stages.running import Ran, Running, ran
from tests.fakes import AnyParams, ScriptedTool

MAPPED = {"ci_id": "{find:items.rows[each].ci_id}"}
PLAN: dict[str, Any] = {
    "enable_multistep": True,
    "loops": [
        {
            "loop_id": "again",
            "name": "again",
            "max_iterations": 4,
            "break_condition": "{again.iteration} >= 3",
            "steps": [
                {
                    "step_id": "find",
                    "name": "find",
                    "intent": "LIST",
                    "calls": [
                        {
                            "call_id": "items",
                            "tool": "ci",
                            "operation": "search",
                            "output_mapping": {"limit": "{again.iteration}"},
                        }
                    ],
                    "next_step_id": "peak",
                    "error_next_step_id": "instead",
                },
                {
                    "step_id": "peak",
                    "name": "peak",
                    "intent": "LIST",
                    "calls": [
                        {
                            "call_id": "value",
                            "tool": "metric",
                            "operation": "aggregate",
                            "output_mapping": MAPPED,
                        }
                    ],
                },
                {
                    "step_id": "instead",
                    "name": "instead",
                    "intent": "LIST",
                    "calls": [
                        {
                            "call_id": "text",
                            "tool": "ci",
                            "operation": "resolve",
                            "output_mapping": {"text": "{instead:text.said ?? null}"},
                        }
                    ],
                },
            ],
        }
    ],
}


def answers(seed: int, fails_at: int | None) -> tuple[ScriptedTool, ScriptedTool]:
    """Return tools that answer late, in an order of their own; one search may fail."""
    chosen = random.Random(seed)

    async def late(data: JsonMap) -> ToolResult:
        for _ in range(chosen.randrange(6)):
            await asyncio.sleep(0)
        return ToolResult(success=True, data=data)

    async def search(_: ToolContext, params: AnyParams) -> ToolResult:
        if params.limit == fails_at:
            raise ToolFailure(ToolErrorCode.DATA_NOT_FOUND, "nothing")
        assert isinstance(params.limit, int)
        return await late({"rows": [{"ci_id": f"c{at}"} for at in range(params.limit)]})

    async def value(_: ToolContext, params: AnyParams) -> ToolResult:
        return await late({"value": str(params.ci_id)})

    async def text(_: ToolContext, params: AnyParams) -> ToolResult:
        return await late({"said": f"{params.text}+"})

    return (
        ScriptedTool("ci", search=search, resolve=text),
        ScriptedTool("metric", aggregate=value),
    )


def carried_out(seed: int, fails_at: int | None = None, at_once: int = 3) -> Ran:
    running = Running(*answers(seed, fails_at))
    output: JsonMap = {"kind": "plan", "plan": PLAN}
    options = RunOptions(max_concurrent_calls=at_once)
    run = ran(running, plan_output=output, options=options)
    assert verdict(running, run.history).verdict == "same"
    return run


@pytest.mark.parametrize("seed", range(5))
def test_each_repetition_makes_a_call_for_each_of_its_own_values(seed: int) -> None:
    run = carried_out(seed)
    asked = {(e.call_id, str(e.params.get("ci_id"))) for e in run.all(ToolCallStarted)}
    assert {each for each in asked if each[0].startswith("peak")} == {
        (f"peak:value@{turn}@{at + 1}", f"c{at}") for turn in (1, 2, 3) for at in range(turn)
    }
    assert run.one(RunCompleted).status == "success"
    assert {e.call_id for e in run.all(ToolCallSkipped)} == {
        f"instead:text@{turn}" for turn in (1, 2, 3)
    }


@pytest.mark.parametrize("seed", range(5))
def test_a_failure_is_answered_for_in_its_own_repetition(seed: int) -> None:
    run = carried_out(seed, fails_at=2)
    skipped = {e.call_id: e.on_purpose for e in run.all(ToolCallSkipped)}
    assert skipped == dict.fromkeys(["instead:text@1", "peak:value@2", "instead:text@3"], True)
    assert run.one(RunCompleted).status == "degraded"


def test_one_limit_holds_for_all_calls_of_a_run() -> None:
    under_way, most = 0, 0
    for event in carried_out(1, at_once=2).events:
        under_way += event.stored_as == "tool-call-started"
        under_way -= event.stored_as in {"tool-call-succeeded", "tool-call-failed"}
        most = max(most, under_way)
    assert most == 2
