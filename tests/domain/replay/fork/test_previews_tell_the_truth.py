"""Law: what a preview says of each call is what happens, whatever happened to the run before."""

import asyncio
import contextlib
import random
from collections.abc import Mapping
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Refused
from domain.plan.planner import PlanningContext, QuestionNotUnderstood
from domain.replay.fork.descent import Fork, Rerun
from domain.replay.resume.resumption import Resumption
from domain.replay.verify.verify import verify
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry, RunCancelled
from domain.run.facts import Patches, ResultPatch
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure, ToolResult
from domain.views.preview import ANSWERS, Preview
from tests.domain.stages.running import (
    BY,
    FOUND,
    METRIC,
    TENANT,
    TWO_STEPS,
    VALUE,
    Running,
    ci,
    finish,
    metric,
    plan_output,
)
from tests.fakes import AnyParams, Script, ScriptedTool

_C = ToolErrorCode
PLANS: Final[list[Mapping[str, Any]]] = [
    METRIC,
    TWO_STEPS,
    {**METRIC, "history": {"enabled": True}},
    {
        "enable_multistep": True,
        "steps": [
            {"step_id": each, "name": each, "intent": "AGGREGATE", **METRIC}
            for each in ("one", "two")
        ],
    },
]
FATES: Final = ["answers", "answers", "answers", _C.DATA_NOT_FOUND, _C.TOOL_TIMEOUT, "cancels"]


class World:
    """Tools and a planner that succeed and fail as fate wants it, and what was asked of them."""

    def __init__(self, seed: int, plan: Mapping[str, Any], *, has_fallback: bool) -> None:
        self._fate, self.left = random.Random(seed), 0
        self._task: asyncio.Task[None] | None = None
        self.running = Running(
            ci(self._answering(FOUND)),
            metric(self._answering(VALUE)),
            ScriptedTool("history", work_and_maintenance=self._answering(FOUND)),
            ScriptedTool("spare", resolve=self._answering(FOUND), search=self._answering(FOUND)),
            planned=plan_output(**plan),
        )
        if has_fallback:
            self.running.let_stand_in("ci", "spare")
        self._plan = self.running.planner.plan
        self.running.planner.plan = self._planned  # type: ignore[method-assign]  # it may fail

    def _answering(self, then: Script) -> Script:
        async def answer(context: ToolContext, params: AnyParams) -> ToolResult:
            self.left += 1
            match self._fate.choice(FATES):
                case ToolErrorCode() as code:
                    raise ToolFailure(code, "not now")
                case "cancels" if self._task is not None:
                    self._task.cancel()
                    await asyncio.sleep(60)
            result = await then(context, params)  # type: ignore[misc]  # scripts here are async
            assert isinstance(result, ToolResult)
            return result

        return answer

    async def _planned(self, question: str, context: PlanningContext) -> Any:  # noqa: ANN401 - a plan
        if self._fate.random() < 0.2:
            self.running.planner.contexts.append(context)
            raise QuestionNotUnderstood(question, why="not today", examples=())
        return await self._plan(question, context)

    def carry_out(self, run_id: str) -> None:
        async def bounded() -> None:
            self._task = asyncio.current_task()
            await self.running.service.carry_out(TENANT, run_id)

        with contextlib.suppress(asyncio.CancelledError):
            finish(bounded())


def labels(history: list[HistoryEntry]) -> list[str]:
    started = (e.event.call_id for e in history if isinstance(e.event, ToolCallStarted))
    return list(dict.fromkeys(started)) or ["primary"]


def patches(calls: list[str]) -> st.SearchStrategy[Patches]:
    results = st.sampled_from([ResultPatch(kind="error"), ResultPatch(kind="data", data={"n": 1})])
    return st.builds(
        Patches,
        plan=st.sampled_from([{}, {}, {"normalise": 1}, {"primary.limit": 3}]),
        params=st.sampled_from([{}, {}, {calls[-1]: {"agg": "max"}}]),
        results=st.dictionaries(st.sampled_from(calls), results, max_size=1),
    )


def replays(history: list[HistoryEntry]) -> st.SearchStrategy[Resumption | Fork | Rerun]:
    calls, why = labels(history), st.just("why")
    changes = {"reason": why, "patches": st.just(Patches()) | patches(calls)}
    return st.one_of(
        st.builds(Resumption, **changes),
        st.builds(Resumption, **changes),
        st.builds(
            Fork,
            **changes,
            at=st.none() | st.integers(1, len(history)),
            retry_failed=st.booleans(),
            is_blocked=st.booleans(),
        ),
        st.builds(Fork, **changes, from_call=st.sampled_from(calls)),
        st.builds(Rerun, **changes),
    )


def previewed(world: World, run_id: str, replay: Resumption | Fork | Rerun) -> Preview:
    replays_ = world.running.replays
    match replay:
        case Resumption():
            return finish(replays_.preview_resume(TENANT, run_id, replay))
        case Fork():
            return finish(replays_.preview_fork(TENANT, run_id, replay))
        case Rerun():
            return finish(replays_.preview_rerun(TENANT, run_id, replay))


def begun(world: World, run_id: str, replay: Resumption | Fork | Rerun) -> str:
    match replay:
        case Resumption():
            return world.running.service.resume(run_id, replay, BY).run_id
        case Fork():
            return world.running.replays.fork(run_id, replay, BY).run_id
        case Rerun():
            return world.running.replays.rerun(run_id, replay, BY).run_id


Made = tuple[str, str, str]
"""A call that was made: its id, its tool, and who answered it."""


def made_after(history: list[HistoryEntry], version: int) -> list[Made]:
    """The calls of this part of the history; what was cut off had left."""
    started: dict[str, ToolCallStarted] = {}
    made: dict[tuple[str, int], Made] = {}
    for entry in history[version:]:
        match entry.event:
            case ToolCallStarted() as event:
                started[event.call_id] = event
                made[event.call_id, event.attempt] = (event.call_id, event.tool, "live")
            case ToolCallSucceeded() | ToolCallFailed() as event:
                tool = started[event.call_id].tool
                answer = ANSWERS[event.answered_by]
                made[event.call_id, event.attempt] = (event.call_id, tool, answer)
            case _:
                pass
    return list(made.values())


def check_calls(preview: Preview, made: list[Made], *, was_cut_off: bool) -> None:
    sure = {(c.call_id, c.tool): c.answer for c in preview.calls if c.waits_for is None}
    open_ended = {(c.call_id, c.tool) for c in preview.calls if c.waits_for is not None}
    for call_id, tool, answer in made:
        assert sure.get((call_id, tool), answer) == answer
        assert (call_id, tool) in sure or (call_id, tool) in open_ended
    if not was_cut_off:
        must = {call for call, answer in sure.items() if answer != "recorded"}
        assert must <= {(call_id, tool) for call_id, tool, _ in made}


@given(st.data(), st.integers(0, 2**32), st.sampled_from(PLANS), st.booleans())
@settings(max_examples=40, deadline=None)
def test_what_is_previewed_is_what_happens(
    data: st.DataObject,
    seed: int,
    plan: Mapping[str, Any],
    has_fallback: bool,  # noqa: FBT001 - drawn
) -> None:
    world = World(seed, plan, has_fallback=has_fallback)
    runs = [world.running.request()]
    world.carry_out(runs[0])
    for _ in range(4):
        parent = data.draw(st.sampled_from(runs))
        replay = data.draw(replays(world.running.history(parent)))
        try:
            preview = previewed(world, parent, replay)
        except Refused:
            continue
        left, asked = world.left, len(world.running.planner.contexts)
        run_id = begun(world, parent, replay)
        before = len(world.running.history(run_id))
        world.carry_out(run_id)
        history = world.running.history(run_id)
        made = made_after(history, before)
        left = world.left - left
        asked = len(world.running.planner.contexts) - asked
        assert asked == (preview.planner is not None)
        if preview.outside_calls is not None:
            check_calls(preview, made, was_cut_off=isinstance(history[-1].event, RunCancelled))
            assert left <= preview.outside_calls
        assert left == sum(answer == "live" for _, _, answer in made)
        assert finish(verify(history, world.running.registry)).verdict == "same"
        runs = list(dict.fromkeys([*runs, run_id]))
