import asyncio
import time

import pytest
from pydantic import JsonValue

from domain.json import JsonMap, as_maps
from domain.plan.plan import PlanOutput
from domain.plan.planner import PlanningContext
from domain.response.compose.composition import compose
from domain.run.events import RunFailed, StageFailed
from domain.run.lifecycle import Stage
from domain.stages import runner
from domain.stages.time_limits import PolicyTimeLimits
from domain.stages.validation import validate_plan
from domain.tools.policies.policy import PhaseTimeouts, Policies, PolicyDocument
from tests.domain.replay.verify.verifying import verdict
from tests.domain.stages.running import LOOKUP, Ran, Running, ci, plan_output, ran


class SlowPlanner:
    name, version = "slow", "1"

    def words_begun(self, beginning: str) -> list[str]:
        return [beginning]

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


def test_validation_has_what_planning_has_left_of_the_time_of_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slowly(*given: object, **more: object) -> object:
        time.sleep(0.26)
        return validate_plan(*given, **more)  # type: ignore[arg-type]  # passed on

    running = Running(ci(), planner=SlowPlanner())  # which takes 50 ms
    monkeypatch.setattr(runner, "validate_plan", slowly)
    run = limited(running, plan_ms=300)
    monkeypatch.undo()
    failed = run.one(StageFailed)
    assert (failed.stage, failed.error.code) == (Stage.VALIDATE, "PLAN_TIMEOUT")
    assert failed.error.message == (
        "route_plan and validate took longer than 300 ms (plan_ms of the policy's time-outs)"
    )
    assert verdict(running, run.history).divergences == ()


def test_presenting_has_what_composing_has_left_of_the_time_of_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slowly(shown: JsonValue) -> list[JsonMap]:
        time.sleep(0.06)
        return as_maps(shown)

    running = Running(ci())
    monkeypatch.setattr(runner, "as_maps", slowly)
    run = limited(running, compose_ms=50)
    monkeypatch.undo()
    failed = run.one(StageFailed)
    assert (failed.stage, failed.error.code) == (Stage.PRESENT, "COMPOSE_TIMEOUT")
    assert "compose and present took longer than 50 ms" in failed.error.message
    assert verdict(running, run.history).divergences == ()


def test_a_phase_that_comes_again_has_all_of_its_time_again() -> None:
    limits = PolicyTimeLimits(PhaseTimeouts(plan_ms=200))
    limits.of(Stage.ROUTE_PLAN, 1)
    time.sleep(0.02)
    first = limits.of(Stage.VALIDATE, 1)
    limits.of(Stage.EXECUTE, 1)
    again = limits.of(Stage.VALIDATE, 2)
    assert first is not None
    assert again is not None
    assert first.seconds < 0.19
    assert again.seconds == pytest.approx(0.2)


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
