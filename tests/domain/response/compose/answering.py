"""Plans answered by the real tools over the small estate: what a run composes, without a run."""

import asyncio
from collections.abc import Mapping
from typing import TypeVar

from pydantic import JsonValue

from domain.plan.calls import planned_calls
from domain.plan.mapping import MappingError, parse_mapping, resolve_mapping
from domain.plan.plan import Plan
from domain.plan.planned_call import PlannedCall
from domain.response.blocks import Block, TableBlock
from domain.response.compose.call_result import CallResult
from domain.response.compose.composition import Composition, compose
from domain.stages.call_facts import newest_of
from domain.tools.contracts import ToolContext, ToolResult
from domain.tools.invoker import ToolInvoker
from tests.estate_fixture import NOW, TENANT

B = TypeVar("B", bound=Block)

CONTEXT = ToolContext(tenant_id=TENANT, now=NOW)


def answered(invoker: ToolInvoker, **plan: object) -> Composition:
    """Return the composition of a plan, whose calls are made one after the other."""
    parsed = Plan.model_validate(plan)
    return compose(parsed, results(invoker, parsed), now=NOW)


def results(invoker: ToolInvoker, plan: Plan) -> list[CallResult]:
    """Return what came of the calls of the plan; dependents of a failure are skipped."""
    calls = planned_calls(plan)
    done: dict[str, CallResult] = {}
    waiting = list(calls)
    while waiting:
        ready = next(call for call in waiting if all(each in done for each in call.depends_on))
        waiting.remove(ready)
        done[ready.call_id] = _result(invoker, ready, done)
    return [done[call.call_id] for call in calls]


def only(composition: Composition, kind: type[B]) -> B:
    """Return the one block of the kind."""
    (block,) = [block for block in composition.blocks if isinstance(block, kind)]
    return block


def labels(composition: Composition) -> list[str]:
    """Return the labels of the next actions."""
    return [action.label for action in composition.next_actions]


def patches(composition: Composition) -> dict[str, JsonValue]:
    """Return the patches of the next actions by label."""
    return {
        action.label: action.payload["patch"]
        for action in composition.next_actions
        if "patch" in action.payload
    }


def _result(invoker: ToolInvoker, call: PlannedCall, done: Mapping[str, CallResult]) -> CallResult:
    failed = [each for each in call.depends_on if done[each].status != "succeeded"]
    if failed:
        return _skipped(call, f"{failed[0]} did not succeed")
    data = {call_id: result.data for call_id, result in done.items()}
    try:
        filled = {
            name: resolve_mapping(parse_mapping(text, known=list(data)), data)
            for name, text in call.output_mapping.items()
        }
    except MappingError as error:
        return _skipped(call, str(error))
    params = {**call.params, **filled}
    answer = asyncio.run(
        invoker.invoke(call.tool, CONTEXT, {**params, "operation": call.operation})
    )
    return _of(call, params, answer)


def _of(call: PlannedCall, params: Mapping[str, JsonValue], answer: ToolResult) -> CallResult:
    return CallResult(
        call_id=call.call_id,
        tool=call.tool,
        operation=call.operation,
        params=params,
        status="succeeded" if answer.success else "failed",
        data=answer.data,
        references=answer.references,
        warnings=answer.warnings,
        error=answer.error,
        error_code=answer.error_code,
        details=answer.error_details or {},
        newest=newest_of(answer),
        is_answer=call.is_answer,
    )


def _skipped(call: PlannedCall, reason: str) -> CallResult:
    return CallResult(
        call_id=call.call_id,
        tool=call.tool,
        operation=call.operation,
        params=call.params,
        status="skipped",
        error=reason,
    )


def table(composition: Composition, title: str) -> TableBlock:
    """Return the table of the title."""
    (block,) = [block for block in composition.blocks if block.title == title]
    assert isinstance(block, TableBlock)
    return block
