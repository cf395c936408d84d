"""The border to tools, which others may write: what they answer is checked, and is JSON then."""

import dataclasses
import json
from typing import Any, Final

import msgspec

from domain.tools.contracts import ToolErrorCode, ToolResult

_JSON: Final = json.JSONEncoder(allow_nan=False)
_STORED: Final = msgspec.json.Encoder()


class _Shape(msgspec.Struct):
    """What must hold of every answer, beside that its data are JSON."""

    success: bool
    error: str | None
    error_code: ToolErrorCode | None
    error_details: dict[str, Any] | None
    warnings: list[str]
    references: list[dict[str, Any]]
    metadata: dict[str, Any]


def checked(tool: str, result: ToolResult) -> tuple[ToolResult, int]:
    """Return the answer as it can be recorded, and the characters of its data as JSON.

    What is no answer becomes a failed one, which says why.
    """
    try:
        size = len(_JSON.encode([result.data, result.references]))
        plain = _plain(result)
    except (TypeError, ValueError) as error:
        return _failed(f"{tool} answered with something that is not JSON: {error}"), 0
    except AttributeError as error:
        return _failed(f"{tool} answered with something that is no result: {error}"), 0
    try:
        msgspec.convert(plain, _Shape, from_attributes=True)
    except msgspec.ValidationError as error:
        return _failed(f"{tool} answered with something that is no result: {error}"), 0
    return plain, size


def _plain(result: ToolResult) -> ToolResult:
    """Return the result in JSON's own types: keys and text may be of others that JSON knows."""
    parts = [result.data, result.references, result.error_details]
    try:
        _STORED.encode([*parts, result.warnings, result.error])
    except TypeError:
        data, references, details = json.loads(_JSON.encode(parts))
        return dataclasses.replace(result, data=data, references=references, error_details=details)
    return result


def _failed(why: str) -> ToolResult:
    return ToolResult(success=False, error=why, error_code=ToolErrorCode.INTERNAL_ERROR)
