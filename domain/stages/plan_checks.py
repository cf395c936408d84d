"""Checks of a plan, before anything runs.

What opstrail cannot do is refused by name, steps fit the budget, and every tool call is one that
can be made: its tool, its parameters, its time range, its data flow.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import CycleError, TopologicalSorter

from pydantic import ValidationError

from domain.estate.view_policy import View
from domain.json import JsonMap
from domain.plan.calls import PARTS
from domain.plan.intent import Intent, PlanMode
from domain.plan.plan import Plan, PlanStep
from domain.plan.planned_call import PlannedCall
from domain.plan.time_range import WrongTimeRange, parse_time_range
from domain.redaction.marks import RemovedValue, require_complete
from domain.tools.capabilities import MODE_CAPABILITIES
from domain.tools.catalogue import KnownTool, KnownTools
from domain.tools.invalid_params import problems_of

_UNSUPPORTED = "not supported yet; remove it"
_MAX_CALLS = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a plan.

    `field` is a dotted path into the plan; `message` says what is wrong with which value, and what
    is allowed.
    """

    field: str
    message: str

    def __str__(self) -> str:
        """Return path and message in one line."""
        return f"{self.field}: {self.message}"


def _recipe(plan: Plan) -> Iterator[Problem]:
    for path, parts in _parts(plan):
        if parts.mode is PlanMode.AUTO:
            yield Problem(f"{path}mode", "the auto recipe is not supported yet; allowed: ci, all")


def _mode_hint(plan: Plan) -> Iterator[Problem]:
    if plan.mode_hint is not None and plan.mode_hint not in MODE_CAPABILITIES:
        allowed = ", ".join(MODE_CAPABILITIES)
        yield Problem("mode_hint", f"{plan.mode_hint!r} is no mode; allowed: {allowed}")


def _document(plan: Plan) -> Iterator[Problem]:
    for path, parts in _parts(plan):
        kind = parts.document.search_type if parts.document else "text"
        if kind != "text":
            message = f"{kind} needs embeddings, which the estate does not have; allowed: text"
            yield Problem(f"{path}document.search_type", message)


def _control_flow(plan: Plan) -> Iterator[Problem]:
    if plan.branches:
        yield Problem("branches", f"branches are {_UNSUPPORTED}")
    if plan.loops:
        yield Problem("loops", f"loops are {_UNSUPPORTED}")
    if plan.enable_intermediate_llm:
        message = f"deciding by a model between calls is {_UNSUPPORTED}"
        yield Problem("enable_intermediate_llm", message)
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


def parts_beside_steps(plan: Plan) -> Iterator[Problem]:
    """Yield the parts that a plan of several steps has beside them, where nothing reads them."""
    if plan.steps:
        for name in (*PARTS, "auto", "view"):
            default = Plan.model_fields[name].get_default(call_default_factory=True)
            if getattr(plan, name) not in (default, None):
                yield Problem(name, "a plan of several steps has its parts in them")


def _graph_ends(plan: Plan) -> Iterator[Problem]:
    mapped = {(d.tool_id, name) for d in plan.tool_dependencies for name in d.output_mapping}
    for path, parts in _parts(plan):
        prefix = f"{parts.step_id}:" if isinstance(parts, PlanStep) else ""
        ends = {"primary": "source_id", "secondary": "target_id"} if _is_path(parts) else {}
        for end, param in ends.items():
            spec = getattr(parts, end)
            if not (spec.keywords or spec.filters) and (f"{prefix}graph", param) not in mapped:
                message = f"a path needs the {end} item, none is given"
                yield Problem(f"{path}{end}.keywords", message)


def _is_path(parts: Plan | PlanStep) -> bool:
    return parts.intent is Intent.PATH or View.PATH in {parts.graph.view, parts.view}


def _parts(plan: Plan) -> Iterable[tuple[str, Plan | PlanStep]]:
    if not plan.steps:
        return [("", plan)]
    return [(f"steps.{index}.", step) for index, step in enumerate(plan.steps)]


PLAN_CHECKS: tuple[Callable[[Plan], Iterable[Problem]], ...] = (
    _recipe,
    _mode_hint,
    _document,
    _control_flow,
    _step_control_flow,
    _steps,
    _graph_ends,
)
"""Every check, in the order in which problems are listed."""


def call_problems(
    plan: Plan,
    calls: Sequence[PlannedCall],
    *,
    tools: KnownTools,
    now: datetime,
    params: Mapping[str, JsonMap],
) -> list[Problem]:
    """Return what is wrong with the plan's calls, in plan order; empty when they can be made.

    `params` are the parameters that were patched in them, by call id.
    """
    return [
        *_count_problems(calls),
        *_dependency_problems(plan, calls),
        *_unknown_calls(params, calls),
        *(problem for call in calls for problem in _problems(call, tools, now)),
    ]


def _unknown_calls(
    params: Mapping[str, JsonMap], calls: Sequence[PlannedCall]
) -> Iterator[Problem]:
    known = sorted(call.call_id for call in calls)
    for call_id in params:
        if call_id not in known:
            yield Problem(f"params.{call_id}", f"no call of the plan; calls: {', '.join(known)}")


def _count_problems(calls: Sequence[PlannedCall]) -> Iterator[Problem]:
    if not calls:
        yield Problem("plan", "asks for nothing: no part of it names what to look at")
    if len(calls) > _MAX_CALLS:
        yield Problem("steps", f"{len(calls)} tool calls, at most {_MAX_CALLS} are allowed")


def _dependency_problems(plan: Plan, calls: Sequence[PlannedCall]) -> Iterator[Problem]:
    known = {call.call_id for call in calls}
    for index, dependency in enumerate(plan.tool_dependencies):
        for name in (dependency.tool_id, *dependency.depends_on):
            if name not in known:
                allowed = ", ".join(sorted(known))
                message = f"{name!r} is no call of the plan; calls: {allowed}"
                yield Problem(f"tool_dependencies.{index}", message)
    waits = {
        call.call_id: [name for name in call.depends_on if name in known]
        for call in calls
        if call.depends_on
    }
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        cycle = " -> ".join(error.args[1])
        yield Problem("tool_dependencies", f"the calls wait for each other in a cycle: {cycle}")


def _problems(call: PlannedCall, tools: KnownTools, now: datetime) -> Iterator[Problem]:
    if not tools.is_registered(call.tool):
        allowed = ", ".join(sorted(tools.get_available_tools()))
        yield Problem(call.call_id, f"there is no tool {call.tool!r}; tools: {allowed}")
        return
    tool = tools.get_tool(call.tool)
    if call.operation not in tool.operations:
        allowed = ", ".join(sorted(tool.operations))
        message = f"tool {call.tool} has no operation {call.operation!r}; operations: {allowed}"
        yield Problem(call.call_id, message)
        return
    yield from _param_problems(call, tool)
    try:
        require_complete(call.call_id, call.params)
    except RemovedValue as error:
        yield Problem(f"{call.call_id}.{error.where}", str(error))
    yield from _time_problems(call, now)


def _param_problems(call: PlannedCall, tool: KnownTool) -> Iterator[Problem]:
    model = tool.operations[call.operation].params
    for name in call.output_mapping:
        if name not in model.model_fields:
            allowed = ", ".join(sorted(model.model_fields))
            message = f"{call.tool}.{call.operation} takes no {name!r}; parameters: {allowed}"
            yield Problem(call.call_id, message)
    given = {name: value for name, value in call.params.items() if name not in call.output_mapping}
    try:
        model.model_validate(given)
    except ValidationError as error:
        for field, kind, message in problems_of(error):
            if kind != "missing" or field not in call.output_mapping:
                yield Problem(f"{call.call_id}.{field}", message)


def _time_problems(call: PlannedCall, now: datetime) -> Iterator[Problem]:
    time_range = call.params.get("time_range")
    if not isinstance(time_range, str):
        return
    try:
        parse_time_range(time_range, now=now)
    except WrongTimeRange as error:
        yield Problem(f"{call.call_id}.time_range", str(error))
