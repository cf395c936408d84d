"""The tool calls of a run as readers see them: one entry per attempt."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import JsonValue

from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.codec import HistoryEntry
from domain.run.events import RunCancelled, RunFailed
from domain.run.facts import JsonMap


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One attempt of one call.

    `status` is running, succeeded, failed, skipped or interrupted (the run ended before the call
    did). Times are the recorded ones; a skipped call starts and ends where it was skipped.
    """

    call_id: str
    tool: str
    operation: str
    attempt: int = 1
    status: str = "running"
    started_at: str
    ended_at: str | None = None
    duration_ms: float | None = None
    started_version: int
    ended_version: int | None = None
    params: JsonMap = field(default_factory=dict)
    depends_on: list[str] = field(default_factory=list)
    group: int = 0
    label: str | None = None
    data: JsonValue = None
    row_count: int | None = None
    references: list[JsonMap] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error_code: str | None = None
    error: str | None = None
    error_details: JsonMap = field(default_factory=dict)
    reason: str | None = None


_NAMES = [field.name for field in dataclasses.fields(CallView)]


def call_views(entries: Iterable[HistoryEntry]) -> list[CallView]:
    """Return the calls in the order in which they were first heard of."""
    calls: dict[tuple[str, int], CallView] = {}
    for entry in entries:
        _fold(calls, entry)
    return list(calls.values())


def calls_of(entries: Iterable[HistoryEntry]) -> list[JsonValue]:
    """Return the calls as plain JSON."""
    # Not dataclasses.asdict, which would copy every result.
    return [{name: getattr(call, name) for name in _NAMES} for call in call_views(entries)]


def _fold(calls: dict[tuple[str, int], CallView], entry: HistoryEntry) -> None:
    event = entry.event
    match event:
        case ToolCallStarted():
            calls[event.call_id, event.attempt] = _started(event, entry)
        case ToolCallSkipped():
            calls[event.call_id, 1] = _skipped(event, entry)
        case ToolCallSucceeded() | ToolCallFailed():
            key = (event.call_id, event.attempt)
            if key in calls:
                calls[key] = _ended(calls[key], event, entry)
        case RunCancelled() | RunFailed():
            for key, call in calls.items():
                if call.status == "running":
                    calls[key] = _interrupted(call, entry)
        case _:
            pass


def _started(event: ToolCallStarted, entry: HistoryEntry) -> CallView:
    return CallView(
        call_id=event.call_id,
        tool=event.tool,
        operation=event.operation,
        attempt=event.attempt,
        started_at=entry.envelope.recorded_at,
        started_version=entry.envelope.version,
        params=event.params,
        depends_on=event.depends_on,
        group=event.group,
        label=event.label,
    )


def _skipped(event: ToolCallSkipped, entry: HistoryEntry) -> CallView:
    envelope = entry.envelope
    return CallView(
        call_id=event.call_id,
        tool=event.tool,
        operation=event.operation,
        status="skipped",
        started_at=envelope.recorded_at,
        ended_at=envelope.recorded_at,
        started_version=envelope.version,
        ended_version=envelope.version,
        reason=event.reason,
    )


def _ended(
    call: CallView, event: ToolCallSucceeded | ToolCallFailed, entry: HistoryEntry
) -> CallView:
    ended = dataclasses.replace(
        call,
        ended_at=entry.envelope.recorded_at,
        ended_version=entry.envelope.version,
        duration_ms=event.duration_ms,
    )
    if isinstance(event, ToolCallFailed):
        error = event.error
        return dataclasses.replace(
            ended,
            status="failed",
            error_code=error.code,
            error=error.message,
            error_details=error.details,
        )
    return dataclasses.replace(
        ended,
        status="succeeded",
        data=event.data,
        row_count=event.row_count,
        references=event.references,
        warnings=event.warnings,
    )


def _interrupted(call: CallView, entry: HistoryEntry) -> CallView:
    return dataclasses.replace(
        call,
        status="interrupted",
        ended_at=entry.envelope.recorded_at,
        ended_version=entry.envelope.version,
    )
