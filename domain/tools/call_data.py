"""The data of tool calls as typed values."""

from pydantic import JsonValue

from domain.json import JsonMap
from domain.tools.contracts import ToolErrorCode
from domain.tools.invoker import ToolCallError


def as_map(data: JsonValue) -> JsonMap:
    """Return the data of a call that answers an object. Raises `ToolCallError` when it is none."""
    if isinstance(data, dict):
        return data
    raise _unexpected(data, "an object")


def as_rows(data: JsonValue) -> list[JsonMap]:
    """Return the records in `rows`. Raises `ToolCallError` when there is no such list."""
    rows = as_map(data).get("rows")
    if isinstance(rows, list):
        return [as_map(row) for row in rows]
    raise _unexpected(rows, "a list of rows")


def row_count(data: JsonValue) -> int | None:
    """Return how many `rows` (or `records`) the data hold, or None when they hold no such list."""
    if not isinstance(data, dict):
        return None
    rows = data.get("rows", data.get("records"))
    return len(rows) if isinstance(rows, list) else None


def _unexpected(data: JsonValue, expected: str) -> ToolCallError:
    message = f"the tool answered {type(data).__name__} where {expected} was expected"
    return ToolCallError(ToolErrorCode.INTERNAL_ERROR, message)
