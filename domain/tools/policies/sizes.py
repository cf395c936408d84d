"""How large an answer may be: rows are cut off, and what cannot be cut fails and says so."""

from dataclasses import replace
from typing import Final

import msgspec
from pydantic import JsonValue

from domain.json import JsonMap, as_map
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.policies.policy import ToolPolicy
from domain.values.json_text import is_deeper

_ASK_FOR_LESS: Final = "ask for less: a shorter time range, a filter, a smaller limit"


def within_sizes(name: str, result: ToolResult, policy: ToolPolicy) -> ToolResult:
    """Return the answer of an operation as its policy lets it be; what is cut off is told."""
    if not result.success:
        return result
    if policy.max_depth is not None and is_deeper(result.data, policy.max_depth):
        return _too_large(name, f"is nested deeper than {policy.max_depth} levels (max_depth")
    if policy.max_rows is not None and len(_rows(result)) > policy.max_rows:
        result = _cut(result, policy.max_rows, "max_rows")
    if policy.max_bytes is None or (size := _size(result.data)) <= policy.max_bytes:
        return result
    count = _count_within(result, policy.max_bytes)
    if not count:
        most = f"at most {policy.max_bytes:,} are taken (max_bytes"
        return _too_large(name, f"has {size:,} bytes, and {most}")
    return _cut(result, count, "max_bytes")


def _rows(result: ToolResult) -> list[JsonValue]:
    rows = result.data.get("rows") if isinstance(result.data, dict) else None
    return rows if isinstance(rows, list) else []


def _size(data: object) -> int:
    return len(msgspec.json.encode(data))


def _count_within(result: ToolResult, most: int) -> int:
    """Return how many of the rows fit."""
    left, count = most - _size(_with_rows(result, [])), 0
    for row in _rows(result):
        left -= _size(row) + 1
        if left < 0:
            break
        count += 1
    return count


def _with_rows(result: ToolResult, rows: list[JsonValue]) -> JsonMap:
    return {**as_map(result.data), "rows": rows, "truncated": True}


def _cut(result: ToolResult, count: int, limit: str) -> ToolResult:
    rows = _rows(result)
    told = f"only the first {count} of {len(rows)} rows are kept ({limit} of the tool's policy)"
    return replace(
        result,
        data=_with_rows(result, rows[:count]),
        warnings=[*result.warnings, told],
        metadata={**result.metadata, "row_count": count},
    )


def _too_large(name: str, why: str) -> ToolResult:
    message = f"the answer of {name} {why} of its policy): {_ASK_FOR_LESS}"
    return ToolResult(success=False, error=message, error_code=ToolErrorCode.MAX_ROWS_EXCEEDED)
