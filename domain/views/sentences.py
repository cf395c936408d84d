"""What an event says, as one line for people."""

from typing import Final, assert_never

from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolsRanked,
)
from domain.run.events import (
    GoldenPinned,
    GoldenUnpinned,
    PlanProduced,
    PlanValidated,
    ResponseComposed,
    RouteChosen,
    RunAnnotated,
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRejected,
    RunRequested,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.run.facts import Fault
from domain.run.resumption_events import RunRecovered, RunResumed

_LONGEST: Final = 200

_Stage = StageStarted | StageCompleted | StageSkipped | StageFailed
_Call = ToolCallStarted | ToolCallSucceeded | ToolCallFailed | ToolCallSkipped
_End = RunCompleted | RunRejected | RunFailed | RunCancelled
_Note = RunAnnotated | GoldenPinned | GoldenUnpinned
_TakenUp = RunResumed | RunRecovered


def sentence_of(event: RunEvent) -> str:
    """Return what happened, as one line, cut where it is long.

    Who did it and when is in the envelope.
    """
    if isinstance(event, _Stage):
        return _one_line(_of_stage(event))
    if isinstance(event, _Call):
        return _one_line(_of_call(event))
    if isinstance(event, _End):
        return _one_line(_of_end(event))
    if isinstance(event, _Note | _TakenUp):
        return _one_line(_beside_the_run(event))
    return _one_line(_of_plan_or_answer(event))


def _of_stage(event: _Stage) -> str:
    match event:
        case StageStarted():
            return f"stage {event.stage} begins{_again(event.attempt)}"
        case StageCompleted():
            return f"stage {event.stage} ends: {event.diagnostics.status}"
        case StageSkipped():
            return f"stage {event.stage} is skipped: {event.reason}"
        case StageFailed():
            return f"stage {event.stage} fails: {_fault(event.error)}"
        case _:
            assert_never(event)


def _of_call(event: _Call) -> str:
    match event:
        case ToolCallStarted():
            called = f"{event.tool}.{event.operation}"
            return f"call {event.call_id} of {called} begins{_again(event.attempt)}"
        case ToolCallSucceeded():
            rows = "" if event.row_count is None else f", {_counted(event.row_count, 'row')}"
            took = f"after {event.duration_ms:.0f} ms"
            return f"call {event.call_id} answers {took} ({event.answered_by}{rows})"
        case ToolCallFailed():
            return f"call {event.call_id} fails: {_fault(event.error)}"
        case ToolCallSkipped():
            called = f"{event.tool}.{event.operation}"
            return f"call {event.call_id} of {called} is skipped: {event.reason}"
        case _:
            assert_never(event)


def _of_end(event: _End) -> str:
    match event:
        case RunCompleted():
            return f"the run is completed: {event.status}"
        case RunRejected():
            return f"the run is rejected: {event.reason}"
        case RunFailed():
            return f"the run fails: {_fault(event.error)}"
        case RunCancelled():
            return f"the run is cancelled: {event.why}"
        case _:
            assert_never(event)


def _beside_the_run(event: _Note | _TakenUp) -> str:
    match event:
        case RunAnnotated():
            return f"a remark: {event.text}"
        case GoldenPinned():
            return f"the run is now the golden run {event.name}"
        case GoldenUnpinned():
            return f"the run is no longer the golden run {event.name}"
        case RunResumed():
            return f"the run is resumed at {event.from_stage}: {event.why}"
        case RunRecovered():
            lost = f", for {event.lost_worker} was lost" if event.lost_worker else ""
            return f"the run is taken over at {event.from_stage}{lost}"
        case _:
            assert_never(event)


def _of_plan_or_answer(
    event: RunRequested
    | PlanProduced
    | RouteChosen
    | PlanValidated
    | ToolsRanked
    | ResponseComposed,
) -> str:
    match event:
        case RunRequested():
            return f"somebody asks: {event.question}"
        case PlanProduced():
            return f"planner {event.planner} {event.planner_version} makes a plan"
        case RouteChosen():
            return f"the router takes the route {event.route}"
        case PlanValidated():
            return f"the plan is settled, with {_counted(len(event.decisions), 'decision')}"
        case ToolsRanked():
            return f"the selector ranks {_counted(len(event.candidates), 'tool')}"
        case ResponseComposed():
            return f"the answer: {event.answer}"
        case _:
            assert_never(event)


def _fault(error: Fault) -> str:
    return f"{error.code}: {error.message}"


def _again(attempt: int) -> str:
    return f", attempt {attempt}" if attempt > 1 else ""


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
