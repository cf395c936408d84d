"""The shapes of what tools answer, as those who asked take them."""

from collections.abc import Iterable

from pydantic import JsonValue

from domain.json import JsonMap
from domain.tools.contracts import ToolErrorCode
from domain.tools.invoker import ToolCallError


class Rows(list[JsonMap]):
    """The records of an answer; `total` counts all that match, `warnings` say what was changed."""

    def __init__(self, rows: Iterable[JsonMap], total: JsonValue, warnings: JsonValue) -> None:
        super().__init__(rows)
        self.total, self.warnings = total, warnings


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


def row_count(data: JsonValue) -> int | None:
    """Return how many `rows` (or `records`) the data of a call hold; None without such a list."""
    if not isinstance(data, dict):
        return None
    rows = data.get("rows", data.get("records"))
    return len(rows) if isinstance(rows, list) else None


def _unexpected(data: JsonValue, expected: str) -> ToolCallError:
    message = f"the tool answered {type(data).__name__} where {expected} was expected"
    return ToolCallError(ToolErrorCode.INTERNAL_ERROR, message)
