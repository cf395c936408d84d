"""What diverged in a sentence that an operator understands who did not make the change."""

from typing import Final

from msgspec import to_builtins

from domain.replay.compare.changes import changes_of, shortened
from domain.replay.compare.divergence import Differences, Differing, call_of
from domain.replay.compare.lanes import CALL
from domain.replay.compare.plan_values import changes_of_plans
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import (
    PlanProduced,
    PlanValidated,
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRejected,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.views.verdict import Change, DivergenceClass

_SHOWN_CHANGES: Final = 3
_DID: Final[dict[type[RunEvent], str]] = {
    StageStarted: "began",
    StageCompleted: "ended",
    StageSkipped: "was skipped",
    ToolCallStarted: "was made",
    ToolCallSucceeded: "answered",
    ToolCallSkipped: "was skipped",
    RunRejected: "was rejected",
}
_NAMES: Final = {
    "run-requested": "the request",
    "plan-produced": "the plan",
    "route-chosen": "the route",
    "plan-validated": "the validated plan",
    "tools-ranked": "the ranking of tools",
    "response-composed": "the answer",
}


def sentence_of(found: Differing, of: Differences, changes: list[Change]) -> str:
    """Return what differs: of an event its fields, else what happened then and now."""
    one = found.expected.event if found.expected else None
    other = found.actual.event if found.actual else None
    if found.is_reordered and one and other:
        return f"{_subject(one, of)} came in another order: {_subject(other, of)} came instead"
    if one and other and changes:
        shown = "; ".join(map(str, changes[:_SHOWN_CHANGES]))
        is_step = found.kind in {DivergenceClass.PATH, DivergenceClass.DATA}
        about = _part(one, of) if is_step else _subject(one, of)
        return f"{about}: {shown}{_more(len(changes) - _SHOWN_CHANGES)}"
    before, after = shortened(_did(one), _did(other))
    return f"{_subject(one or other, of)}: {before} -> {after}"


def changes_in(found: Differing) -> list[Change]:
    """Return the fields that differ, with their values."""
    if not (found.expected and found.actual and found.pointers):
        return []
    one, other = found.expected.event, found.actual.event
    has_plan = isinstance(one, PlanProduced | PlanValidated)
    changes = changes_of_plans if has_plan else changes_of
    return changes(to_builtins(one), to_builtins(other), found.pointers)


def _more(count: int) -> str:
    return f"; and {count} more field{'' if count == 1 else 's'}" if count > 0 else ""


def _subject(event: RunEvent | None, of: Differences) -> str:
    """Return what an event is about: a call, a stage, the run, or what it holds."""
    match event:
        case StageStarted() | StageCompleted() | StageSkipped() | StageFailed():
            return f"stage {event.stage.value}"
        case ToolCallStarted() | ToolCallSucceeded() | ToolCallFailed() | ToolCallSkipped():
            return _call(event, of)
        case RunCompleted() | RunRejected() | RunFailed() | RunCancelled():
            return "the run"
        case None:
            return "nothing"
        case _:
            return _NAMES.get(event.stored_as, event.stored_as)


def _call(
    event: ToolCallStarted | ToolCallSucceeded | ToolCallFailed | ToolCallSkipped,
    of: Differences,
) -> str:
    called = call_of((CALL, event.call_id), of.expected, of.actual)
    name = f" ({called.tool}.{called.operation})" if called else ""
    attempt = getattr(event, "attempt", 1)
    again = f", attempt {attempt}" if attempt > 1 else ""
    return f"call {event.call_id}{name}{again}"


def _part(event: RunEvent, of: Differences) -> str:
    """Return whose fields differ: of a call, its question, its result or its error."""
    subject = _subject(event, of)
    match event:
        case ToolCallStarted():
            return f"{subject} asks otherwise"
        case ToolCallSucceeded():
            return f"{subject} answers otherwise"
        case ToolCallFailed():
            return f"{subject} fails otherwise"
        case ToolCallSkipped():
            return f"{subject} is skipped otherwise"
        case _:
            return subject


def _did(event: RunEvent | None) -> str:
    """Return what happened, in the past tense."""
    match event:
        case None:
            return "did not happen"
        case StageSkipped() | ToolCallSkipped() | RunRejected():
            return f"{_DID[type(event)]}: {event.reason}"
        case RunCancelled():
            return f"was cancelled: {event.why}"
        case StageFailed() | ToolCallFailed() | RunFailed():
            return f"failed: {event.error.code}: {event.error.message}"
        case RunCompleted():
            return f"was completed: {event.status}"
        case _:
            return _DID.get(type(event), "came")
