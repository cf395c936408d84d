"""The tool calls of a run as readers see them: one entry per attempt."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, assert_never

from msgspec import UNSET, structs
from pydantic import JsonValue

from domain.aggregate.envelope import Envelope
from domain.aggregate.fact import Fact
from domain.json import JsonMap
from domain.run.call_events import (
    LIVE,
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.clockwork import RunTime, run_time
from domain.run.events import HistoryEntry, RunCancelled, RunFailed, RunRecovered, RunResumed
from domain.run.fingerprint import call_fingerprint
from domain.run.note_events import ResultErased
from domain.times import duration_text
from domain.views.call_notes import CallWait, call_notes
from domain.views.json_form import View


class CallView(Fact, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """One attempt of one call; `log` is what it logged, see `ToolCallLogged`.

    `status` is running, succeeded, failed, skipped or interrupted (the run ended before the call
    did). `erased` says that there are no `data` any more, and who erased them when and why, where
    the history comes to that; `answered_by` says where they came from.
    `made_again` says why, where the attempt before was lost, answered or not.
    `effect` is what it does outside, if it does, `decision` who allowed or forbade that and why,
    `observed_effect` what the tool says it changed.
    `reused_at` are the versions at which the run was taken up again with this result.
    `duration_ms` is the time of the run from its start to its end, None of what has no end of its
    own; a skipped call starts and ends where it was skipped. `waits` are what it waited for before
    its tool was asked. `retry_after_ms` says that it was to be tried again.
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
    params: JsonMap = {}
    depends_on: list[str] = []
    group: int = 0
    label: str | None = None
    data: JsonValue = None
    erased: str | None = None
    row_count: int | None = None
    references: list[JsonMap] = []
    warnings: list[str] = []
    error_code: str | None = None
    error: str | None = None
    error_details: JsonMap = {}
    reason: str | None = None
    answered_by: str | None = None
    reused_at: list[int] = []
    made_again: str | None = None
    effect: str | None = None
    decision: str | None = None
    observed_effect: JsonValue = None
    log: JsonMap | None = None
    waits: list[CallWait] = []
    retry_after_ms: int | None = None
    cached_age_ms: int | None = None

    @property
    def told_beside(self) -> str | None:
        """What is to be known beside its outcome: what it waited for, how old its answer is."""
        told = (*(wait.told for wait in self.waits), self.from_cache)
        return ", ".join(filter(None, told)) or None

    @property
    def from_cache(self) -> str | None:
        """How old its answer is, if that was given again."""
        age = self.cached_age_ms
        return None if age is None else f"answered from the cache, {duration_text(age)} old"

    @property
    def went_out(self) -> bool:
        """Whether the tool itself answered, well or badly."""
        return self.answered_by == LIVE

    @property
    def fingerprint(self) -> str | None:
        """The kind of the failure, if the call itself failed: not one that is told again."""
        if self.status != "failed" or not self.went_out:
            return None
        code, message = self.error_code or "", self.error or ""
        return call_fingerprint(code, message, tool=self.tool, operation=self.operation)


CALLS: Final[View[list[CallView]]] = View("calls", list[CallView])
_Begin = ToolCallStarted | ToolCallSkipped
_TAKEN_UP = (RunResumed, RunRecovered)
_Erasures = dict[str, str]
"""Who erased results, when and why, by digest."""
_End = ToolCallSucceeded | ToolCallFailed | RunCancelled | RunFailed | RunRecovered


def call_views(entries: Sequence[HistoryEntry], time: RunTime | None = None) -> list[CallView]:
    """Return the calls in the order in which they were first heard of.

    `time` is how the time of the history was divided, where it is at hand.
    """
    time = time or run_time(entries)
    begun: dict[tuple[str, int], tuple[_Begin, Envelope]] = {}
    ended: dict[tuple[str, int], tuple[_End, Envelope]] = {}
    reused: dict[tuple[str, int], list[int]] = {}
    for entry in entries:
        event = entry.event
        match event:
            case ToolCallStarted():
                begun[event.call_id, event.attempt] = (event, entry.envelope)
                ended.pop((event.call_id, event.attempt), None)
            case ToolCallSucceeded() | ToolCallFailed():
                ended[event.call_id, event.attempt] = (event, entry.envelope)
            case ToolCallSkipped():
                # A skip is no attempt, and there may be several.
                begun[event.call_id, -entry.envelope.version] = (event, entry.envelope)
            case RunCancelled() | RunFailed() | RunRecovered():
                for key in begun:
                    ended.setdefault(key, (event, entry.envelope))
            case _:
                pass
        if isinstance(event, _TAKEN_UP):
            _reuse(reused, event, begun, version=entry.envelope.version)
    erasures = {
        each.event.digest: _erased_by(each.envelope, each.event)
        for each in entries
        if isinstance(each.event, ResultErased)
    }
    views = {
        key: _view(*begin, ended.get(key), reused.get(key, []), time, erasures)
        for key, begin in begun.items()
    }
    noted = call_notes(entries)
    views |= {k: structs.replace(views[k], **told) for k, told in noted.items() if k in views}
    return [*views.values()]


def _reuse(
    reused: dict[tuple[str, int], list[int]],
    event: RunResumed | RunRecovered,
    keys: Iterable[tuple[str, int]],
    *,
    version: int,
) -> None:
    """Note at which version the run was taken up again with the result of each reused call."""
    last = {call_id: (call_id, attempt) for call_id, attempt in keys}
    for call_id in event.reused_calls:
        if call_id in last:
            reused.setdefault(last[call_id], []).append(version)


def _view(
    begin: _Begin,
    envelope: Envelope,
    end: tuple[_End, Envelope] | None,
    reused_at: list[int],
    time: RunTime,
    erasures: _Erasures,
) -> CallView:
    if isinstance(begin, ToolCallSkipped):
        return _skipped(begin, envelope)
    between = time.between_ms(envelope.version, end[1].version) if end else 0.0
    outcome = _outcome(*end, between, erasures) if end else {}
    return CallView(
        call_id=begin.call_id,
        tool=begin.tool,
        operation=begin.operation,
        attempt=begin.attempt,
        started_at=envelope.recorded_at,
        started_version=envelope.version,
        params=begin.params,
        depends_on=begin.depends_on,
        group=begin.group,
        label=begin.label,
        effect=begin.effect or None,
        reused_at=reused_at,
        **outcome,
    )


def _skipped(event: ToolCallSkipped, envelope: Envelope) -> CallView:
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


def _erased_by(envelope: Envelope, event: ResultErased) -> str:
    return f" by {envelope.actor.kind} {envelope.actor.id} at {envelope.recorded_at}: {event.why}"


def _erased(event: ToolCallSucceeded, erasures: _Erasures) -> str | None:
    if event.payload is None or event.erased is None:
        return None
    return event.erased + erasures.get(event.payload.digest, "")


def _outcome(
    event: _End, envelope: Envelope, duration_ms: float, erasures: _Erasures
) -> dict[str, Any]:
    ended: dict[str, Any] = {"ended_at": envelope.recorded_at, "ended_version": envelope.version}
    match event:
        case ToolCallSucceeded():
            return ended | {
                "status": "succeeded",
                "answered_by": event.answered_by,
                "duration_ms": duration_ms,
                "data": event.data,
                "erased": _erased(event, erasures),
                "row_count": event.row_count,
                "references": event.references,
                "warnings": event.warnings,
                "cached_age_ms": None if event.cached_age_ms is UNSET else event.cached_age_ms,
                "observed_effect": event.observed_effect or None,
            }
        case ToolCallFailed(error=error):
            return ended | {
                "status": "failed",
                "answered_by": event.answered_by,
                "duration_ms": duration_ms,
                "error_code": error.code,
                "error": error.message,
                "error_details": error.details,
                "retry_after_ms": None if event.retry_after_ms is UNSET else event.retry_after_ms,
            }
        case RunCancelled() | RunFailed() | RunRecovered():
            return ended | {"status": "interrupted"}
        case _:
            assert_never(event)
