"""What happens to a run, as stored facts, each with all that is said of it.

Times, actors and ids are in the envelope, not here. New fields have defaults.
"""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from domain.aggregate.aggregate import StreamEntry
from domain.estate.looked_up import Followed, LookedUp
from domain.run.approval_events import CallApproved, CallDenied, RunWaiting
from domain.run.asset_events import AssetApplied
from domain.run.call_events import CallEvent
from domain.run.facts import (
    AskedPlanner,
    CallTimeoutMs,
    Fault,
    Origin,
    Patches,
    PlanDecision,
    RunOptions,
    StageDiagnostics,
    StoredMap,
    changes_in_words,
    counted,
)
from domain.run.lifecycle import CompletedAs, Stage, Trigger
from domain.run.note_events import (
    GoldenBroke,
    GoldenPinned,
    GoldenUnpinned,
    ResultErased,
    RunAnnotated,
    RunFlagged,
)
from domain.run.replanning import ReplanDecided, ReplanRequested
from domain.run.run_event import Asked, OnTimeline, Reported, RunEventData


class RunRequested(RunEventData, frozen=True, kw_only=True):
    """Somebody asked.

    With `plan_output` there is nothing left to plan. `origin` says whether the run comes from
    another one; `engine_version` is that of the opstrail which took the request. `followed`,
    stored only of a follow-up question, is what it builds on.
    """

    stored_as = "run-requested"
    trigger = Trigger.REQUEST
    comes_by = Asked("RequestRun", is_outside=False)
    on_timeline = OnTimeline.NOTHING
    says = "somebody asks: {0.question}"
    personal = (
        *("question", "plan_output", "asset_overrides", "idempotency_key", "origin"),
        "followed",
    )

    question: str
    plan_output: StoredMap | None = None
    options: RunOptions = RunOptions()
    asset_overrides: dict[str, str] = {}
    idempotency_key: str | None = None
    origin: Origin = Origin()
    engine_version: str | None = None
    followed: Followed | UnsetType = UNSET

    @property
    def is_what_if(self) -> bool:
        """See `Origin`."""
        return self.origin.is_what_if

    @property
    def builds_on(self) -> Followed | None:
        """What a follow-up question builds on, if it is one."""
        return None if self.followed is UNSET else self.followed


class PlanProduced(RunEventData, frozen=True, kw_only=True):
    """A planner, or the caller, said what to do.

    `anchored_at` is the instant that relative times of the run count back from, as ISO 8601 text.
    `looked_up` is what the planner learned from the estate: with it, the question and the instant,
    it makes the same plan again. It is stored only where a planner was asked for this run.
    """

    stored_as = "plan-produced"
    comes_by = Reported(Stage.ROUTE_PLAN)
    on_timeline = OnTimeline.NOTHING
    says = "planner {0.planner} {0.planner_version} makes a plan"
    personal = ("plan_output", "looked_up")

    planner: str
    planner_version: str
    plan_output: StoredMap
    anchored_at: str | None = None
    looked_up: LookedUp | UnsetType = UNSET


class RouteChosen(RunEventData, frozen=True, kw_only=True):
    """The router decided how to go on, and what it saw."""

    stored_as = "route-chosen"
    is_derived = True
    comes_by = Reported(Stage.ROUTE_PLAN)
    on_timeline = OnTimeline.NOTHING
    says = "the router takes the route {0.route}"
    personal = ("route_config", "plan_analysis", "routing_context")

    route: str
    route_config: StoredMap
    plan_analysis: StoredMap
    routing_context: StoredMap


class StageStarted(RunEventData, frozen=True, kw_only=True):
    """A stage began.

    Its input is the plan and the output of the stage before, which the history already holds.
    """

    stored_as = "stage-started"
    is_derived = True
    comes_by = Reported()
    on_timeline = OnTimeline.BEGINS_STAGE
    says = "stage {0.stage} begins{0.again}"
    personal = ()

    stage: Stage
    attempt: Annotated[int, Meta(ge=1)]
    applied_assets: dict[str, str] = {}

    @property
    def again(self) -> str:
        """Which attempt it is, unless it is the first."""
        return f", attempt {self.attempt}" if self.attempt > 1 else ""


class StageCompleted(RunEventData, frozen=True, kw_only=True):
    """A stage ended.

    `result` is what the stage itself decided; results of calls are in their own events.
    """

    stored_as = "stage-completed"
    is_derived = True
    comes_by = Reported()
    on_timeline = OnTimeline.ENDS_STAGE
    says = "stage {0.stage} ends: {0.diagnostics.status}"
    personal = ("result", "diagnostics")

    stage: Stage
    attempt: int
    result: StoredMap
    diagnostics: StageDiagnostics
    reference_count: int = 0


class StageSkipped(RunEventData, frozen=True, kw_only=True):
    """A stage was not needed."""

    stored_as = "stage-skipped"
    is_derived = True
    comes_by = Reported()
    on_timeline = OnTimeline.ENDS_STAGE
    says = "stage {0.stage} is skipped: {0.reason}"
    personal = ()

    stage: Stage
    reason: str


class StageFailed(RunEventData, frozen=True, kw_only=True):
    """A stage could not do its work.

    `asked` is there, and stored, only where a planner was asked and gave no plan.
    """

    stored_as = "stage-failed"
    comes_by = Reported()
    on_timeline = OnTimeline.ENDS_STAGE
    says = "stage {0.stage} fails: {0.error.code}: {0.error.message}"
    personal = ("error", "asked")

    stage: Stage
    attempt: int
    error: Fault
    asked: AskedPlanner | UnsetType = UNSET


class PlanValidated(RunEventData, frozen=True, kw_only=True):
    """The plan that will be executed."""

    stored_as = "plan-validated"
    comes_by = Reported(Stage.VALIDATE)
    on_timeline = OnTimeline.NOTHING
    says = "the plan is settled, with {0.decided}"
    personal = ("plan", "decisions")

    plan: StoredMap
    decisions: list[PlanDecision] = []

    @property
    def decided(self) -> str:
        """How many decisions there were."""
        return counted(len(self.decisions), "decision")


class ResponseComposed(RunEventData, frozen=True, kw_only=True):
    """The answer as it is shown."""

    stored_as = "response-composed"
    is_derived = True
    comes_by = Reported(Stage.PRESENT)
    on_timeline = OnTimeline.NOTHING
    says = "the answer: {0.answer}"
    personal = ("answer", "blocks", "references", "next_actions")

    answer: str
    blocks: list[StoredMap]
    references: list[StoredMap] = []
    next_actions: list[StoredMap] = []
    confidence: float = 1.0
    confidence_reasons: list[str] = []


class RunCompleted(RunEventData, frozen=True, kw_only=True):
    """The run ended with an answer.

    The answer is a success, partial (some calls failed) or degraded (only a fallback answered).
    """

    stored_as = "run-completed"
    is_derived = True
    trigger = Trigger.COMPLETE
    comes_by = Reported()
    on_timeline = OnTimeline.NOTHING
    says = "the run is completed: {0.status}"
    personal = ()

    status: CompletedAs
    succeeded_calls: int = 0
    failed_calls: int = 0
    skipped_calls: int = 0


class RunRejected(RunEventData, frozen=True, kw_only=True):
    """A policy forbade the question."""

    stored_as = "run-rejected"
    trigger = Trigger.REJECT
    comes_by = Reported()
    on_timeline = OnTimeline.NOTHING
    says = "the run is rejected: {0.reason}"
    personal = ("reason",)

    reason: str
    policy: str | None = None


class RunFailed(RunEventData, frozen=True, kw_only=True):
    """The run ended without an answer."""

    stored_as = "run-failed"
    trigger = Trigger.FAIL
    comes_by = Reported()
    on_timeline = OnTimeline.INTERRUPTS
    says = "the run fails: {0.error.code}: {0.error.message}"
    personal = ("error",)

    error: Fault
    stage: Stage | None = None


class RunCancelled(RunEventData, frozen=True, kw_only=True):
    """Somebody stopped the run; the envelope says who."""

    stored_as = "run-cancelled"
    trigger = Trigger.CANCEL
    comes_by = Asked("CancelRun")
    on_timeline = OnTimeline.INTERRUPTS
    says = "the run is cancelled: {0.why}"
    personal = ("why",)

    why: str


class RunResumed(RunEventData, frozen=True, kw_only=True):
    """Somebody let a run go on that had ended without all answers; the envelope says who.

    `reused_calls` are the ids of the calls whose recorded results count on; they are repeated only
    where their parameters come out otherwise. From here on `timeout_ms` is the time that a call
    may take, and `patches` are applied; both are stored only where they say something.
    """

    stored_as = "run-resumed"
    trigger = Trigger.RESUME
    comes_by = Asked("ResumeRun")
    on_timeline = OnTimeline.MARK
    says = "the run is resumed at {0.from_stage}: {0.why}{0.changed}"
    personal = ("why", "patches")

    from_stage: Stage
    why: str
    reused_calls: list[str] = []
    timeout_ms: CallTimeoutMs | UnsetType = UNSET
    patches: Patches | UnsetType = UNSET

    @property
    def is_what_if(self) -> bool:
        """Whether the run does otherwise than was asked from here on."""
        return (self.patches or Patches()) != Patches()

    @property
    def changes(self) -> str:
        """What is otherwise from here on, as people write it; empty when nothing is."""
        timeout_ms = None if self.timeout_ms is UNSET else self.timeout_ms
        return changes_in_words(self.patches or Patches(), timeout_ms)

    @property
    def changed(self) -> str:
        """The changes in brackets, if there are any."""
        return f" ({self.changes})" if self.changes else ""


class RunRecovered(RunEventData, frozen=True, kw_only=True):
    """The worker of the run was lost, and the worker in the envelope takes over.

    `lost_worker` is None when no worker had begun. `reused_calls` as in `RunResumed`. Nobody knows
    whether the `calls_in_flight`, stored only where there are some, were answered: they are made
    again. Nor whether the effects `in_doubt` have happened: they are not, unless that is allowed.
    A worker that stops in order is not lost: `was_set_down` says that it left the run to others.
    """

    stored_as = "run-recovered"
    is_derived = True
    trigger = Trigger.RECOVER
    comes_by = Asked("RecoverRun")
    on_timeline = OnTimeline.INTERRUPTS
    says = "the run is taken over at {0.from_stage}{0.loss}"
    personal = ()

    lost_worker: str | None = None
    from_stage: Stage
    reused_calls: list[str] = []
    calls_in_flight: list[str] | UnsetType = UNSET
    in_doubt: list[str] | UnsetType = UNSET
    was_set_down: bool | UnsetType = UNSET

    @property
    def loss(self) -> str:
        """Which worker was lost, if one had begun, and which calls were in flight."""
        how = "had stopped" if self.was_set_down else "was lost"
        lost = f", for {self.lost_worker} {how}" if self.lost_worker else ""
        again, doubt = ", ".join(self.calls_in_flight or ()), ", ".join(self.in_doubt or ())
        told = f"{lost}; in flight and made again: {again}" if again else lost
        return f"{told}; in flight, and not known whether it happened: {doubt}" if doubt else told


RunEvent = (
    RunRequested
    | PlanProduced
    | RouteChosen
    | StageStarted
    | StageCompleted
    | StageSkipped
    | StageFailed
    | PlanValidated
    | AssetApplied
    | CallEvent
    | ReplanRequested
    | ReplanDecided
    | ResponseComposed
    | RunCompleted
    | RunRejected
    | RunFailed
    | RunCancelled
    | RunResumed
    | RunRecovered
    | RunWaiting
    | CallApproved
    | CallDenied
    | RunAnnotated
    | RunFlagged
    | GoldenPinned
    | GoldenUnpinned
    | GoldenBroke
    | ResultErased
)
HistoryEntry = StreamEntry[RunEvent]
"""One event of a run as readers see it."""
