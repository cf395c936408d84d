"""The recorded attempts of calls: what was asked, what came of it, and what was decided beside."""

import dataclasses
from dataclasses import dataclass

from msgspec import UNSET, UnsetType
from pydantic import JsonValue

from domain.run.call_events import (
    ToolCallFailed,
    ToolCallLogged,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
)
from domain.run.events import HistoryEntry
from domain.stages.call_facts import recorded_result
from domain.stages.sources import Answer
from domain.tools.contracts import ToolResult
from domain.tools.policies.waits import Throttled

CallEnded = ToolCallSucceeded | ToolCallFailed
_NOTED = ToolCallThrottled | ToolCallLogged | CallEnded


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One attempt of a call.

    `ended` and `ended_version` are None for an attempt that has no end on the record. `log` is
    what it logged, `waits` are those before the tool was asked, `fallback` the tool that was asked
    instead when it failed.
    """

    started: ToolCallStarted
    ended: CallEnded | None = None
    ended_version: int | None = None
    log: JsonValue = None
    log_version: int | None = None
    waits: tuple[Throttled, ...] = ()
    fallback: str | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Call id and attempt, which no other call of the run has."""
        return self.started.call_id, self.started.attempt

    @property
    def result(self) -> ToolResult | None:
        """The result, or None when there is none (any more)."""
        if self.ended is None or is_erased(self.ended):
            return None
        result = recorded_result(self.ended)
        result.log = self.log if isinstance(self.log, dict) else None
        return result

    @property
    def answer(self) -> Answer | None:
        """The answer, with what policies decided then; None when there is none (any more)."""
        ended, result = self.ended, self.result
        if ended is None or result is None:
            return None
        answer = Answer(result, ended.duration_ms, ended.answered_by)
        if isinstance(ended, ToolCallSucceeded):
            return dataclasses.replace(answer, cached_age_ms=_or_none(ended.cached_age_ms))
        after_ms = _or_none(ended.retry_after_ms)
        return dataclasses.replace(answer, retry_after_ms=after_ms, fallback=self.fallback)


def note_of_call(calls: dict[tuple[str, int], RecordedCall], entry: HistoryEntry) -> None:
    """Note how an attempt began, perhaps of another tool than before, waited, logged or ended."""
    event, version = entry.event, entry.envelope.version
    if isinstance(event, ToolCallStarted):
        before = calls.get((event.call_id, event.attempt - 1))
        if before is not None and before.started.tool != event.tool:
            calls[before.key] = dataclasses.replace(before, fallback=event.tool)
        calls[event.call_id, event.attempt] = RecordedCall(event)
    if not isinstance(event, _NOTED) or (event.call_id, event.attempt) not in calls:
        return
    call = calls[event.call_id, event.attempt]
    match event:
        case ToolCallThrottled():
            waits = (*call.waits, Throttled(event.cause, event.waited_ms))
            call = dataclasses.replace(call, waits=waits)
        case ToolCallLogged():
            call = dataclasses.replace(call, log=event.data, log_version=version)
        case ToolCallSucceeded() | ToolCallFailed():
            call = dataclasses.replace(call, ended=event, ended_version=version)
    calls[call.key] = call


def _or_none(value: int | UnsetType) -> int | None:
    return None if value is UNSET else value


def is_erased(ended: CallEnded) -> bool:
    """Return whether there was a result, and it was erased."""
    return isinstance(ended, ToolCallSucceeded) and bool(ended.payload) and ended.data is None
