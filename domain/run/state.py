"""The state of a run, as far as the rules need it."""

from collections.abc import Collection, Mapping
from typing import Final, Literal, Protocol

from msgspec import Struct, structs

from domain.run.approval_events import CallApproved, CallDenied, RunWaiting
from domain.run.facts import Flag
from domain.run.lifecycle import STAGE_ORDER, CompletedAs, RunState, Stage
from domain.run.run_event import RunEventData

_ENDED: Final = frozenset({"succeeded", "reused", "failed"})
Progress = Literal[
    "started", "completed", "succeeded", "failed", "skipped", "reused", "interrupted"
]
"""In a run that was taken up again: reused counts on, interrupted is to be repeated."""


class Tries(Struct, frozen=True):
    """How often a stage or call was tried, and how the last try stands.

    A call that was only ever skipped was tried 0 times.
    """

    status: Progress
    attempt: int = 1


class Run(Struct, frozen=True, kw_only=True):
    """What `decide` needs to know of a run.

    Stages and calls are there once something happened to them. `completed_as` is there while the
    run is completed. `golden` is the name that the run is pinned by, `flag` what a person thinks
    of its answer. `waiting` are the labels of the calls that a person is to decide on, by id.
    """

    run_id: str
    version: int = 0
    state: RunState = RunState.NEW
    completed_as: CompletedAs | None = None
    has_plan: bool = False
    has_response: bool = False
    stages: Mapping[Stage, Tries] = {}
    calls: Mapping[str, Tries] = {}
    golden: str | None = None
    flag: Flag | None = None
    waiting: Mapping[str, str] = {}


class KnownRun(Protocol):
    """What the rules of reports look at: a `Run`, or a fold that is on its way to one."""

    @property
    def run_id(self) -> str:
        """See `Run`."""

    @property
    def state(self) -> RunState:
        """See `Run`."""

    @property
    def completed_as(self) -> CompletedAs | None:
        """See `Run`."""

    @property
    def has_plan(self) -> bool:
        """See `Run`."""

    @property
    def has_response(self) -> bool:
        """See `Run`."""

    @property
    def stages(self) -> Mapping[Stage, Tries]:
        """See `Run`."""

    @property
    def calls(self) -> Mapping[str, Tries]:
        """See `Run`."""


def interrupted(stages: Mapping[Stage, Tries], from_stage: Stage) -> dict[Stage, Tries]:
    """Return the stages; that where the run goes on is to be repeated, and those behind it."""
    first = STAGE_ORDER[from_stage]
    return {
        stage: structs.replace(tries, status="interrupted")
        if STAGE_ORDER[stage] >= first
        else tries
        for stage, tries in stages.items()
    }


def counted_on(calls: Mapping[str, Tries], reused: Collection[str]) -> dict[str, Tries]:
    """Return the calls: those whose results count on, and those that may be tried again.

    After a failure that counts on, a fallback may still be tried.
    """
    return {
        call_id: structs.replace(tries, status=_status(tries, is_reused=call_id in reused))
        for call_id, tries in calls.items()
    }


def planned_again(
    stages: Mapping[Stage, Tries], calls: Mapping[str, Tries]
) -> tuple[dict[Stage, Tries], dict[str, Tries]]:
    """Return stages and calls of a run that changes its plan.

    What ended counts on, failures too; the changed plan may still come to skip it.
    """
    return interrupted(stages, Stage.VALIDATE), {
        call_id: structs.replace(
            tries, status="reused" if tries.status in _ENDED else "interrupted"
        )
        for call_id, tries in calls.items()
    }


def waiting_after(waiting: Mapping[str, str], event: RunEventData) -> Mapping[str, str]:
    """Return the labels of the calls that wait after the event, by id."""
    match event:
        case RunWaiting(calls=calls):
            return {call.call_id: call.label for call in calls}
        case CallApproved(call_id=decided) | CallDenied(call_id=decided):
            return {call_id: label for call_id, label in waiting.items() if call_id != decided}
        case _:
            return waiting


def _status(tries: Tries, *, is_reused: bool) -> Progress:
    if not is_reused:
        return "interrupted"
    return "failed" if tries.status == "failed" else "reused"
