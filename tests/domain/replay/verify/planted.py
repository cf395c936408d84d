"""Changes of the engine, to be planted, and the runs that they show in."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from msgspec import structs

from domain.json import JsonMap
from domain.plan import calls as plan_calls
from domain.plan import mapping
from domain.plan.plan import Plan
from domain.plan.planned_call import BUILDERS, PlannedCall
from domain.response.compose import actions, composition, quality
from domain.response.compose.any_call_sections import anything
from domain.response.compose.call_result import CallResult
from domain.response.compose.composition import SECTIONS, Composition, compose
from domain.run.facts import Fault
from domain.stages import call_facts, call_making, course, outcome, runner, validation
from domain.stages.course import Unmade
from domain.stages.router import ExecutionRouter, Route
from domain.stages.stage import OrchestrationStatus as Status
from domain.tools import selector
from domain.tools.parallel import DependencyAwareExecutor

Patch = pytest.MonkeyPatch


def stricter_limit(patch: Patch) -> None:
    patch.setattr(validation, "_PRIMARY_LIMIT", 40)


def other_default(patch: Patch, limit: float = 7) -> None:
    planned = BUILDERS["primary"]

    def with_limit(*arguments: Any) -> PlannedCall:  # noqa: ANN401 - passed on as they came
        call = planned(*arguments)
        return structs.replace(call, params={**call.params, "limit": limit})

    patch.setitem(BUILDERS, "primary", with_limit)


def other_order_of_blocks(patch: Patch) -> None:
    def reversed_blocks(plan: Plan, calls: Sequence[Any], *_: object, **more: Any) -> Composition:  # noqa: ANN401 - passed on as they came
        made = compose(plan, calls, **more)
        return replace(made, blocks=made.blocks[::-1])

    patch.setattr(runner, "compose", reversed_blocks)


def other_mapping(patch: Patch) -> None:
    resolved = mapping.resolve_mapping
    patch.setattr(call_facts, "resolve_mapping", lambda *given: [resolved(*given)])


def other_route(patch: Patch) -> None:
    patch.setattr(ExecutionRouter, "determine_route", lambda *_: Route.SECTIONS_LOOP)


def other_quality(patch: Patch) -> None:
    patch.setattr(quality, "FAILED", 0.5)


def other_label(patch: Patch) -> None:
    labelled = call_facts.call_label
    patch.setattr(call_making, "call_label", lambda *given: labelled(*given)[::-1])


def one_group_for_all(patch: Patch) -> None:
    ordered = DependencyAwareExecutor.compute_execution_order

    def flat(executor: DependencyAwareExecutor) -> list[list[str]]:
        executor.execution_order = [[name for group in ordered(executor) for name in group]]
        return executor.execution_order

    patch.setattr(DependencyAwareExecutor, "compute_execution_order", flat)


def no_fallback(patch: Patch) -> None:
    patch.setattr(call_making.CallMaking, "_again", lambda *_: None)


def other_wording(patch: Patch) -> None:
    patch.setitem(cast("dict[str, object]", SECTIONS), "ci.resolve", anything)


def other_ranking(patch: Patch) -> None:
    patch.setattr(selector, "SPEED_WEIGHT", 0.5)


def dropped_call(patch: Patch) -> None:
    planned = plan_calls._calls
    patch.setattr(plan_calls, "_calls", lambda *given: list(planned(*given))[:1])


def other_reason_to_skip(patch: Patch) -> None:
    patch.setattr(course, "Unmade", lambda _, cause: Unmade(f"{cause} gave nothing", cause))


def coarser_rounding(patch: Patch) -> None:
    rounded = quality.judge

    def judged(calls: Sequence[CallResult], *more: Any) -> quality.Quality:  # noqa: ANN401 - passed on as they came
        found = rounded(calls, *more)
        return replace(found, confidence=round(found.confidence, 1))

    patch.setattr(composition, "judge", judged)


def other_next_action(patch: Patch) -> None:
    patch.setattr(actions, "_METRIC_RANGES", ("last_1h", "last_24h", "last_30d"))


def no_references(patch: Patch) -> None:
    patch.setattr(composition, "unique_references", lambda _: [])


def other_error_message(patch: Patch) -> None:
    faulted = outcome.main_fault

    def told(calls: Sequence[CallResult]) -> Fault:
        return structs.replace(faulted(calls), message="it failed")

    patch.setattr(outcome, "main_fault", told)


def other_status(patch: Patch) -> None:
    patch.setitem(cast("dict[Any, str]", outcome._COMPLETED), Status.PARTIAL, "degraded")


def other_error_codes(patch: Patch) -> None:
    made = call_facts._fault
    patch.setattr(call_facts, "_fault", lambda given: structs.replace(made(given), can_retry=True))


def one_more_warning(patch: Patch) -> None:
    executed = runner.Runner._executed

    def warned(self: runner.Runner) -> JsonMap:
        return {**executed(self), "warnings": ["the estate is old"]}

    patch.setattr(runner.Runner, "_executed", warned)
