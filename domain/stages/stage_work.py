"""The work of each stage: what is done with what an orchestration was given.

What functions of a caller return is read as far as it can be meant; else it is refused by name.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cache
from inspect import isawaitable
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.json import JsonMap, as_map, as_text
from domain.plan.intent import PlanOutputKind
from domain.plan.patch import WrongPatch, patched_plan
from domain.plan.plan import Plan, PlanOutput
from domain.response.blocks import TextBlock, typed_blocks
from domain.response.builder import ResponseBuilder, plain_response
from domain.response.compose.call_result import CallResult
from domain.response.compose.composition import Composition, compose
from domain.response.edition import SECOND
from domain.response.next_actions import NextAction
from domain.stages.faults import StageFault
from domain.stages.outcome import executed_result, overall_status
from domain.stages.router import ExecutionRouter
from domain.stages.sources import Sources
from domain.stages.stage import named_item, validation_result
from domain.stages.stage_records import (
    ExecutionFn,
    PlanSource,
    PresentFn,
    StageListener,
    ValidateFn,
)
from domain.stages.validation import validate_plan
from domain.values.arguments import (
    WrongArgument,
    listed,
    mapped,
    parsed,
    require,
    require_function,
)

_READY: Final = {PlanOutputKind.DIRECT: "Direct answer", PlanOutputKind.PLAN: "CI insight ready"}
"""The answer where what is presented has none."""


class DumpedOnce:
    """Dumps plan outputs as they are stored, the last one once: that is dear."""

    def __init__(self) -> None:
        self._last: tuple[PlanOutput, JsonMap] | None = None

    def __call__(self, plan_output: PlanOutput | None) -> JsonMap:
        """Return the plan output as plain JSON; it is the same object each time."""
        if not isinstance(plan_output, PlanOutput):
            raise WrongArgument(plan_output, name="plan_output", allowed="a PlanOutput")
        if self._last is None or self._last[0] is not plan_output:
            self._last = plan_output, plan_output.model_dump(mode="json", exclude_unset=True)
        return self._last[1]


async def routed(
    source: PlanOutput | PlanSource,
    router: ExecutionRouter,
    listener: StageListener,
    dump: DumpedOnce,
    planned: list[PlanOutput],
) -> JsonMap:
    """Return the result of route_plan; the plan that the source gives is added to `planned`."""
    given: Any = source() if callable(source) else source
    given = await given if isawaitable(given) else given
    require("the plan", given, PlanOutput, "a PlanOutput")
    planned.append(given)
    listener.plan_produced(dump(given))
    route = router.determine_route(given)
    analysis = router.analyze_plan_structure(given)
    seen = router.get_routing_context(
        None, named_item(given), analysis["graph_focus"], analysis["metric_focus"]
    )
    config = router.get_route_config(route)
    listener.route_chosen(route, config=config, analysis=analysis, seen=seen)
    return {"kind": given.kind.value, "route": route, "plan_output": dump(given)}


async def validated(
    validate_fn: ValidateFn, listener: StageListener, dump: DumpedOnce, planned: list[PlanOutput]
) -> JsonMap:
    """Return the result of validate; the plan that may be executed is added to `planned`."""
    given = planned[-1]
    found = validate_fn(given.plan or Plan())
    if found.plan is not given.plan:
        planned.append(given.model_copy(update={"plan": found.plan}))
    listener.plan_validated(as_map(dump(planned[-1])["plan"]), found.decisions)
    return validation_result(found)


async def executed_by(execution_fn: ExecutionFn, plan_output: PlanOutput) -> JsonMap:
    """Return the result of execute: an object; a list is its `results`, nothing an empty one.

    Where it does not tell its `calls`, what its results tell is added. Raises `StageFault` where
    none answered, `WrongArgument` for anything else.
    """
    returned = await _returned("execution_fn", execution_fn, plan_output)
    if isinstance(returned, list | tuple):
        returned = {"results": [*returned]}
    executed = mapped("what the execution function returns", returned)
    if "results" not in executed or "calls" in executed:
        return executed
    calls = results_of(executed)
    return {**executed_result(calls, overall_status(calls)), **executed}


async def presented_by(present_fn: PresentFn, plan_output: PlanOutput, *shown: JsonMap) -> JsonMap:
    """Return the result of present, with blocks and summary; a list is its `blocks`.

    Raises `WrongArgument` for what is neither object nor list, and for what is no block.
    """
    returned = await _returned("present_fn", present_fn, plan_output, *shown)
    if isinstance(returned, list | tuple):
        returned = {"blocks": [*returned]}
    presented = mapped("what the present function returns", returned)
    blocks = [_block(each) for each in listed("blocks", presented.get("blocks"))]
    typed_blocks(blocks)
    summary = presented.get("summary")
    return {
        **presented,
        "blocks": blocks,
        "summary": as_text(_READY[plan_output.kind] if summary is None else summary),
    }


async def _returned(
    name: str, function: Callable[..., Awaitable[object]], *given: object
) -> object:
    require_function(name, function)
    returned: object = function(*given)
    return await returned if isawaitable(returned) else returned


def _block(block: object) -> JsonMap:
    return mapped("a block", block.model_dump() if isinstance(block, BaseModel) else block)


async def composed_results(
    builder: ResponseBuilder, plan_output: PlanOutput, executed: JsonMap
) -> JsonMap:
    """Return the result of compose, of the `results` of execute. Raises like `results_of`."""
    calls = results_of(executed)
    return combined(builder, compose(plan_output.plan or Plan(), calls), calls, executed)


def combined(
    builder: ResponseBuilder,
    composition: Composition,
    calls: Sequence[CallResult],
    executed: JsonMap,
) -> JsonMap:
    """Return one response of the composition and of the calls that failed, which tell errors."""
    whole = builder.build_success_response(
        composition.blocks,
        composition.answer,
        builder.aggregate_references([composition]),
        composition.next_actions,
        builder.format_metadata(tool_calls=len(calls), blocks_count=len(composition.blocks)),
    )
    failed = [
        builder.build_error_response(call.error or "", call.error_code, call.details)
        for call in calls
        if call.status == "failed"
    ]
    return {
        "status": executed.get("status", overall_status(calls).value),
        **plain_response(builder.combine_responses([whole, *failed])),
        "confidence": composition.quality.confidence,
        "confidence_reasons": [*composition.quality.reasons],
        "execution_result": executed,
    }


def direct_result(builder: ResponseBuilder, plan_output: PlanOutput) -> JsonMap:
    """Return what is presented of a plan that is an answer already."""
    payload = plan_output.direct_answer
    answer, references = (payload.answer, payload.references) if payload else ("", [])
    shown = builder.build_success_response([TextBlock(text=answer)], answer, references)
    return {**plain_response(shown), "confidence": payload.confidence if payload else 1.0}


def that_apply(
    actions: Iterable[NextAction],
    asked: PlanOutput,
    sources: Sources,
    carried_out: Plan,
    edition: int,
) -> list[NextAction]:
    """Return the actions but those whose change of the plan that was asked would be refused.

    It is for plans that were handed in or patched, or name assets: of others, all of them apply.

    Since the third edition also without those whose change would be limited, or would be none of
    what was carried out.
    """
    found = list[NextAction]()
    for action in actions:
        patch, plan = action.payload.get("patch"), carried_out
        if patch is None or _applies(as_map(patch), asked, sources, plan=plan, edition=edition):
            found.append(action)
    return found


def _applies(
    patch: JsonMap, asked: PlanOutput, sources: Sources, *, plan: Plan, edition: int
) -> bool:
    try:
        changed = patched_plan(asked, patch).plan or Plan()
        made = validate_plan(
            changed,
            assets=sources.past.assets,
            tools=sources.tools,
            now=sources.now,
            edition=edition,
        )
    except (WrongPatch, ValidationError, StageFault):
        return False
    is_limited = any(decision.field in patch for decision in made.decisions)
    return edition <= SECOND or not (is_limited or made.plan == plan)


def results_of(executed: JsonMap) -> list[CallResult]:
    """Return the `results` of execute, with the fields of `CallResult`.

    Raises `WrongArgument` for what is none.
    """
    return parsed("results", executed.get("results", []), _results().validate_python)


@cache
def _results() -> TypeAdapter[list[CallResult]]:
    return TypeAdapter(list[CallResult])
