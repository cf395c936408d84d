"""Checks of a plan's shape: what opstrail cannot do is refused by name; steps fit the budget."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from domain.estate.view_policy import View
from domain.plan.intent import Intent, PlanMode
from domain.plan.plan import Plan, PlanStep
from domain.stages.problem import Problem
from domain.tools.capabilities import MODE_CAPABILITIES

_UNSUPPORTED = "not supported yet; remove it"


def _recipe(plan: Plan) -> Iterator[Problem]:
    for path, parts in _parts(plan):
        if parts.mode is PlanMode.AUTO:
            yield Problem(f"{path}mode", "the auto recipe is not supported yet; allowed: ci, all")


def _mode_hint(plan: Plan) -> Iterator[Problem]:
    if plan.mode_hint is not None and plan.mode_hint not in MODE_CAPABILITIES:
        allowed = ", ".join(MODE_CAPABILITIES)
        yield Problem("mode_hint", f"{plan.mode_hint!r} is no mode; allowed: {allowed}")


def _control_flow(plan: Plan) -> Iterator[Problem]:
    if plan.branches:
        yield Problem("branches", f"branches are {_UNSUPPORTED}")
    if plan.loops:
        yield Problem("loops", f"loops are {_UNSUPPORTED}")
    if plan.enable_intermediate_llm:
        yield Problem(
            "enable_intermediate_llm", f"deciding by a model between calls is {_UNSUPPORTED}"
        )
    for index, dependency in enumerate(plan.tool_dependencies):
        if dependency.condition is not None:
            yield Problem(f"tool_dependencies.{index}.condition", f"conditions are {_UNSUPPORTED}")


def _step_control_flow(plan: Plan) -> Iterator[Problem]:
    for index, step in enumerate(plan.steps):
        for name in ("condition", "next_step_id", "error_next_step_id"):
            if getattr(step, name) is not None:
                yield Problem(f"steps.{index}.{name}", f"steering between steps is {_UNSUPPORTED}")


def _steps(plan: Plan) -> Iterator[Problem]:
    if plan.steps and not plan.enable_multistep:
        yield Problem("enable_multistep", "must be true for a plan with steps")
    counted = Counter(step.step_id for step in plan.steps)
    repeated = sorted(step_id for step_id, count in counted.items() if count > 1)
    if repeated:
        yield Problem("steps", f"step ids must be unique, repeated: {', '.join(repeated)}")
    if len(plan.steps) > plan.budget.max_steps:
        allowed = plan.budget.max_steps
        yield Problem("steps", f"{len(plan.steps)} steps, budget.max_steps allows {allowed}")


def _graph_ends(plan: Plan) -> Iterator[Problem]:
    mapped = {(d.tool_id, name) for d in plan.tool_dependencies for name in d.output_mapping}
    for path, parts in _parts(plan):
        prefix = f"{parts.step_id}:" if isinstance(parts, PlanStep) else ""
        ends = {"primary": "source_id", "secondary": "target_id"} if _is_path(parts) else {}
        for end, param in ends.items():
            if not getattr(parts, end).keywords and (f"{prefix}graph", param) not in mapped:
                yield Problem(
                    f"{path}{end}.keywords", f"a path needs the {end} item, none is given"
                )


def _is_path(parts: Plan | PlanStep) -> bool:
    return parts.intent is Intent.PATH or View.PATH in {parts.graph.view, parts.view}


def _parts(plan: Plan) -> Iterable[tuple[str, Plan | PlanStep]]:
    if not plan.steps:
        return [("", plan)]
    return [(f"steps.{index}.", step) for index, step in enumerate(plan.steps)]


PLAN_CHECKS: tuple[Callable[[Plan], Iterable[Problem]], ...] = (
    _recipe,
    _mode_hint,
    _control_flow,
    _step_control_flow,
    _steps,
    _graph_ends,
)
"""Every check, in the order in which problems are listed."""
