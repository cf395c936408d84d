"""Changes of the engine, planted one at a time: each is found where it shows first."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from domain.plan import mapping
from domain.plan.plan import Plan
from domain.plan.planned_call import BUILDERS, PlannedCall
from domain.response.compose import quality
from domain.response.compose.any_call_sections import anything
from domain.response.compose.composition import SECTIONS, Composition, compose
from domain.stages import call_facts, execution, runner, validation
from domain.stages.router import ExecutionRouter, Route
from domain.tools import selector
from domain.tools.parallel import DependencyAwareExecutor
from domain.views.verdict import DivergenceClass
from tests.domain.replay.verify.verifying import (
    History,
    answered,
    clamped,
    degraded,
    looked_up,
    partial,
    verdict,
)
from tests.domain.stages.running import Running

Patch = pytest.MonkeyPatch
DATA, PATH = DivergenceClass.DATA, DivergenceClass.PATH


def stricter_limit(patch: Patch) -> None:
    patch.setattr(validation, "_PRIMARY_LIMIT", 40)


def other_default(patch: Patch) -> None:
    planned = BUILDERS["primary"]

    def with_limit(*arguments: Any) -> PlannedCall:  # noqa: ANN401 - passed on as they came
        call = planned(*arguments)
        return replace(call, params={**call.params, "limit": 7})

    patch.setitem(BUILDERS, "primary", with_limit)


def other_order_of_blocks(patch: Patch) -> None:
    def reversed_blocks(plan: Plan, calls: Sequence[Any]) -> Composition:
        made = compose(plan, calls)
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
    patch.setattr(execution, "call_label", lambda *given: labelled(*given)[::-1])


def one_group_for_all(patch: Patch) -> None:
    ordered = DependencyAwareExecutor.compute_execution_order

    def flat(executor: DependencyAwareExecutor) -> list[list[str]]:
        executor.execution_order = [[name for group in ordered(executor) for name in group]]
        return executor.execution_order

    patch.setattr(DependencyAwareExecutor, "compute_execution_order", flat)


def no_fallback(patch: Patch) -> None:
    patch.setattr(execution, "_FALLS_BACK", frozenset())


def other_wording(patch: Patch) -> None:
    patch.setitem(cast("dict[str, object]", SECTIONS), "ci.resolve", anything)


def other_ranking(patch: Patch) -> None:
    patch.setattr(selector, "SPEED_WEIGHT", 0.5)


PLANTED: Sequence[tuple[Callable[[Patch], None], Callable[[], tuple[Running, History]], Any]] = (
    (stricter_limit, clamped, (DATA, "plan-validated")),
    (other_default, looked_up, (PATH, "tool-call-started")),
    (other_order_of_blocks, answered, (DATA, "response-composed")),
    (other_mapping, answered, (PATH, "tool-call-started")),
    (other_route, looked_up, (PATH, "route-chosen")),
    (other_quality, partial, (DATA, "stage-completed")),
    (other_label, looked_up, (PATH, "tool-call-started")),
    (one_group_for_all, answered, (PATH, "tool-call-started")),
    (no_fallback, degraded, (PATH, "tool-call-started")),
    (other_wording, looked_up, (DATA, "stage-completed")),
    (other_ranking, looked_up, (DATA, "tools-ranked")),
)


@pytest.mark.parametrize(
    ("change", "kind", "expected"), PLANTED, ids=[change.__name__ for change, _, _ in PLANTED]
)
def test_a_changed_engine_is_found_where_it_shows_first(
    monkeypatch: Patch,
    change: Callable[[Patch], None],
    kind: Callable[[], tuple[Running, History]],
    expected: tuple[DivergenceClass, str],
) -> None:
    running, history = kind()
    assert verdict(running, history).is_same
    change(monkeypatch)
    divergence = verdict(running, history).divergence
    assert divergence is not None
    event = divergence.expected or divergence.actual
    assert event is not None
    assert (divergence.kind, event.type, history[divergence.version - 1].envelope.type) == (
        *expected,
        event.type,
    )
