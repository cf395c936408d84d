"""The run as an aggregate, to be read.

`decide` holds the rules and may refuse; `evolve` folds one event and never refuses. Runs are
carried out with `domain.run.fold`, which says the same in less time.
"""

from typing import assert_never

from msgspec import UNSET, structs

from domain.errors import IllegalTransition, NotWaiting
from domain.run.approval_events import CallApproved, CallDenied
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.commands import (
    ApproveCall,
    CancelRun,
    Command,
    DenyCall,
    RecoverRun,
    ReportProgress,
    RequestRun,
    ResumeRun,
)
from domain.run.events import (
    PlanProduced,
    ResponseComposed,
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunRecovered,
    RunRequested,
    RunResumed,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.run.facts import Patches
from domain.run.lifecycle import (
    LIFECYCLE,
    START,
    TARGETS,
    RunState,
    Trigger,
    is_final,
    possible_triggers,
)
from domain.run.note_events import GoldenPinned, GoldenUnpinned, RunFlagged
from domain.run.notes import noted
from domain.run.replanning import ReplanDecided
from domain.run.reports import check_report
from domain.run.state import (
    KnownRun,
    Run,
    Tries,
    counted_on,
    interrupted,
    planned_again,
    waiting_after,
)


def decide(run: Run, command: Command) -> list[RunEvent]:
    """Return what happens when the command is obeyed.

    Raises `IllegalTransition`, `InvalidReport`, `NotGolden`, `CannotBeGolden`, `NotEnded`,
    `NotFlaggedWrong`, `NothingToErase`, `NotWaiting`.
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
        case ResumeRun() | RecoverRun():
            return [_taken_up(run, command)]
        case ApproveCall() | DenyCall():
            return [_decided(run, command)]
        case _:
            return [noted(run, command)]


def evolve(run: Run, event: RunEvent) -> Run:
    """Return the run after the event, whatever the event: histories of older rules fold too."""
    trigger = trigger_of(event)
    state = run.state if trigger is None else TARGETS[trigger]
    after = structs.replace(run, version=run.version + 1, state=state)
    match event:
        case ToolCallStarted() | ToolCallSucceeded() | ToolCallFailed() | ToolCallSkipped():
            tries = _call(event, run.calls.get(event.call_id))
            return structs.replace(after, calls={**run.calls, event.call_id: tries})
        case StageStarted() | StageCompleted() | StageSkipped() | StageFailed():
            return structs.replace(after, stages={**run.stages, event.stage: _stage(event)})
        case RunResumed() | RunRecovered():
            return structs.replace(
                after,
                completed_as=None,
                has_response=False,
                stages=interrupted(run.stages, event.from_stage),
                calls=counted_on(run.calls, event.reused_calls),
                waiting={},
            )
        case ReplanDecided(is_approved=True):
            stages, calls = planned_again(run.stages, run.calls)
            return structs.replace(after, stages=stages, calls=calls)
        case RunCompleted(status=completed_as):
            return structs.replace(after, completed_as=completed_as)
        case _:
            return structs.replace(
                after,
                has_plan=run.has_plan or isinstance(event, PlanProduced),
                has_response=run.has_response or isinstance(event, ResponseComposed),
                golden=golden_after(run.golden, event),
                flag=event.verdict if isinstance(event, RunFlagged) else run.flag,
                waiting=waiting_after(run.waiting, event),
            )


def trigger_of(event: RunEvent) -> Trigger | None:
    """Return the lifecycle trigger that the event pulls, or None."""
    return START[event.stage] if isinstance(event, StageStarted) else event.trigger


def golden_after(name: str | None, event: RunEvent) -> str | None:
    """Return the name that the run is golden by after the event; None when it is not."""
    match event:
        case GoldenPinned():
            return event.name
        case GoldenUnpinned():
            return None if event.name == name else name
        case _:
            return name


def require(run: KnownRun, trigger: Trigger) -> None:
    """Raise `IllegalTransition` unless the trigger is possible in the run's state."""
    is_allowed = LIFECYCLE.is_allowed(run.state, trigger)
    if not is_allowed or is_final(run.state, run.completed_as):
        allowed = possible_triggers(run.state, run.completed_as)
        raise IllegalTransition(run.run_id, state=run.state, trigger=trigger, allowed=allowed)


def _requested(command: RequestRun) -> RunRequested:
    return RunRequested(
        question=command.question,
        plan_output=command.plan_output,
        options=command.options,
        asset_overrides=command.asset_overrides,
        idempotency_key=command.idempotency_key,
        origin=command.origin,
        engine_version=command.engine_version,
        followed=command.followed,
    )


def _taken_up(run: Run, command: ResumeRun | RecoverRun) -> RunEvent:
    reused = list(command.reused_calls)
    match command:
        case ResumeRun(why=why):
            require(run, Trigger.RESUME)
            return RunResumed(
                from_stage=command.from_stage,
                why=why,
                reused_calls=reused,
                timeout_ms=UNSET if command.timeout_ms is None else command.timeout_ms,
                patches=UNSET if command.patches == Patches() else command.patches,
            )
        case RecoverRun(lost_worker=worker):
            require(run, Trigger.RECOVER)
            return RunRecovered(
                from_stage=command.from_stage,
                lost_worker=worker,
                reused_calls=reused,
                calls_in_flight=[*command.calls_in_flight] or UNSET,
                in_doubt=[*command.in_doubt] or UNSET,
                was_set_down=True if command.was_set_down else UNSET,
            )


def _decided(run: Run, command: ApproveCall | DenyCall) -> CallApproved | CallDenied:
    """Return the decision on a call. Raises `NotWaiting`."""
    if run.state is not RunState.WAITING:
        raise NotWaiting(run.run_id, why=f"it is {run.state}, and no call of it waits")
    label = run.waiting.get(command.call_id)
    if label is None:
        why = f"call {command.call_id!r} does not wait for approval"
        raise NotWaiting(run.run_id, why=why, waiting=run.waiting)
    if label != command.label:
        why = f"call {command.call_id!r} waits with label {label}, not {command.label}"
        raise NotWaiting(run.run_id, why=f"{why}: look again at what would be called")
    event = CallApproved if isinstance(command, ApproveCall) else CallDenied
    return event(call_id=command.call_id, label=command.label, reason=command.reason)


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
    known: Tries | None,
) -> Tries:
    match event:
        case ToolCallStarted():
            return Tries("started", event.attempt)
        case ToolCallSucceeded():
            return Tries("succeeded", event.attempt)
        case ToolCallFailed():
            return Tries("failed", event.attempt)
        case ToolCallSkipped():
            return Tries("skipped", known.attempt if known else 0)
        case _:
            assert_never(event)
