"""Checks of a plan, before anything runs.

What opstrail cannot do is refused by name, steps fit the budget, and every tool call is one that
can be made: its tool, its parameters, its time range, its data flow.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from domain.estate.view_policy import View
from domain.json import JsonMap
from domain.plan.flow import places_of, steps_of
from domain.plan.intent import Intent, PlanMode
from domain.plan.mapping import is_list
from domain.plan.plan import OwnCall, Plan, PlanStep
from domain.plan.planned_call import PlannedCall
from domain.plan.time_range import WrongTimeRange, parse_time_range
from domain.redaction.marks import RemovedValue, require_complete
from domain.stages.faults import Problem
from domain.stages.flow_checks import FLOW_CHECKS, flow_problems, known_names
from domain.stages.plan_words import date_problems, parts_of
from domain.tools.as_recorded import ToolsAsRecorded
from domain.tools.capabilities import MODE_CAPABILITIES
from domain.tools.capability_registry import CapabilityRegistry
from domain.tools.catalogue import kinds_of
from domain.tools.invalid_params import problems_in

_ONE = {str, int, float, bool}


def _recipe(plan: Plan) -> Iterator[Problem]:
    if PlanMode.AUTO in {plan.mode, *(step.mode for step in steps_of(plan))}:
        from domain.stages.recipe_checks import recipe_problems  # noqa: PLC0415 - few plans are recipes

        yield from recipe_problems(plan)


def _mode_hint(plan: Plan) -> Iterator[Problem]:
    if plan.mode_hint is not None and plan.mode_hint not in MODE_CAPABILITIES:
        allowed = ", ".join(MODE_CAPABILITIES)
        yield Problem("mode_hint", f"{plan.mode_hint!r} is no mode; allowed: {allowed}")


def _document(plan: Plan) -> Iterator[Problem]:
    if not any(parts.document for parts in (plan, *steps_of(plan))):
        return
    for path, parts in parts_of(plan):
        kind = parts.document.search_type if parts.document else "text"
        if kind != "text":
            message = f"{kind} needs embeddings, which the estate does not have; allowed: text"
            yield Problem(f"{path}document.search_type", message)


def _model_between(plan: Plan) -> Iterator[Problem]:
    if plan.enable_intermediate_llm:
        message = "deciding by a model between calls is not supported yet; remove it"
        yield Problem("enable_intermediate_llm", message)


def _graph_ends(plan: Plan) -> Iterator[Problem]:
    steps: Sequence[Plan | PlanStep] = steps_of(plan)
    if not any(map(_is_path, steps or [plan])):
        return
    mapped = {(d.tool_id, name) for d in plan.tool_dependencies for name in d.output_mapping}
    for path, parts in parts_of(plan):
        prefix = f"{parts.step_id}:" if isinstance(parts, PlanStep) else ""
        ends = {"primary": "source_id", "secondary": "target_id"} if _is_path(parts) else {}
        for end, param in ends.items():
            spec = getattr(parts, end)
            if not (spec.keywords or spec.filters) and (f"{prefix}graph", param) not in mapped:
                message = f"a path needs the {end} item, none is given"
                yield Problem(f"{path}{end}.keywords", message)


def _is_path(parts: Plan | PlanStep) -> bool:
    if parts.mode is PlanMode.AUTO:
        return False
    return parts.intent is Intent.PATH or View.PATH in {parts.graph.view, parts.view}


PLAN_CHECKS: tuple[Callable[[Plan], Iterable[Problem]], ...] = (
    _recipe,
    _mode_hint,
    _document,
    _model_between,
    *FLOW_CHECKS,
    _graph_ends,
)
"""Every check, in the order in which problems are listed."""


def call_problems(
    plan: Plan,
    calls: Sequence[PlannedCall],
    *,
    registry: CapabilityRegistry | None,
    now: datetime,
    params: Mapping[str, JsonMap],
) -> list[Problem]:
    """Return what is wrong with the plan's calls, in plan order; empty when they can be made.

    `params` are the parameters that were patched in them, by call id. Without a registry it is not
    looked at what they take.
    """
    known = known_names(plan, calls)
    found = [
        *_dependency_problems(plan, calls),
        *flow_problems(plan, calls, known),
        *_unknown_calls(params, calls),
    ]
    of_calls = (_problems(call, plan, registry, now, known) for call in calls)
    new = (problem for each in of_calls for problem in each if problem not in found)
    return [*found, *new]


def idle_problems(plan: Plan, calls: Sequence[PlannedCall]) -> Iterator[Problem]:
    """Yield what the plan says of its calls, but has no effect on any."""
    made = {call.step_id for call in calls}
    for place in places_of(plan):
        if place.step.condition and place.step.step_id not in made:
            yield Problem(f"{place.path}.condition", "the step makes no call")
    for call in calls:
        if call.max_fan_out != OwnCall.model_fields["max_fan_out"].default and not call.fans_out:
            message = "is for the values of [each], which no parameter of the call has"
            yield Problem(f"{call.call_id}.max_fan_out", message)
        for name in call.params.keys() & call.output_mapping.keys() if call.is_own else ():
            message = "is given in params and in output_mapping; remove one"
            yield Problem(f"{call.call_id}.{name}", message)


def _unknown_calls(
    params: Mapping[str, JsonMap], calls: Sequence[PlannedCall]
) -> Iterator[Problem]:
    known = sorted(call.call_id for call in calls)
    for call_id in params:
        if call_id not in known:
            yield Problem(f"params.{call_id}", f"no call of the plan; calls: {', '.join(known)}")


def _dependency_problems(plan: Plan, calls: Sequence[PlannedCall]) -> Iterator[Problem]:
    known = {call.call_id for call in calls}
    named = [
        (f"tool_dependencies.{at}", {each.tool_id, *each.depends_on})
        for at, each in enumerate(plan.tool_dependencies)
    ]
    told = {name for _, names in named for name in names} | {loop.loop_id for loop in plan.loops}
    named += [(f"{each.call_id}.depends_on", {*each.depends_on} - told) for each in calls]
    for field, names in named:
        for name in sorted(names - known):
            message = f"{name!r} is no call of the plan; calls: {', '.join(sorted(known))}"
            yield Problem(field, message)


def _problems(
    call: PlannedCall,
    plan: Plan,
    registry: CapabilityRegistry | None,
    now: datetime,
    known: Collection[str],
) -> Iterator[Problem]:
    if registry is not None:
        if isinstance(registry.tools, ToolsAsRecorded):
            told = registry.tools.problems_of(call.tool, call.call_id)
            if told is not None:
                yield from (Problem(*each) for each in told)
                return
        if (why := registry.why_not(call.tool, call.operation)) is not None:
            yield Problem(call.call_id, why)
            return
        yield from _param_problems(call, registry, known)
    try:
        require_complete(call.call_id, call.params)
    except RemovedValue as error:
        yield Problem(f"{call.call_id}.{error.where}", str(error))
    yield from _time_problems(call, plan, now)


def _param_problems(
    call: PlannedCall, registry: CapabilityRegistry, known: Collection[str]
) -> Iterator[Problem]:
    model = registry.operation(call.tool, call.operation).params
    for name, text in call.output_mapping.items():
        if name not in model.model_fields:
            allowed = ", ".join(sorted(model.model_fields))
            message = f"{call.tool}.{call.operation} takes no {name!r}; parameters: {allowed}"
            yield Problem(call.call_id, message)
        elif is_list(text, known=known) and kinds_of(model.model_fields[name].annotation) <= _ONE:
            message = f"{name!r} takes one value, {text!r} is a list; for a call per value: [each]"
            yield Problem(f"{call.call_id}.{name}", message)
    given = {name: value for name, value in call.params.items() if name not in call.output_mapping}
    for field, kind, message in problems_in(model, given):
        if kind != "missing" or field not in call.output_mapping:
            yield Problem(f"{call.call_id}.{field}", message)


def _time_problems(call: PlannedCall, plan: Plan, now: datetime) -> Iterator[Problem]:
    time_range = call.params.get("time_range")
    if not isinstance(time_range, str):
        return
    try:
        parse_time_range(time_range, now=now)
    except WrongTimeRange as error:
        written = [] if call.is_own else [*date_problems(call, plan, now)]
        yield from written or [Problem(f"{call.call_id}.time_range", str(error))]
