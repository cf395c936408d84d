"""What the executor's methods ask of tools, and what they take from the answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import JsonValue, ValidationError

from domain.json import JsonMap
from domain.plan.planned_call import HISTORY_OPERATIONS
from domain.plan.specs import HistorySpec
from domain.tools.contracts import ToolErrorCode
from domain.tools.invalid_params import describe_invalid
from domain.tools.invoker import ToolCallError
from domain.values.arguments import WrongArgument


class Rows(list[JsonMap]):
    """The records of an answer; `total` counts all that match, `warnings` say what was changed."""

    def __init__(self, rows: Iterable[JsonMap], total: JsonValue, warnings: JsonValue) -> None:
        super().__init__(rows)
        self.total, self.warnings = total, warnings


def sort_asked(sort: object) -> object:
    """Return a column and a direction as tools take an order; they refuse anything else."""
    match sort:
        case [str(), str()]:
            return [{"field": sort[0], "direction": sort[1]}]
        case _:
            return sort


def history_asked(
    history_spec: object, ci_context: object, given: Mapping[str, Any]
) -> tuple[str, JsonMap, JsonMap]:
    """Return the operation and its parameters, and the key that names the item, if one does.

    What is given goes before the spec. Without spec it is the event log.
    """
    spec = _spec(history_spec)
    usual = spec.model_dump(mode="json", include={"time_range", "limit", "filters"})
    params = usual | {name: value for name, value in given.items() if value is not None}
    is_chosen = "ci_ids" in params or spec.scope == "all" or not ci_context
    return HISTORY_OPERATIONS[spec.source], params, {} if is_chosen else _item(ci_context)


def object_in(data: JsonValue) -> JsonMap:
    """Return the data of a call that answers an object. Raises `ToolCallError` when it is none."""
    if isinstance(data, dict):
        return data
    raise _unexpected(data, "an object")


def rows_in(data: JsonValue) -> Rows:
    """Return the records in `rows`. Raises `ToolCallError` when there is no such list."""
    answer = object_in(data)
    rows = answer.get("rows")
    if not isinstance(rows, list):
        raise _unexpected(rows, "a list of rows")
    told = answer.get("warnings", [])
    return Rows([object_in(row) for row in rows], answer.get("total", len(rows)), told)


def one_in(data: JsonValue) -> JsonMap:
    """Return the first record in `rows`. Raises `ToolCallError` when there is none."""
    rows = rows_in(data)
    return rows[0] if rows else object_in(None)


def _spec(history_spec: object) -> HistorySpec:
    if history_spec is None:
        return HistorySpec(source="event_log")
    try:
        return HistorySpec.model_validate(history_spec)
    except ValidationError as error:
        message = describe_invalid(error, subject="history_spec")
        raise ToolCallError(ToolErrorCode.INVALID_PARAMS, message) from error


def _item(ci_context: object) -> JsonMap:
    known = ci_context if isinstance(ci_context, Mapping) else {}
    for key in ("ci_id", "ci_code"):
        if known.get(key) is not None:
            return {key: known[key]}
    allowed = "an object with ci_id or ci_code, or None"
    raise WrongArgument(ci_context, name="ci_context", allowed=allowed)


def _unexpected(data: JsonValue, expected: str) -> ToolCallError:
    message = f"the tool answered {type(data).__name__} where {expected} was expected"
    return ToolCallError(ToolErrorCode.INTERNAL_ERROR, message)
