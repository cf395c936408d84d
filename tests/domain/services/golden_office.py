"""A service with its golden runs."""

from typing import NamedTuple

from domain.replay.verify.verifier import Verifier
from domain.services.goldens import GoldenDesk, Goldens
from domain.services.reader import RunReader
from domain.tools.contracts import ToolContext, ToolResult
from domain.views.golden import Checked
from tests.domain.services.test_reader import QuestionSearch
from tests.domain.stages.running import (
    BY,
    FOUND,
    METRIC,
    TENANT,
    Running,
    ci,
    finish,
    metric,
    plan_output,
)
from tests.fakes import AnyParams, FrozenClock, Script


class Changing:
    """An answer that a test replaces by another."""

    def __init__(self, script: Script) -> None:
        self.script = script

    async def answer(self, context: ToolContext, params: AnyParams) -> ToolResult:
        answer = await self.script(context, params)  # type: ignore[misc]  # scripts here are async
        assert isinstance(answer, ToolResult)
        return answer


class Office(NamedTuple):
    """A service with its golden runs."""

    running: Running
    goldens: Goldens
    desk: GoldenDesk

    def run(self) -> str:
        run_id = self.running.request()
        self.running.carry_out(run_id)
        return run_id

    def verified(self, name: str) -> Checked:
        (golden,) = self.goldens.named(TENANT, [name])
        return finish(self.goldens.verify(golden, self.running.registry))

    def rerun(self, name: str) -> Checked:
        (golden,) = self.goldens.named(TENANT, [name])
        return finish(self.desk.rerun(golden, BY))


def office_of(running: Running) -> Office:
    memory = running.memory
    reader = RunReader(memory, memory, QuestionSearch(memory), FrozenClock())
    goldens = Goldens(reader, Verifier(planner=running.planner))
    return Office(running, goldens, GoldenDesk(goldens, running.service, running.replays))


def usual_office() -> tuple[Office, Changing]:
    """Return an office whose runs find an item and its metric, and what answers for the item."""
    found = Changing(FOUND)
    return office_of(Running(ci(found.answer), metric(), planned=plan_output(**METRIC))), found
