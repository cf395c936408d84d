"""What the arguments of the executor's methods ask of tools; wrong ones are refused in words."""

from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue, ValidationError

from domain.json import JsonMap
from domain.plan.planned_call import HISTORY_OPERATIONS
from domain.plan.specs import HistorySpec
from domain.tools.contracts import ToolErrorCode
from domain.tools.invalid_params import describe_invalid
from domain.tools.invoker import ToolCallError
from domain.values.arguments import WrongArgument, require

_ORDER: Final = 'a pair such as ("ci_code", "DESC") or None'
_ITEM: Final = "an object with ci_id or ci_code, or None"


def sort_asked(sort: object) -> list[JsonMap] | None:
    """Return a column and a direction as the tools take an order; None as it is."""
    if sort is None:
        return None
    require("sort", sort, (tuple, list), _ORDER)
    match sort:
        case (str(field), str(direction)):
            return [{"field": field, "direction": direction}]
        case _:
            raise WrongArgument(*("sort", sort), allowed=_ORDER)


def history_asked(spec: HistorySpec | JsonMap | None) -> HistorySpec:
    """Return the spec; without one it is the event log."""
    if spec is None:
        return HistorySpec(source="event_log")
    try:
        return HistorySpec.model_validate(spec)
    except ValidationError as error:
        message = describe_invalid(error, subject="history_spec")
        raise ToolCallError(ToolErrorCode.INVALID_PARAMS, message) from error


def history_params(spec: HistorySpec, given: Mapping[str, JsonValue]) -> tuple[str, JsonMap]:
    """Return the operation of the spec's source and its parameters: what is given goes first."""
    usual = spec.model_dump(mode="json", include={"time_range", "limit", "filters"})
    chosen = {name: value for name, value in given.items() if value is not None}
    return HISTORY_OPERATIONS[spec.source], usual | chosen


def item_asked(ci_context: object) -> JsonMap:
    """Return the key that names the item of a context with its value; nothing without context."""
    if not ci_context:
        return {}
    known = ci_context if isinstance(ci_context, Mapping) else {}
    for key in ("ci_id", "ci_code"):
        if known.get(key) is not None:
            return {key: known[key]}
    raise WrongArgument(*("ci_context", ci_context), allowed=_ITEM)
