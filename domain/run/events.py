"""What happens to a run, as stored facts.

The names in `stored_as` and the shapes are for ever: a changed shape gets a higher
`schema_version` and an upcaster in `domain.run.codec`, a changed meaning gets a new type. New
fields have defaults. Times, actors and ids are in the envelope, not here.
"""

from typing import Literal

from pydantic import Field

from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolsRanked,
)
from domain.run.event_data import EventData
from domain.run.facts import (
    Fault,
    Origin,
    PlanDecision,
    RunOptions,
    StageDiagnostics,
    StoredMap,
)
from domain.run.lifecycle import Stage, Trigger
from domain.run.resumption_events import RunRecovered, RunResumed


class RunRequested(EventData):
    """Somebody asked.

    With `plan_output` there is nothing left to plan. `origin` says whether the run comes from
    another one; `engine_version` is that of the opstrail which took the request.
    """

    stored_as = "run-requested"
    trigger = Trigger.REQUEST

    question: str
    plan_output: StoredMap | None = None
    options: RunOptions = RunOptions()
    asset_overrides: dict[str, str] = {}
    idempotency_key: str | None = None
    origin: Origin = Origin()
    engine_version: str | None = None


class PlanProduced(EventData):
    """A planner, or the caller, said what to do.

    `anchored_at` is the instant that relative times of the run count back from, as ISO 8601 text.
    """

    stored_as = "plan-produced"

    planner: str
    planner_version: str
    plan_output: StoredMap
    anchored_at: str | None = None


class RouteChosen(EventData):
    """The router decided how to go on, and what it saw."""

    stored_as = "route-chosen"

    route: str
    route_config: StoredMap
    plan_analysis: StoredMap
    routing_context: StoredMap


class StageStarted(EventData):
    """A stage began.

    Its input is the plan and the output of the stage before, which the history already holds.
    """

    stored_as = "stage-started"

    stage: Stage
    attempt: int = Field(ge=1)
    applied_assets: dict[str, str] = {}


class StageCompleted(EventData):
    """A stage ended.

    `result` is what the stage itself decided; results of calls are in their own events.
    """

    stored_as = "stage-completed"

    stage: Stage
    attempt: int
    result: StoredMap
    diagnostics: StageDiagnostics
    reference_count: int = 0


class StageSkipped(EventData):
    """A stage was not needed."""

    stored_as = "stage-skipped"

    stage: Stage
    reason: str


class StageFailed(EventData):
    """A stage could not do its work."""

    stored_as = "stage-failed"

    stage: Stage
    attempt: int
    error: Fault


class PlanValidated(EventData):
    """The plan that will be executed."""

    stored_as = "plan-validated"

    plan: StoredMap
    decisions: list[PlanDecision] = []


class ResponseComposed(EventData):
    """The answer as it is shown."""

    stored_as = "response-composed"

    answer: str
    blocks: list[StoredMap]
    references: list[StoredMap] = []
    next_actions: list[StoredMap] = []
    confidence: float = 1.0
    confidence_reasons: list[str] = []


class RunCompleted(EventData):
    """The run ended with an answer.

    The answer is a success, partial (some calls failed) or degraded (only a fallback answered).
    """

    stored_as = "run-completed"
    trigger = Trigger.COMPLETE

    status: Literal["success", "partial", "degraded"]
    succeeded_calls: int = 0
    failed_calls: int = 0
    skipped_calls: int = 0


class RunRejected(EventData):
    """A policy forbade the question."""

    stored_as = "run-rejected"
    trigger = Trigger.REJECT

    reason: str
    policy: str | None = None


class RunFailed(EventData):
    """The run ended without an answer."""

    stored_as = "run-failed"
    trigger = Trigger.FAIL

    error: Fault
    stage: Stage | None = None


class RunCancelled(EventData):
    """Somebody stopped the run; the envelope says who."""

    stored_as = "run-cancelled"
    trigger = Trigger.CANCEL

    why: str


class RunAnnotated(EventData):
    """Somebody wrote a remark beside the run; the envelope says who."""

    stored_as = "run-annotated"

    text: str


class GoldenPinned(EventData):
    """The run became the golden run of this name: later ones are judged by it.

    `thresholds` say how far they may be from it; a name without one has the usual thresholds.
    """

    stored_as = "golden-pinned"

    name: str
    thresholds: StoredMap = {}


class GoldenUnpinned(EventData):
    """The run is no longer the golden run of this name."""

    stored_as = "golden-unpinned"

    name: str
    reason: str | None = None


RunEvent = (
    RunRequested
    | PlanProduced
    | RouteChosen
    | StageStarted
    | StageCompleted
    | StageSkipped
    | StageFailed
    | PlanValidated
    | ToolsRanked
    | ToolCallStarted
    | ToolCallSucceeded
    | ToolCallFailed
    | ToolCallSkipped
    | ResponseComposed
    | RunCompleted
    | RunRejected
    | RunFailed
    | RunCancelled
    | RunAnnotated
    | GoldenPinned
    | GoldenUnpinned
    | RunResumed
    | RunRecovered
)
