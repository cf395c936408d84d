"""Checks of how a plan says its steps and calls should follow each other."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from domain.figures import whole_sum
from domain.plan.calls import PARTS
from domain.plan.flow import Place, places_of, steps_of, ways_of
from domain.plan.intent import ExecutionStrategy
from domain.plan.mapping import BEFORE, DataReference, MappingError, parse_mapping, parse_reference
from domain.plan.plan import Plan, PlanLoop
from domain.plan.planned_call import BUILDERS, PlannedCall
from domain.plan.wiring import graph_of
from domain.stages.faults import Problem

_MOST_CALLS, _MOST_MADE = 100, 10_000


def _steps(plan: Plan) -> Iterator[Problem]:
    steps = steps_of(plan)
    if not steps:
        return
    if not plan.enable_multistep:
        yield Problem("enable_multistep", "must be true for a plan with steps")
    named = [step.step_id for step in steps]
    named += [loop.loop_id for loop in plan.loops]
    named += [branch.branch_id for branch in plan.branches]
    if len({*named}) < len(named):
        repeated = sorted(name for name, count in Counter(named).items() if count > 1)
        yield Problem("steps", f"step ids must be unique, repeated: {', '.join(repeated)}")
    budget = plan.budget
    for field, what, found, allowed in (
        ("steps", "steps, budget.max_steps", len(steps), budget.max_steps),
        ("branches", "branches, budget.max_branches", len(plan.branches), budget.max_branches),
        ("loops", "loops, budget.max_iterations", len(plan.loops), budget.max_iterations),
    ):
        if found > allowed:
            yield Problem(field, f"{found} {what} allows {allowed}")


def _own_calls(plan: Plan) -> Iterator[Problem]:
    if not any(parts.calls for parts in (plan, *steps_of(plan))):
        return
    loops = {loop.loop_id for loop in plan.loops}
    for path, parts in (("", plan), *((f"{p.path}.", p.step) for p in places_of(plan))):
        if not parts.calls:
            continue
        named = Counter(own.call_id for own in parts.calls)
        taken = {
            **dict.fromkeys(loops if parts is plan else (), "of a loop"),
            **dict.fromkeys((name for name, count in named.items() if count > 1), "of two calls"),
            **dict.fromkeys(BUILDERS, "of a part of plans"),
        }
        for at, own in enumerate(parts.calls):
            if own.call_id in taken:
                message = f"{own.call_id!r} is the name {taken[own.call_id]}; take another"
                yield Problem(f"{path}calls.{at}.call_id", message)


def _targets(plan: Plan) -> Iterator[Problem]:
    ways = ways_of(plan)
    if not ways:
        return
    places = places_of(plan)
    scopes = {place.step.step_id: place.loop_id for place in places}
    for field, target, scope in _named(plan, places):
        allowed = sorted(step_id for step_id, of in scopes.items() if of == scope)
        if target not in allowed:
            within = "of the loop" if scope else "outside of loops"
            message = f"{target!r} is no step {within}; steps: {', '.join(allowed) or 'none'}"
            yield Problem(field, message)
    waits = {
        target: [each for way in found for each in way.steps] for target, found in ways.items()
    }
    yield from _cycle("steps", "steps", waits)


def _named(plan: Plan, places: Sequence[Place]) -> Iterator[tuple[str, str, str | None]]:
    """Yield where a step is named, which, and the loop that it must be in."""
    for place in places:
        for name in ("next_step_id", "error_next_step_id"):
            if (target := getattr(place.step, name)) is not None:
                yield f"{place.path}.{name}", target, place.loop_id
    for at, branch in enumerate(plan.branches):
        if branch.merge_step_id is not None:
            yield f"branches.{at}.merge_step_id", branch.merge_step_id, None
    for at, loop in enumerate(plan.loops):
        if loop.next_step_id is not None:
            yield f"loops.{at}.next_step_id", loop.next_step_id, None


def _parallel(plan: Plan) -> Iterator[Problem]:
    if plan.execution_strategy is ExecutionStrategy.PARALLEL:
        for field, _, _ in _named(plan, places_of(plan)):
            yield Problem(field, f"orders steps, {_NO_ORDER}")


_NO_ORDER = "which a plan of execution_strategy parallel does not; allowed: serial, dag"

FLOW_CHECKS: tuple[Callable[[Plan], Iterable[Problem]], ...] = (
    _steps,
    _own_calls,
    _targets,
    _parallel,
)
"""Every check of the plan alone, in the order in which problems are listed."""


def flow_problems(
    plan: Plan, calls: Sequence[PlannedCall], known: Collection[str]
) -> Iterator[Problem]:
    """Yield what is wrong with the ways in which the calls wait for each other.

    `known` are the names that their expressions may begin with.
    """
    yield from _counts(plan, calls)
    for loop_id in (None, *(loop.loop_id for loop in plan.loops)):
        yield from _cycle("tool_dependencies", "calls", graph_of(calls, loop_id))
    for at, loop in enumerate(plan.loops):
        yield from _loop(f"loops.{at}", loop, calls)
    for call in calls:
        if call.output_mapping or call.depends_on:
            yield from _readings(plan, call, known)


def known_names(plan: Plan, calls: Sequence[PlannedCall]) -> set[str]:
    """Return all names that the expressions of the calls may begin with."""
    names = [*(call.call_id for call in calls), *(loop.loop_id for loop in plan.loops)]
    return {*names, *(f"{name}{BEFORE}" for name in names)}


def _counts(plan: Plan, calls: Sequence[PlannedCall]) -> Iterator[Problem]:
    if not calls:
        yield Problem("plan", "asks for nothing: no part of it names what to look at")
    if len(calls) > _MOST_CALLS:
        yield Problem("steps", f"{len(calls)} tool calls, at most {_MOST_CALLS} are allowed")
    turns = {loop.loop_id: loop.max_iterations for loop in plan.loops}
    most = [
        turns.get(call.loop_id or "", 1) * (call.max_fan_out if call.fans_out else 1)
        for call in calls
    ]
    if whole_sum(most) > _MOST_MADE:
        message = f"{whole_sum(most)} calls in all repetitions, at most {_MOST_MADE} are allowed"
        yield Problem("loops", message)


def _cycle(field: str, what: str, waits: dict[str, list[str]]) -> Iterator[Problem]:
    if not any(waits.values()):
        return
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        cycle = " -> ".join(error.args[1])
        yield Problem(field, f"the {what} wait for each other in a cycle: {cycle}")


def _loop(path: str, loop: PlanLoop, calls: Sequence[PlannedCall]) -> Iterator[Problem]:
    own = [call.call_id for call in calls if call.loop_id == loop.loop_id]
    if not own:
        yield Problem(f"{path}.steps", "make no call")
    if loop.break_condition is not None:
        try:
            parse_reference(loop.break_condition.field, known=[*own, loop.loop_id])
        except MappingError as error:
            yield Problem(f"{path}.break_condition.field", str(error))


def _readings(plan: Plan, call: PlannedCall, known: Collection[str]) -> Iterator[Problem]:
    read = [parse_mapping(text, known=known) for text in call.output_mapping.values()]
    references = [each for each in read if isinstance(each, DataReference)]
    lists = {(each.call_id, each.each_of) for each in references if each.each_of is not None}
    if len(lists) > 1:
        message = "[each] goes over one list in a call, not over several"
        yield Problem(f"{call.call_id}.output_mapping", message)
    fed_by = {each.call_id for each in references}
    ordered = [name for name in call.depends_on if name not in fed_by]
    if ordered and plan.execution_strategy is ExecutionStrategy.PARALLEL:
        told = f"waits for {', '.join(ordered)} without data of it, {_NO_ORDER}"
        yield Problem(f"{call.call_id}.depends_on", told)


def parts_beside_steps(plan: Plan) -> Iterator[Problem]:
    """Yield the parts that a plan of several steps has beside them, where nothing reads them."""
    if steps_of(plan):
        for name in (*PARTS, "auto", "view", "mode"):
            default = Plan.model_fields[name].get_default(call_default_factory=True)
            if getattr(plan, name) not in (default, None):
                yield Problem(name, "a plan of several steps has its parts in them")


def repeated_dependencies(plan: Plan) -> Iterator[Problem]:
    """Yield the dependencies of a call that has one already: all it says stands in one."""
    first = dict[str, int]()
    for at, each in enumerate(plan.tool_dependencies):
        if first.setdefault(each.tool_id, at) != at:
            message = f"{each.tool_id!r} is also in tool_dependencies.{first[each.tool_id]}"
            yield Problem(f"tool_dependencies.{at}.tool_id", f"{message}; write them as one")


TOLD_CHECKS = (parts_beside_steps, repeated_dependencies)
"""Further ones, which runs of the first edition do not have."""
