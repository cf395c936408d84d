"""Results of tools: answers with their windows and warnings, limits, unknown names."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue

from domain.clamps import Clamp
from domain.json import JsonMap
from domain.plan.time_range import TimeRange
from domain.times import Window
from domain.tools.contracts import ToolErrorCode, ToolFailure, ToolResult

Reference = JsonMap


def answer(
    data: Mapping[str, JsonValue],
    *,
    row_count: int,
    references: Sequence[Reference] = (),
    warnings: Sequence[str] = (),
    window: Window | None = None,
    newest: datetime | str | None = None,
) -> ToolResult:
    """Return the successful result with its metadata; `newest` is of the newest record behind."""
    metadata: dict[str, JsonValue] = {"row_count": row_count}
    if newest is not None:
        metadata["newest"] = newest.isoformat() if isinstance(newest, datetime) else newest
    if window is not None:
        metadata["window"] = window_json(window)
    return ToolResult(
        success=True,
        data=dict(data),
        references=list(references),
        warnings=list(warnings),
        metadata=metadata,
    )


def window_json(window: Window) -> dict[str, JsonValue]:
    """Return the window as plain JSON."""
    return {"start": window.start.isoformat(), "end": window.end.isoformat()}


def span_json(span: TimeRange) -> dict[str, JsonValue]:
    """Return a time range as every answer about one states it: its text and its window."""
    return {"time_range": span.label, "window": window_json(span.window)}


def unknown_name(noun: str, name: str, *, known: Sequence[str]) -> ToolFailure:
    """Return the failure (DATA_NOT_FOUND) that says so and lists the names that there are."""
    return ToolFailure(
        ToolErrorCode.DATA_NOT_FOUND,
        f"there is no {noun} {name!r}; known: {', '.join(known) or 'none'}",
        details={"searched": name, "suggestions": list[JsonValue](known)},
    )


def clamp(name: str, requested: int, *, highest: int) -> tuple[int, list[str]]:
    """Return the number brought within 1 and its limit, and a warning when it was outside."""
    effective = max(1, min(requested, highest))
    if effective == requested:
        return effective, []
    return effective, [str(Clamp(name, requested, effective, f"is not within 1..{highest}"))]


def cut_warning(shown: int, *, total: int, noun: str) -> list[str]:
    """Return a warning when not all are shown."""
    return [f"{shown} of {total} {noun} shown"] if shown < total else []
