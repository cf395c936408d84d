"""How the steps of a plan follow each other: where each stands, by which ways it is reached."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from domain.plan.condition import StepCondition
from domain.plan.plan import Plan, PlanBranch, PlanLoop, PlanStep


class Place(Struct, frozen=True):
    """A step, its path and title in the plan, the loop that it is in, and when it is taken."""

    path: str
    step: PlanStep
    title: str
    loop_id: str | None = None
    conditions: tuple[StepCondition, ...] = ()


class Way(NamedTuple):
    """A way by which a step is reached: after a step, its failure, a branch, or a loop.

    `steps` are those that must have ended; of a loop, its last repetition counts.
    """

    after: Literal["step", "failure", "branch", "loop"]
    origin: str
    steps: tuple[str, ...]


def steps_of(plan: Plan) -> list[PlanStep]:
    """Return every step: those of the plan, of its branches, of its loops."""
    inner: list[PlanBranch | PlanLoop] = [*plan.branches, *plan.loops]
    steps = [*plan.steps]
    for outer in inner:
        steps += outer.steps
    return steps


def places_of(plan: Plan) -> list[Place]:
    """Return every step with its place, in the order of `steps_of`."""
    places = _places("", plan)
    for at, branch in enumerate(plan.branches):
        places += _places(f"branches.{at}.", branch, within=(branch.condition,))
    for at, loop in enumerate(plan.loops):
        places += _places(f"loops.{at}.", loop, loop_id=loop.loop_id)
    return places


def _places(
    path: str,
    outer: Plan | PlanBranch | PlanLoop,
    *,
    within: tuple[StepCondition, ...] = (),
    loop_id: str | None = None,
) -> list[Place]:
    before = "" if isinstance(outer, Plan) else f"{outer.name} - "
    return [
        Place(
            f"{path}steps.{at}",
            step,
            f"{before}{step.name}",
            loop_id,
            (*within, step.condition) if step.condition else within,
        )
        for at, step in enumerate(outer.steps)
    ]


def ways_of(plan: Plan) -> dict[str, list[Way]]:
    """Return by which ways each step is reached; a step without any just begins."""
    ways: dict[str | None, list[Way]] = {}
    for step in steps_of(plan):
        if step.next_step_id is not None:
            way = Way("step", step.step_id, (step.step_id,))
            ways.setdefault(step.next_step_id, []).append(way)
        if step.error_next_step_id is not None:
            way = Way("failure", step.step_id, (step.step_id,))
            ways.setdefault(step.error_next_step_id, []).append(way)
    for branch in plan.branches:
        inner = tuple(step.step_id for step in branch.steps)
        ways.setdefault(branch.merge_step_id, []).append(Way("branch", branch.branch_id, inner))
    for loop in plan.loops:
        inner = tuple(step.step_id for step in loop.steps)
        ways.setdefault(loop.next_step_id, []).append(Way("loop", loop.loop_id, inner))
    return {target: found for target, found in ways.items() if target is not None}


def steps_before(step_id: str, ways: Mapping[str, Sequence[Way]]) -> set[str]:
    """Return all steps that must have ended before this one, near and far."""
    found, to_see = set[str](), [step_id]
    while to_see:
        reached = {step for way in ways.get(to_see.pop(), ()) for step in way.steps}
        to_see += reached - found
        found |= reached
    return found
