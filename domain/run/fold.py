"""The fold that runs are carried out and read with: `decide` and `evolve` in place, and quick.

It says what `domain.run.run` says, which is written to be read; a law of the tests holds the two
together.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from domain.run.approval_events import CallApproved, CallDenied, RunWaiting
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import (
    PlanProduced,
    ResponseComposed,
    RunCompleted,
    RunEvent,
    RunRecovered,
    RunResumed,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.run.lifecycle import TARGETS
from domain.run.note_events import GoldenPinned, GoldenUnpinned, RunFlagged
from domain.run.replanning import ReplanDecided
from domain.run.reports import check_report
from domain.run.run import golden_after, require, trigger_of
from domain.run.state import (
    Progress,
    Run,
    Tries,
    counted_on,
    interrupted,
    planned_again,
    waiting_after,
)

_Step = Callable[["RunFold", Any], None]


class RunFold:
    """What is known of one run, while its events come one by one; see `Run`."""

    __slots__ = (
        "calls",
        "completed_as",
        "flag",
        "golden",
        "has_plan",
        "has_response",
        "run_id",
        "stages",
        "state",
        "version",
        "waiting",
    )

    def __init__(self, run: Run) -> None:
        """Go on from a run."""
        self.run_id, self.version, self.state = run.run_id, run.version, run.state
        self.has_plan, self.has_response = run.has_plan, run.has_response
        self.golden, self.flag, self.completed_as = run.golden, run.flag, run.completed_as
        self.stages, self.calls = dict(run.stages), dict(run.calls)
        self.waiting = run.waiting

    def check(self, event: RunEvent) -> None:
        """Raise what `decide` raises of the report of this event."""
        trigger = trigger_of(event)
        if trigger is not None:
            require(self, trigger)
        check_report(self, event)

    def add(self, event: RunEvent) -> None:
        """Take the next event, whatever it is."""
        self.version += 1
        trigger = trigger_of(event)
        if trigger is not None:
            self.state = TARGETS[trigger]
        step = _STEPS.get(type(event))
        if step is not None:
            step(self, event)

    def value(self) -> Run:
        """Return the run as it is now."""
        return Run(
            run_id=self.run_id,
            version=self.version,
            state=self.state,
            completed_as=self.completed_as,
            has_plan=self.has_plan,
            has_response=self.has_response,
            golden=self.golden,
            flag=self.flag,
            stages=dict(self.stages),
            calls=dict(self.calls),
            waiting=self.waiting,
        )


def fold(run_id: str, events: Iterable[RunEvent]) -> Run:
    """Return the run that the events, in order, make."""
    folded = RunFold(Run(run_id=run_id))
    for event in events:
        folded.add(event)
    return folded.value()


def _stage(status: Progress) -> _Step:
    def step(run: RunFold, event: StageStarted | StageCompleted | StageFailed) -> None:
        run.stages[event.stage] = Tries(status, event.attempt)

    return step


def _stage_skipped(run: RunFold, event: StageSkipped) -> None:
    run.stages[event.stage] = Tries("skipped")


def _call(status: Progress) -> _Step:
    def step(run: RunFold, event: ToolCallStarted | ToolCallSucceeded | ToolCallFailed) -> None:
        run.calls[event.call_id] = Tries(status, event.attempt)

    return step


def _call_skipped(run: RunFold, event: ToolCallSkipped) -> None:
    known = run.calls.get(event.call_id)
    run.calls[event.call_id] = Tries("skipped", known.attempt if known else 0)


def _taken_up(run: RunFold, event: RunResumed | RunRecovered) -> None:
    run.completed_as, run.has_response, run.waiting = None, False, {}
    run.stages = interrupted(run.stages, event.from_stage)
    run.calls = counted_on(run.calls, event.reused_calls)


def _waiting(run: RunFold, event: RunWaiting | CallApproved | CallDenied) -> None:
    run.waiting = waiting_after(run.waiting, event)


def _replan_decided(run: RunFold, event: ReplanDecided) -> None:
    if event.is_approved:
        run.stages, run.calls = planned_again(run.stages, run.calls)


def _plan_produced(run: RunFold, _: PlanProduced) -> None:
    run.has_plan = True


def _response_composed(run: RunFold, _: ResponseComposed) -> None:
    run.has_response = True


def _completed(run: RunFold, event: RunCompleted) -> None:
    run.completed_as = event.status


def _flagged(run: RunFold, event: RunFlagged) -> None:
    run.flag = event.verdict


def _named(run: RunFold, event: GoldenPinned | GoldenUnpinned) -> None:
    run.golden = golden_after(run.golden, event)


_STEPS: Final[dict[type[RunEvent], _Step]] = {
    StageStarted: _stage("started"),
    StageCompleted: _stage("completed"),
    StageFailed: _stage("failed"),
    StageSkipped: _stage_skipped,
    ToolCallStarted: _call("started"),
    ToolCallSucceeded: _call("succeeded"),
    ToolCallFailed: _call("failed"),
    ToolCallSkipped: _call_skipped,
    RunResumed: _taken_up,
    RunRecovered: _taken_up,
    RunWaiting: _waiting,
    CallApproved: _waiting,
    CallDenied: _waiting,
    ReplanDecided: _replan_decided,
    PlanProduced: _plan_produced,
    ResponseComposed: _response_composed,
    RunCompleted: _completed,
    RunFlagged: _flagged,
    GoldenPinned: _named,
    GoldenUnpinned: _named,
}
"""What an event changes beside the state; the others change nothing else."""
