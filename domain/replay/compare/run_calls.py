"""The calls of a run, one entry each with its last attempt, as comparisons need them."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.json import JsonMap
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.clockwork import run_time
from domain.run.events import HistoryEntry
from domain.run.run_event import OnTimeline

CallEnd = ToolCallSucceeded | ToolCallFailed | ToolCallSkipped
_STATUSES: Mapping[type[CallEnd], str] = {
    ToolCallSucceeded: "succeeded",
    ToolCallFailed: "failed",
    ToolCallSkipped: "skipped",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCall:
    """A call: what was asked in its last attempt, and how that ended (None: it has no end).

    `attempt_count` is 0 and `label` None for a call that was skipped. Versions are those of the
    events that started the last attempt and ended it; `duration_ms` is how long it took.
    """

    call_id: str
    tool: str
    operation: str
    params: JsonMap = field(default_factory=dict)
    label: str | None = None
    depends_on: tuple[str, ...] = ()
    attempt_count: int = 0
    started_version: int
    ended_version: int | None = None
    end: CallEnd | None = None
    duration_ms: float | None = None
    is_interrupted: bool = False

    @property
    def status(self) -> str:
        """Return running, succeeded, failed, skipped, interrupted, or blocked.

        Calling a blocked one was not allowed: that it has no answer says nothing of its tool.
        """
        if isinstance(self.end, ToolCallFailed) and self.end.answered_by == "blocked":
            return "blocked"
        if self.end is None:
            return "interrupted" if self.is_interrupted else "running"
        return _STATUSES[type(self.end)]


def run_calls(entries: Sequence[HistoryEntry]) -> list[RunCall]:
    """Return the calls in the order in which they were first heard of."""
    calls, time = dict[str, RunCall](), run_time(entries)
    for entry in entries:
        event, version = entry.event, entry.envelope.version
        match event:
            case ToolCallStarted():
                calls[event.call_id] = _started(event, version, calls.get(event.call_id))
            case ToolCallSkipped():
                calls[event.call_id] = _skipped(event, version)
            case ToolCallSucceeded() | ToolCallFailed() if event.call_id in calls:
                call = calls[event.call_id]
                duration_ms = time.between_ms(call.started_version, version)
                calls[event.call_id] = dataclasses.replace(
                    call, end=event, ended_version=version, duration_ms=duration_ms
                )
            case _ if event.on_timeline is OnTimeline.INTERRUPTS:
                for call_id, call in calls.items():
                    if call.end is None:
                        calls[call_id] = dataclasses.replace(call, is_interrupted=True)
            case _:
                pass
    return list(calls.values())


def _started(event: ToolCallStarted, version: int, before: RunCall | None) -> RunCall:
    return RunCall(
        call_id=event.call_id,
        tool=event.tool,
        operation=event.operation,
        params=event.params,
        label=event.label,
        depends_on=tuple(event.depends_on),
        attempt_count=before.attempt_count + 1 if before else 1,
        started_version=version,
    )


def _skipped(event: ToolCallSkipped, version: int) -> RunCall:
    return RunCall(
        call_id=event.call_id,
        tool=event.tool,
        operation=event.operation,
        started_version=version,
        ended_version=version,
        end=event,
    )
