"""The recorded attempts of calls: what was asked, what came of it, and what was decided beside."""

import dataclasses
from dataclasses import dataclass

from msgspec import UNSET, structs
from pydantic import JsonValue

from domain.run.approval_events import RunWaiting
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallLogged,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
)
from domain.stages.call_facts import recorded_result
from domain.stages.sources import Answer
from domain.tools.contracts import ToolResult
from domain.tools.policies.waits import Throttled

CallEnded = ToolCallSucceeded | ToolCallFailed


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One attempt of a call.

    `ended` and `ended_version` are None for an attempt that has no end on the record. `log` is
    what it logged, `waits` are those before the tool was asked, `fallback` the tool that was asked
    instead when it failed, where its end does not tell.
    """

    started: ToolCallStarted
    ended: CallEnded | None = None
    ended_version: int | None = None
    log: JsonValue = None
    log_version: int | None = None
    waits: tuple[Throttled, ...] = ()
    wait_versions: tuple[int, ...] = ()
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
            age_ms = ended.cached_age_ms
            return answer if age_ms is UNSET else structs.replace(answer, cached_age_ms=age_ms)
        after_ms = None if ended.retry_after_ms is UNSET else ended.retry_after_ms
        fallback = self.fallback if ended.fallback is UNSET else ended.fallback
        return structs.replace(answer, retry_after_ms=after_ms, fallback=fallback)


def end_call(calls: dict[tuple[str, int], RecordedCall], ended: CallEnded, version: int) -> None:
    """Note how an attempt ended, and in which version."""
    key = (ended.call_id, ended.attempt)
    if key in calls:
        calls[key] = dataclasses.replace(calls[key], ended=ended, ended_version=version)


def note_of_call(
    calls: dict[tuple[str, int], RecordedCall],
    event: ToolCallStarted | ToolCallThrottled | ToolCallLogged | RunWaiting,
    version: int,
    *,
    stage_version: int,
) -> None:
    """Note that an attempt waited or logged, or began: perhaps of another tool than before.

    What failed before the stage began, in its version, has no fallback in it.
    """
    if isinstance(event, RunWaiting):
        tools = {call.call_id: call.tool for call in event.calls}
        last = {call_id: key for call_id, *key in calls if call_id in tools}
        for call_id, (attempt,) in last.items():
            _ask_instead(calls, (call_id, attempt), tools[call_id], stage_version)
        return
    key = (event.call_id, event.attempt)
    call = calls.get(key)
    match event:
        case ToolCallThrottled() if call:
            wait = Throttled(event.cause, event.waited_ms)
            versions = (*call.wait_versions, version)
            calls[key] = dataclasses.replace(
                call, waits=(*call.waits, wait), wait_versions=versions
            )
        case ToolCallLogged() if call:
            calls[key] = dataclasses.replace(call, log=event.data, log_version=version)
        case ToolCallStarted():
            _ask_instead(calls, (event.call_id, event.attempt - 1), event.tool, stage_version)
            calls[key] = RecordedCall(event)
        case _:
            pass


def _ask_instead(
    calls: dict[tuple[str, int], RecordedCall], key: tuple[str, int], tool: str, stage_version: int
) -> None:
    """Note that after an attempt of this stage another tool is asked, if it is another."""
    before = calls.get(key)
    is_other = before is not None and before.started.tool != tool
    if before is not None and is_other and (before.ended_version or 0) > stage_version:
        calls[key] = dataclasses.replace(before, fallback=tool)


def is_erased(ended: CallEnded) -> bool:
    """Return whether there was a result, and it was erased."""
    return isinstance(ended, ToolCallSucceeded) and bool(ended.payload) and ended.data is None
