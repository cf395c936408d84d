"""Which reports of a runner fit the history of the run: the rules behind `ReportProgress`."""

from domain.errors import InvalidReport
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import (
    RouteChosen,
    RunCompleted,
    RunEvent,
    RunRejected,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.run.lifecycle import ACTIVE_STATES, Stage
from domain.run.run_event import Asked, Reported
from domain.run.state import Run


def check_report(run: Run, event: RunEvent) -> None:
    """Raise `InvalidReport` when the event contradicts what is recorded of the run already."""
    problem = _problem(run, event)
    if problem:
        raise InvalidReport(run.run_id, event=event.stored_as, why=problem)


def _problem(run: Run, event: RunEvent) -> str | None:
    match event.comes_by:
        case Asked(command=command):
            return f"it comes by its own command, {command}"
        case Reported(stage=stage):
            misplaced = None if stage is None else _belongs_to(run, stage)
            return misplaced or _contradiction(run, event)


def _contradiction(run: Run, event: RunEvent) -> str | None:
    match event:
        case StageStarted() | StageCompleted() | StageFailed() | StageSkipped():
            return _stage_problem(run, event)
        case ToolCallStarted() | ToolCallSucceeded() | ToolCallFailed() | ToolCallSkipped():
            return _call_problem(run, event)
        case RouteChosen():
            return None if run.has_plan else "there is no plan to route"
        case RunCompleted() | RunRejected():
            return None if run.has_response else "no response was composed"
        case _:
            return None


def _belongs_to(run: Run, stage: Stage) -> str | None:
    return None if run.state == stage.value else f"the run is in {run.state}, not in {stage}"


def _stage_problem(
    run: Run, event: StageStarted | StageCompleted | StageFailed | StageSkipped
) -> str | None:
    known = run.stages.get(event.stage)
    match event:
        case StageStarted():
            expected = known.attempt + 1 if known else 1
            return None if event.attempt == expected else f"the next attempt is {expected}"
        case StageSkipped():
            if run.state not in ACTIVE_STATES:
                return f"the run is {run.state}"
            return None if known is None else f"{event.stage} is {known.status} already"
        case _:
            if known is None or (known.status, known.attempt) != ("started", event.attempt):
                return f"{event.stage} attempt {event.attempt} is not running"
            return _belongs_to(run, event.stage)


def _call_problem(
    run: Run, event: ToolCallStarted | ToolCallSucceeded | ToolCallFailed | ToolCallSkipped
) -> str | None:
    known = run.calls.get(event.call_id)
    match event:
        case ToolCallStarted():
            if known and known.status in {"succeeded", "skipped", "reused"}:
                return f"call {event.call_id} is {known.status} already"
            expected = known.attempt + 1 if known else 1
            return None if event.attempt == expected else f"the next attempt is {expected}"
        case ToolCallSkipped():
            if known is None or known.status == "interrupted":
                return None
            return f"call {event.call_id} is {known.status} already"
        case _:
            if known is None or (known.status, known.attempt) != ("started", event.attempt):
                return f"call {event.call_id} attempt {event.attempt} is not running"
            return None
