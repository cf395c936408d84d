"""The border to tools, which others may write: what they answer is checked, and is JSON then."""

import dataclasses
import json
import re
from typing import Any, Final

import msgspec

from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.values.json_text import is_deeper
from domain.values.limits import BESIDE_DATA_CHARACTERS, PAYLOAD_BYTES, RECORDED_DEPTH

UNSAID: Final = "the tool failed without saying why"
_JSON: Final = json.JSONEncoder(allow_nan=False)
_STORED: Final = msgspec.json.Encoder()
_NUL: Final = rb"\u0000"
_ESCAPED_NUL: Final = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


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
        if result.error_details is not None:
            _JSON.encode(result.error_details)
        beside = len(_JSON.encode(result.metadata)) if result.metadata else 0
        plain = _plain(result)
        if beside > BESIDE_DATA_CHARACTERS:
            why = f"{beside:,} characters of metadata, and at most {BESIDE_DATA_CHARACTERS:,}"
            return _failed(f"{tool} answered with {why} are taken"), 0
        if size > PAYLOAD_BYTES:
            why = f"{size:,} characters of JSON, and at most {PAYLOAD_BYTES:,} can be recorded"
            return _failed(f"{tool} answered with {why}: ask for less"), 0
    except (TypeError, ValueError, RecursionError) as error:
        return _failed(f"{tool} answered with something that is not JSON: {error}"), 0
    except AttributeError as error:
        return _failed(f"{tool} answered with something that is no result: {error}"), 0
    try:
        msgspec.convert(plain, _Shape, from_attributes=True)
    except msgspec.ValidationError as error:
        return _failed(f"{tool} answered with something that is no result: {error}"), 0
    return _said(plain), size


def _said(result: ToolResult) -> ToolResult:
    """Return the result as it is recorded: a failure says something, and has a code."""
    if result.success or (result.error and result.error_code):
        return result
    code = result.error_code or ToolErrorCode.INTERNAL_ERROR
    return dataclasses.replace(result, error=result.error or UNSAID, error_code=code)


def _plain(result: ToolResult) -> ToolResult:
    """Return the result as it will be read back: JSON has text for keys, and lists for tuples."""
    parts = [result.data, result.references, result.error_details, result.metadata]
    said = [*parts, result.warnings, result.error]
    try:
        text = _STORED.encode(said)
    except (TypeError, RecursionError):
        text = b""
    if _may_be_deep(text) and is_deeper(parts, RECORDED_DEPTH + 1):
        message = f"it is nested deeper than {RECORDED_DEPTH} levels, and could not be read back"
        raise ValueError(message)
    text = text or _JSON.encode(said).encode()
    if _NUL in text:
        return _without_nul(result, text)
    read = msgspec.json.decode(text)[: len(parts)]
    if read != parts and len(_JSON.encode(read)) < len(_JSON.encode(parts)):
        message = "some of its keys are the same as text, and one would be lost"
        raise ValueError(message)
    return _with(result, read)


def _without_nul(result: ToolResult, text: bytes) -> ToolResult:
    """Return the result without NUL, which PostgreSQL cannot store in what is made of it."""
    *parts, warnings, error = json.loads(_ESCAPED_NUL.sub(rb"\1\\ufffd", text))
    told = [*warnings, "the character NUL was replaced in what the tool answered"]
    return dataclasses.replace(_with(result, parts), warnings=told, error=error)


def _may_be_deep(text: bytes) -> bool:
    """Return False where even all brackets together are no depth, as in most answers."""
    return not text or text.count(b"[") + text.count(b"{") > RECORDED_DEPTH


def _with(result: ToolResult, parts: list[Any]) -> ToolResult:
    data, references, details, metadata = parts
    if type(result) is not ToolResult:  # what tools return of their own
        found = {"error_details": details, "metadata": metadata}
        return dataclasses.replace(result, data=data, references=references, **found)
    return ToolResult(
        result.success,
        data,
        result.error,
        error_details=details,
        error_code=result.error_code,
        warnings=result.warnings,
        references=references,
        metadata=metadata,
        log=result.log,
    )


def _failed(why: str) -> ToolResult:
    return ToolResult(success=False, error=why, error_code=ToolErrorCode.INTERNAL_ERROR)
