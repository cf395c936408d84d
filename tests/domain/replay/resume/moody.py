"""Runs whose tools fail, hang or answer as a test wants, to be resumed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from domain.json import JsonMap
from domain.replay.resume.resumption import Resumption
from domain.run.call_events import ToolCallStarted
from domain.run.facts import RunOptions
from domain.services.requested_run import RequestedRun
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure, ToolResult
from tests.domain.replay.verify.verifying import verdict
from tests.domain.stages.running import (
    BY,
    FOUND,
    TWO_STEPS,
    VALUE,
    Ran,
    Running,
    ci,
    metric,
    plan_output,
)
from tests.fakes import AnyParams, Script, ScriptedTool, answering

AGAIN: Final = Resumption(reason="again")


@dataclass
class Moody:
    """A script that fails, hangs or answers, as its mood is; it counts its calls."""

    then: Script
    mood: str = "answers"
    asked: list[JsonMap] = field(default_factory=list)

    async def answer(self, context: ToolContext, params: AnyParams) -> ToolResult:
        self.asked.append(params.model_dump(mode="json"))
        if self.mood == "fails":
            raise ToolFailure(ToolErrorCode.DATA_NOT_FOUND, "not now")
        if self.mood == "is down":
            raise ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, "not now")
        if self.mood == "is slow":
            await asyncio.sleep(0.05)
        answer = await self.then(context, params)  # type: ignore[misc]  # scripts here are async
        assert isinstance(answer, ToolResult)
        return answer


class Desk:
    """Two tools with moods, and one run of two calls that do not wait for each other."""

    def __init__(
        self, plan: Mapping[str, object] = TWO_STEPS, *, timeout_ms: int = 30_000
    ) -> None:
        self.found, self.value = Moody(FOUND), Moody(VALUE)
        self.spare = Moody(answering({"rows": [], "total": 0}))
        self.running = Running(
            ci(self.found.answer),
            metric(self.value.answer),
            ScriptedTool("spare", resolve=self.spare.answer),
            planned=plan_output(**plan),
        )
        self.run_id = self.running.request(options=RunOptions(call_timeout_ms=timeout_ms))

    def carry_out(self) -> Ran:
        self.running.carry_out(self.run_id)
        return self.ran

    def resume(self, resumption: Resumption = AGAIN) -> Ran:
        self.found.asked, self.value.asked, self.spare.asked = [], [], []
        resumed = self.running.service.resume(self.run_id, resumption, BY)
        assert resumed == RequestedRun(self.run_id)
        return self.carry_out()

    @property
    def ran(self) -> Ran:
        return Ran(self.running, self.run_id)

    @property
    def called(self) -> tuple[int, int, int]:
        """How often the item, the metric and the spare tool were asked since the resumption."""
        return len(self.found.asked), len(self.value.asked), len(self.spare.asked)

    def verifies(self) -> bool:
        return verdict(self.running, self.running.history(self.run_id)).verdict == "same"


def partial(plan: Mapping[str, object] = TWO_STEPS) -> Desk:
    """The item was found, its metric failed and is back."""
    desk = Desk(plan)
    desk.value.mood = "fails"
    assert desk.carry_out().response["status"] == "partial"
    desk.value.mood = "answers"
    return desk


def attempts(ran: Ran) -> list[tuple[str, int]]:
    return [(event.call_id, event.attempt) for event in ran.all(ToolCallStarted)]
