"""The compose stage: one response of the results of all calls."""

from collections.abc import Sequence
from functools import cache

from pydantic import TypeAdapter

from domain.json import JsonMap
from domain.plan.plan import Plan, PlanOutput
from domain.response.builder import ResponseBuilder, plain_response
from domain.response.compose.call_result import CallResult
from domain.response.compose.composition import Composition, compose
from domain.values.arguments import parsed


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
        "status": executed.get("status"),
        **plain_response(builder.combine_responses([whole, *failed])),
        "confidence": composition.quality.confidence,
        "confidence_reasons": [*composition.quality.reasons],
        "execution_result": executed,
    }


def results_of(executed: JsonMap) -> list[CallResult]:
    """Return the `results` of execute, with the fields of `CallResult`.

    Raises `WrongArgument` for what is none.
    """
    return parsed("results", executed.get("results", []), _results().validate_python)


@cache
def _results() -> TypeAdapter[list[CallResult]]:
    return TypeAdapter(list[CallResult])
