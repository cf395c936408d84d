"""Which reports of a runner fit the history of the run: the rules behind `ReportProgress`."""

from collections.abc import Callable
from typing import Any, Final

from domain.errors import InvalidReport
from domain.run.approval_events import RunWaiting
from domain.run.asset_events import AssetApplied
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallLogged,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
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
from domain.run.lifecycle import ACTIVE_STATES, STATE_OF, RunState, Stage
from domain.run.replanning import ReplanDecided, ReplanRequested
from domain.run.run_event import Asked
from domain.run.state import KnownRun

_TO_BE_SEEN: Final = frozenset({"interrupted", "reused"})
"""How a call stands in a run that was taken up again, until that came to it.

A result counts on unless the call is asked with other parameters now, or not asked any more.
"""


def check_report(run: KnownRun, event: RunEvent) -> None:
    """Raise `InvalidReport` when the event contradicts what is recorded of the run already."""
    comes_by, rule = event.comes_by, _RULES.get(type(event))
    problem = None
    if isinstance(comes_by, Asked):
        problem = f"it comes by its own command, {comes_by.command}"
    elif comes_by.stage is not None and run.state is not STATE_OF[comes_by.stage]:
        problem = _elsewhere(run, comes_by.stage)
    elif rule is not None:
        problem = rule(run, event)
    if problem is not None:
        raise InvalidReport(run.run_id, event=event.stored_as, why=problem)


def _elsewhere(run: KnownRun, stage: Stage) -> str:
    return f"the run is in {run.state}, not in {stage}"


def _stage_started(run: KnownRun, event: StageStarted) -> str | None:
    known = run.stages.get(event.stage)
    expected = known.attempt + 1 if known else 1
    return None if event.attempt == expected else f"the next attempt is {expected}"


def _stage_skipped(run: KnownRun, event: StageSkipped) -> str | None:
    known = run.stages.get(event.stage)
    if run.state not in ACTIVE_STATES and run.state is not RunState.RESUMED:
        return f"the run is {run.state}"
    if known is None or known.status == "interrupted":
        return None
    return f"{event.stage} is {known.status} already"


def _stage_ended(run: KnownRun, event: StageCompleted | StageFailed) -> str | None:
    known = run.stages.get(event.stage)
    if known is None or known.status != "started" or known.attempt != event.attempt:
        return f"{event.stage} attempt {event.attempt} is not running"
    return None if run.state is STATE_OF[event.stage] else _elsewhere(run, event.stage)


def _call_started(run: KnownRun, event: ToolCallStarted) -> str | None:
    known = run.calls.get(event.call_id)
    if known and known.status in {"succeeded", "skipped"}:
        return f"call {event.call_id} is {known.status} already"
    expected = known.attempt + 1 if known else 1
    return None if event.attempt == expected else f"the next attempt is {expected}"


def _call_skipped(run: KnownRun, event: ToolCallSkipped) -> str | None:
    known = run.calls.get(event.call_id)
    if known is None or known.status in _TO_BE_SEEN:
        return None
    return f"call {event.call_id} is {known.status} already"


def _call_runs(
    run: KnownRun,
    event: ToolCallSucceeded | ToolCallFailed | ToolCallLogged | ToolCallThrottled,
) -> str | None:
    known = run.calls.get(event.call_id)
    if known is None or known.status != "started" or known.attempt != event.attempt:
        return f"call {event.call_id} attempt {event.attempt} is not running"
    return None


def _waiting(run: KnownRun, _: RunWaiting) -> str | None:
    running = [call_id for call_id, tries in run.calls.items() if tries.status == "started"]
    return f"calls are running: {', '.join(running)}" if running else None


def _in_its_stage(
    run: KnownRun, event: ReplanRequested | ReplanDecided | AssetApplied
) -> str | None:
    return None if run.state is STATE_OF[event.stage] else _elsewhere(run, event.stage)


def _routed(run: KnownRun, _: RouteChosen) -> str | None:
    return None if run.has_plan else "there is no plan to route"


def _answered(run: KnownRun, _: RunCompleted | RunRejected) -> str | None:
    return None if run.has_response else "no response was composed"


_RULES: Final[dict[type[RunEvent], Callable[[KnownRun, Any], str | None]]] = {
    StageStarted: _stage_started,
    StageSkipped: _stage_skipped,
    StageCompleted: _stage_ended,
    StageFailed: _stage_ended,
    ToolCallStarted: _call_started,
    ToolCallSkipped: _call_skipped,
    ToolCallSucceeded: _call_runs,
    ToolCallFailed: _call_runs,
    ToolCallLogged: _call_runs,
    ToolCallThrottled: _call_runs,
    RunWaiting: _waiting,
    ReplanRequested: _in_its_stage,
    ReplanDecided: _in_its_stage,
    AssetApplied: _in_its_stage,
    RouteChosen: _routed,
    RunCompleted: _answered,
    RunRejected: _answered,
}
"""What must be so before an event; each returns what is not, else None."""
