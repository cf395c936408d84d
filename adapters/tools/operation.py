"""How every operation of the built-in tools is made: with its refusals translated in one place."""

from collections.abc import Callable
from typing import TypeVar

from domain.estate.errors import EstateError
from domain.estate.measures import WrongMeasure
from domain.estate.port import Estate
from domain.plan.time_range import WrongTimeRange
from domain.tools.contracts import (
    Operation,
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolParams,
    ToolResult,
)

P = TypeVar("P", bound=ToolParams)


def operation(
    name: str,
    estate: Estate,
    *,
    summary: str,
    params: type[P],
    run: Callable[[ToolContext, P], ToolResult],
    capabilities: tuple[str, ...] = (),
) -> Operation[P]:
    """Return an operation whose results name the estate's revision.

    What the estate, a measure or a time range refuses becomes a `ToolFailure` with INVALID_PARAMS.
    """

    def answer(context: ToolContext, given: P) -> ToolResult:
        revision = estate.revision(context.tenant_id)
        try:
            result = run(context, given)
        except (EstateError, WrongMeasure, WrongTimeRange) as error:
            raise ToolFailure(ToolErrorCode.INVALID_PARAMS, str(error)) from error
        result.set_metadata("source_revision", revision)
        return result

    return Operation(
        name=name, summary=summary, params=params, run=answer, capabilities=capabilities
    )
