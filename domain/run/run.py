"""The run as an aggregate.

`decide` holds the rules and may refuse; `evolve` folds one event and never refuses.
"""

from collections.abc import Iterable
from typing import assert_never

from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.commands import CancelRun, Command, ReportProgress, RequestRun
from domain.run.errors import IllegalTransition
from domain.run.events import (
    PlanProduced,
    ResponseComposed,
    RunCancelled,
    RunEvent,
    RunRequested,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.run.lifecycle import START, TARGETS, Trigger, allowed_triggers, is_allowed
from domain.run.reports import check_report
from domain.run.state import Run, Tries


def decide(run: Run, command: Command) -> list[RunEvent]:
    """Return what happens when the command is obeyed.

    Raises `IllegalTransition`, `InvalidReport`.
    """
    match command:
        case RequestRun():
            require(run, Trigger.REQUEST)
            return [_requested(command)]
        case ReportProgress(event=event):
            trigger = trigger_of(event)
            if trigger is not None:
                require(run, trigger)
            check_report(run, event)
            return [event]
        case CancelRun(why=why):
            require(run, Trigger.CANCEL)
            return [RunCancelled(why=why)]
        case _:
            assert_never(command)


def evolve(run: Run, event: RunEvent) -> Run:
    """Return the run after the event, whatever the event: histories of older rules fold too."""
    trigger = trigger_of(event)
    stages, calls = run.stages, run.calls
    match event:
        case StageStarted() | StageCompleted() | StageSkipped() | StageFailed():
            stages = {**stages, event.stage: _stage(event)}
        case ToolCallStarted() | ToolCallSucceeded() | ToolCallFailed() | ToolCallSkipped():
            calls = {**calls, event.call_id: _call(event)}
        case _:
            pass
    return Run(
        run_id=run.run_id,
        version=run.version + 1,
        state=run.state if trigger is None else TARGETS[trigger],
        has_plan=run.has_plan or isinstance(event, PlanProduced),
        has_response=run.has_response or isinstance(event, ResponseComposed),
        stages=stages,
        calls=calls,
    )


def fold(run_id: str, events: Iterable[RunEvent]) -> Run:
    """Return the run that the events, in order, make."""
    run = Run(run_id=run_id)
    for event in events:
        run = evolve(run, event)
    return run


def trigger_of(event: RunEvent) -> Trigger | None:
    """Return the lifecycle trigger that the event pulls, or None."""
    return START[event.stage] if isinstance(event, StageStarted) else event.trigger


def require(run: Run, trigger: Trigger) -> None:
    """Raise `IllegalTransition` unless the trigger is legal in the run's state."""
    if not is_allowed(run.state, trigger):
        allowed = allowed_triggers(run.state)
        raise IllegalTransition(run.run_id, state=run.state, trigger=trigger, allowed=allowed)


def _requested(command: RequestRun) -> RunRequested:
    return RunRequested(
        question=command.question,
        plan_output=command.plan_output,
        options=command.options,
        asset_overrides=command.asset_overrides,
        idempotency_key=command.idempotency_key,
    )


def _stage(event: StageStarted | StageCompleted | StageSkipped | StageFailed) -> Tries:
    match event:
        case StageStarted():
            return Tries("started", event.attempt)
        case StageCompleted():
            return Tries("completed", event.attempt)
        case StageFailed():
            return Tries("failed", event.attempt)
        case StageSkipped():
            return Tries("skipped")
        case _:
            assert_never(event)


def _call(
    event: ToolCallStarted | ToolCallSucceeded | ToolCallFailed | ToolCallSkipped,
) -> Tries:
    match event:
        case ToolCallStarted():
            return Tries("started", event.attempt)
        case ToolCallSucceeded():
            return Tries("succeeded", event.attempt)
        case ToolCallFailed():
            return Tries("failed", event.attempt)
        case ToolCallSkipped():
            return Tries("skipped")
        case _:
            assert_never(event)
