"""Results that take the place of recorded ones: other data, nothing, or a failure."""

from typing import TYPE_CHECKING, Final

from pydantic import JsonValue

from domain.run.facts import ResultPatch
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.invoker import row_count

if TYPE_CHECKING:
    from domain.json import JsonMap

DEFAULT_ERROR: Final = ToolErrorCode.UPSTREAM_UNAVAILABLE


def patched_result(patch: ResultPatch) -> ToolResult:
    """Return the result that the patch stands for."""
    if patch.kind == "error":
        code = ToolErrorCode(patch.error_code or DEFAULT_ERROR)
        message = f"the recorded result was replaced by the error {code}"
        return ToolResult(success=False, error=message, error_code=code)
    metadata: JsonMap = {"row_count": row_count(patch.data)}
    return ToolResult(success=True, data=patch.data, metadata=metadata)


def empty_patch(recorded: ToolResult) -> ResultPatch:
    """Return the patch for a result of the same shape without content."""
    return ResultPatch(kind="empty", data=emptied(recorded.data))


def emptied(data: JsonValue) -> JsonValue:
    """Return data of the same shape without content.

    Lists are empty, whole numbers 0, other numbers null, statements false; text stays.
    """
    match data:
        case dict():
            return {name: emptied(value) for name, value in data.items()}
        case list():
            return []
        case bool():
            return False
        case int():
            return 0
        case float():
            return None
        case _:
            return data
