"""The tool calls that a plan stands for, and the data that flows between them."""

from collections.abc import Collection, Iterator, Sequence
from itertools import compress

from msgspec import structs

from domain.estate.view_policy import View
from domain.plan.data_flow import DataFlow, Parts, looks_by_filters
from domain.plan.flow import places_of, steps_of, ways_of
from domain.plan.intent import Intent, PlanMode
from domain.plan.mapping import call_named_in
from domain.plan.plan import OwnCall, Plan, PlanStep, ToolDependency
from domain.plan.planned_call import BUILDERS, PlannedCall
from domain.plan.wiring import Order, steered, wired


def planned_calls(plan: Plan) -> list[PlannedCall]:
    """Return the calls in plan order; those of a loop once, as in one repetition.

    Explicit dependencies of the plan are merged into the inferred ones and win parameter by
    parameter. Raises `MappingError` for an expression that is wrong or names an unknown call.
    """
    explicit = {dependency.tool_id: dependency for dependency in plan.tool_dependencies}
    places = places_of(plan)
    named = depended_on(plan)
    calls = _own_calls(plan, "") if places else list(_calls(plan, "", named))
    for place in places:
        step_id = place.step.step_id
        calls += [
            structs.replace(
                call, step_id=step_id, loop_id=place.loop_id, step_conditions=place.conditions
            )
            for call in _calls(place.step, f"{step_id}:", named)
        ]
    order = Order(calls, loops=[loop.loop_id for loop in plan.loops])
    wires = [wired(call, explicit.get(call.call_id), order) for call in calls]
    ways = ways_of(plan)
    return [steered(call, wires, ways) for call in wires] if ways else wires


class PlannedOnce:
    """Does what `planned_calls` does, and remembers it for the plan that was asked for last."""

    def __init__(self) -> None:
        self._plan: Plan | None = None
        self._calls: list[PlannedCall] = []

    def __call__(self, plan: Plan) -> list[PlannedCall]:
        """See `planned_calls`. It is the same list each time, for the same plan."""
        if self._plan is not plan:
            self._plan, self._calls = plan, planned_calls(plan)
        return self._calls


def _calls(parts: Parts, prefix: str, named: Collection[str]) -> Iterator[PlannedCall]:
    if parts.mode is PlanMode.AUTO:
        from domain.plan.recipe import recipe_calls  # noqa: PLC0415 - few plans are recipes

        yield from recipe_calls(parts, prefix)
        yield from _own_calls(parts, prefix)
        return
    chosen = chosen_parts(parts, prefix, named)
    flow = DataFlow(prefix, frozenset(chosen))
    for name in chosen:
        call = BUILDERS[name](parts, flow)
        # Finding the item whose metric or surroundings are asked for answers nothing by itself.
        only_finds = call.operation == "resolve" and parts.intent is not Intent.LOOKUP
        if only_finds and len(chosen) + len(parts.calls) > 1:
            call = structs.replace(call, is_answer=False)
        yield call
    yield from _own_calls(parts, prefix)


def _own_calls(parts: Parts, prefix: str) -> list[PlannedCall]:
    return [
        PlannedCall(
            f"{prefix}{own.call_id}",
            own.tool,
            own.operation,
            own.params,
            depends_on=tuple(own.depends_on),
            output_mapping=own.output_mapping,
            conditions=(own.condition,) if own.condition else (),
            max_fan_out=own.max_fan_out,
            is_own=True,
        )
        for own in parts.calls
    ]


def depended_on(plan: Plan) -> set[str]:
    """Return the calls that have a dependency, and those that find items which others read."""
    steps = steps_of(plan)
    found = {f"{step.step_id}:primary" for step in steps if looks_by_filters(step)}
    if not steps and looks_by_filters(plan):
        found = {"primary"}
    if found:
        found &= {call_named_in(text) for text in _readings(plan, steps)}
    return found | {dependency.tool_id for dependency in plan.tool_dependencies}


def _readings(plan: Plan, steps: Sequence[PlanStep]) -> Iterator[str]:
    own = [call for parts in (plan, *steps) for call in parts.calls]
    calls: list[ToolDependency | OwnCall] = [*plan.tool_dependencies, *own]
    for call in calls:
        yield from (*call.depends_on, *call.output_mapping.values())
    conditions = [each.condition for each in (*calls, *steps, *plan.branches)]
    conditions += [loop.break_condition for loop in plan.loops]
    yield from (condition.field for condition in conditions if condition)


def chosen_parts(parts: Parts, prefix: str, named: Collection[str]) -> list[str]:
    """Return the parts that stand for a call: those that ask for something, or are depended on.

    `named` is what `depended_on` says of the plan.
    """
    if parts.mode is PlanMode.AUTO:
        return ["primary", "graph", *(["history"] if parts.history.enabled else [])]
    wanted = _wanted(parts)
    if not named:
        return [*compress(PARTS, wanted)]
    return [
        name
        for name, is_wanted in zip(PARTS, wanted, strict=True)
        if is_wanted or f"{prefix}{name}" in named
    ]


def _is_primary_wanted(parts: Parts) -> bool:
    spec = parts.primary
    if not (spec.keywords or spec.filters) or parts.list.enabled:  # which filters by itself
        return False
    return not looks_by_filters(parts) or _is_about_items(parts)


def _is_about_items(parts: Parts) -> bool:
    """Return whether a part looks at items that must be found first: it takes no filters."""
    is_dated = parts.aggregate.scope not in {"ci", "metric", "document", "audit_log"}
    return (
        _is_graph_wanted(parts)
        or parts.cep is not None
        or (parts.history.enabled and parts.history.scope != "all")
        or (is_dated and _is_aggregate_wanted(parts))
    )


def _is_aggregate_wanted(parts: Parts) -> bool:
    spec = parts.aggregate
    is_of_others = spec.scope not in {"ci", "metric"}
    return bool(spec.group_by or spec.metrics or spec.filters or is_of_others)


_GRAPH_INTENTS = {Intent.EXPAND, Intent.PATH}
_VIEWS_WITHOUT_WALK = {None, View.SUMMARY}
PARTS = tuple(BUILDERS)
"""The parts of a plan that stand for calls."""


def _is_graph_wanted(parts: Parts) -> bool:
    is_seen = parts.graph.view is not None or parts.view not in _VIEWS_WITHOUT_WALK
    return is_seen or parts.intent in _GRAPH_INTENTS


def _wanted(parts: Parts) -> tuple[bool, ...]:
    """Return of each part whether it asks for something, in the order of `PARTS`."""
    second, metric = parts.secondary, parts.metric
    is_ranking = metric is not None and parts.aggregate.scope == "metric"
    return (
        _is_primary_wanted(parts),
        bool(second.keywords or second.filters),
        parts.list.enabled,
        is_ranking or _is_aggregate_wanted(parts),
        _is_graph_wanted(parts),
        metric is not None and not is_ranking,
        parts.history.enabled,
        parts.document is not None,
        parts.cep is not None,
    )
