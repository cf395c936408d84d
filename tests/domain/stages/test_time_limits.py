import asyncio

import pytest

from domain.plan.plan import PlanOutput
from domain.plan.planner import PlanningContext
from domain.response.compose.composition import compose
from domain.run.events import RunFailed, StageFailed
from domain.run.lifecycle import Stage
from domain.stages import runner
from domain.tools.policies.policy import PhaseTimeouts, Policies, PolicyDocument
from tests.domain.replay.verify.verifying import verdict
from tests.domain.stages.running import LOOKUP, Ran, Running, ci, plan_output, ran


class SlowPlanner:
    name, version = "slow", "1"

    async def plan(self, question: str, context: PlanningContext) -> PlanOutput:
        await asyncio.sleep(0.05)
        return plan_output(**LOOKUP)


def limited(running: Running, **timeouts: int) -> Ran:
    document = PolicyDocument(timeouts=PhaseTimeouts(**timeouts))
    object.__setattr__(running.workshop, "policies", lambda _: Policies(document))
    return ran(running)


def test_a_planner_that_takes_too_long_fails_the_run_which_verifies() -> None:
    running = Running(ci(), planner=SlowPlanner())
    run = limited(running, plan_ms=10)
    failed = run.one(StageFailed)
    assert (failed.stage, failed.error.code) == (Stage.ROUTE_PLAN, "PLAN_TIMEOUT")
    assert failed.error.message == (
        "route_plan took longer than 10 ms (plan_ms of the policy's time-outs)"
    )
    assert verdict(running, run.history).divergences == ()


def test_composing_that_took_too_long_fails_the_run_which_verifies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slowly(*given: object, **more: object) -> object:
        for _ in range(400_000):
            pass
        return compose(*given, **more)  # type: ignore[arg-type]  # passed on

    running = Running(ci())
    monkeypatch.setattr(runner, "compose", slowly)
    run = limited(running, compose_ms=1)
    monkeypatch.undo()
    failed = run.one(StageFailed)
    assert (failed.stage, failed.error.code) == (Stage.COMPOSE, "COMPOSE_TIMEOUT")
    assert run.one(RunFailed).error == failed.error
    assert verdict(running, run.history).divergences == ()
