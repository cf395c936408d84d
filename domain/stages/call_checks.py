"""Checks of the tool calls of a plan, before anything runs.

They look at tools, parameters, time ranges and data flow.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from graphlib import CycleError, TopologicalSorter

from pydantic import ValidationError

from domain.json import JsonMap
from domain.plan.calls import planned_calls
from domain.plan.mapping import MappingError
from domain.plan.patch import patched_calls
from domain.plan.plan import Plan
from domain.plan.planned_call import PlannedCall
from domain.plan.time_range import WrongTimeRange, parse_time_range
from domain.stages.problem import Problem
from domain.tools.catalogue import KnownTool, KnownTools
from domain.tools.invalid_params import problems_of

_MAX_CALLS = 100


def call_problems(
    plan: Plan, *, tools: KnownTools, now: datetime, params: Mapping[str, JsonMap]
) -> list[Problem]:
    """Return what is wrong with the plan's calls, in plan order; empty when they can be made.

    `params` are patched parameters by call id.
    """
    try:
        calls = patched_calls(planned_calls(plan), params)
    except MappingError as error:
        return [Problem("tool_dependencies", str(error))]
    return [
        *_count_problems(calls),
        *_dependency_problems(plan, calls),
        *_unknown_calls(params, calls),
        *(problem for call in calls for problem in _problems(call, tools, now)),
    ]


def _unknown_calls(params: Mapping[str, JsonMap], calls: list[PlannedCall]) -> Iterator[Problem]:
    known = [call.call_id for call in calls]
    for call_id in params:
        if call_id not in known:
            yield Problem(
                f"params.{call_id}", f"no call of the plan; calls: {', '.join(sorted(known))}"
            )


def _count_problems(calls: list[PlannedCall]) -> Iterator[Problem]:
    if not calls:
        yield Problem("plan", "asks for nothing: no part of it names what to look at")
    if len(calls) > _MAX_CALLS:
        yield Problem("steps", f"{len(calls)} tool calls, at most {_MAX_CALLS} are allowed")


def _dependency_problems(plan: Plan, calls: list[PlannedCall]) -> Iterator[Problem]:
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
