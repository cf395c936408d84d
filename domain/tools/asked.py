"""What the executor's methods ask of tools, and what they take from the answers."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import JsonValue, ValidationError

from domain.json import JsonMap, as_list, as_map
from domain.plan.planned_call import HISTORY_OPERATIONS
from domain.plan.specs import HistorySpec
from domain.tools.contracts import ToolErrorCode
from domain.tools.invalid_params import describe_invalid
from domain.tools.invoker import ToolCallError
from domain.values.arguments import WrongArgument

Call = Callable[..., Awaitable[JsonValue]]
Get = Callable[[str], Awaitable[JsonMap | None]]


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


async def history_of(
    history_spec: object, ci_context: object, given: Mapping[str, Any], *, call: Call, get: Get
) -> JsonMap:
    """Return what a call answers to this, with the warnings; `get` finds an item by its id.

    Raises `ToolCallError`, and `WrongArgument` where id and code name different items.
    """
    asked, ids = _history_asked(history_spec, ci_context, given), dict[str, JsonValue]()
    if asked.item:
        ids = {"ci_ids": [await _id_named(asked.item, call, get)]}
    data = object_in(await call("history", asked.operation, **asked.params, **ids))
    warnings = [*as_list(data.get("warnings")), *asked.warnings]
    return {**data, "warnings": warnings} if asked.warnings else data


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


class _HistoryAsked(NamedTuple):
    """The operation and its parameters, the keys that name the item, and what is warned of."""

    operation: str
    params: JsonMap
    item: JsonMap
    warnings: list[str]


def _history_asked(
    history_spec: object, ci_context: object, given: Mapping[str, Any]
) -> _HistoryAsked:
    """Return what is asked of history.

    What is given goes before the spec. A spec without source, or none, is of the event log.
    """
    spec = _spec(history_spec)
    usual = spec.model_dump(mode="json", include={"time_range", "limit", "filters"})
    params = usual | {name: value for name, value in given.items() if value is not None}
    is_chosen = "ci_ids" in params or spec.scope == "all" or not ci_context
    item = {} if is_chosen else _item(ci_context)
    is_alone = spec.scope == "graph" and item
    warnings = ["scope graph: the records are those of the item itself"] if is_alone else []
    return _HistoryAsked(HISTORY_OPERATIONS[spec.source], params, item, warnings)


def _spec(history_spec: object) -> HistorySpec:
    if history_spec is None or isinstance(history_spec, Mapping):
        history_spec = {"source": "event_log", **(history_spec or {})}
    try:
        return HistorySpec.model_validate(history_spec)
    except ValidationError as error:
        message = describe_invalid(error, subject="history_spec")
        raise ToolCallError(ToolErrorCode.INVALID_PARAMS, message) from error


def _item(ci_context: object) -> JsonMap:
    known = ci_context if isinstance(ci_context, Mapping) else {}
    keys = [key for key in ("ci_id", "ci_code") if known.get(key) is not None]
    if keys:
        return {key: known[key] for key in keys}
    allowed = "an object with ci_id or ci_code, or None"
    raise WrongArgument(ci_context, name="ci_context", allowed=allowed)


async def _id_named(item: JsonMap, call: Call, get: Get) -> JsonValue:
    if "ci_id" not in item:
        return one_in(await call("ci", "get_by_code", **item)).get("ci_id")
    # Records outlive their item: an id without one is no contradiction.
    found = await get(str(item["ci_id"])) if "ci_code" in item else None
    code, wanted = str(as_map(found).get("ci_code")), str(item.get("ci_code"))
    if found and code.casefold() != wanted.casefold():
        allowed = f"of one item (the code of {item['ci_id']} is {code})"
        raise WrongArgument(item, name="ci_context", allowed=allowed)
    return item["ci_id"]


def _unexpected(data: JsonValue, expected: str) -> ToolCallError:
    message = f"the tool answered {type(data).__name__} where {expected} was expected"
    return ToolCallError(ToolErrorCode.INTERNAL_ERROR, message)
