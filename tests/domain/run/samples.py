"""One event of each type, and the events of a run that answers with two calls."""

from typing import cast, get_args

from domain.run.approval_events import RunWaiting, WaitingCall
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
    ToolsRanked,
)
from domain.run.events import (
    PlanProduced,
    PlanValidated,
    ResponseComposed,
    RouteChosen,
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunRecovered,
    RunRejected,
    RunRequested,
    RunResumed,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.run.facts import Fault, StageDiagnostics
from domain.run.lifecycle import Stage
from domain.run.note_events import GoldenBroke, GoldenPinned, GoldenUnpinned, RunAnnotated
from tests.domain.aggregate.stored_events import current, decoded

OK = StageDiagnostics(status="ok")
FAULT = Fault(code="TOOL_TIMEOUT", message="Timeout after 5 ms", details={"ms": 5})

REQUESTED = RunRequested(question="Which servers are there?")
PLANNED = PlanProduced(planner="rules", planner_version="1", plan_output={"kind": "plan"})
ROUTED = RouteChosen(route="lookup", route_config={}, plan_analysis={}, routing_context={})
VALIDATED = PlanValidated(plan={"intent": "LOOKUP"})
RANKED = ToolsRanked(context={}, candidates=[])
COMPOSED = ResponseComposed(answer="Two.", blocks=[{"type": "text", "text": "Two."}])
COMPLETED = RunCompleted(status="success", succeeded_calls=2)
REJECTED = RunRejected(reason="not allowed", policy="p1")
FAILED = RunFailed(error=FAULT, stage=Stage.EXECUTE)
CANCELLED = RunCancelled(why="enough")
ANNOTATED = RunAnnotated(text="The disk was full.")
PINNED = GoldenPinned(name="daily", thresholds={"duration": 0.2})
UNPINNED = GoldenUnpinned(name="daily")
BROKE = GoldenBroke(name="daily", candidate_run_id="run-2", rules=["answer"])
RESUMED = RunResumed(from_stage=Stage.EXECUTE, why="the disk is back", reused_calls=["primary"])
RECOVERED = RunRecovered(lost_worker="host-1/7/1.5", from_stage=Stage.EXECUTE)


def started(stage: Stage, attempt: int = 1) -> StageStarted:
    return StageStarted(stage=stage, attempt=attempt)


def completed(stage: Stage, attempt: int = 1) -> StageCompleted:
    return StageCompleted(stage=stage, attempt=attempt, result={"of": stage.value}, diagnostics=OK)


def failed(stage: Stage, attempt: int = 1) -> StageFailed:
    return StageFailed(stage=stage, attempt=attempt, error=FAULT)


def skipped(stage: Stage) -> StageSkipped:
    return StageSkipped(stage=stage, reason="direct_answer")


def call_started(call_id: str = "a", attempt: int = 1) -> ToolCallStarted:
    return ToolCallStarted(
        call_id=call_id,
        tool="ci",
        operation="search",
        params={"limit": 5},
        label="abc",
        attempt=attempt,
        timeout_ms=1000,
    )


def call_succeeded(call_id: str = "a", attempt: int = 1) -> ToolCallSucceeded:
    return ToolCallSucceeded(call_id=call_id, attempt=attempt, data={"rows": []}, duration_ms=1)


def call_failed(call_id: str = "a", attempt: int = 1) -> ToolCallFailed:
    return ToolCallFailed(call_id=call_id, attempt=attempt, error=FAULT, duration_ms=1)


def call_throttled(call_id: str = "a", attempt: int = 1) -> ToolCallThrottled:
    return ToolCallThrottled(call_id=call_id, attempt=attempt, cause="rate_limit", waited_ms=200.0)


def call_skipped(call_id: str = "a") -> ToolCallSkipped:
    return ToolCallSkipped(
        call_id=call_id, tool="ci", operation="search", reason="not needed", cause="b"
    )


def waiting(*call_ids: str) -> RunWaiting:
    calls = [
        WaitingCall(
            call_id=call_id,
            tool="host",
            operation="restart",
            params={},
            label=f"label of {call_id}",
            why="its policy requires it",
        )
        for call_id in call_ids
    ]
    return RunWaiting(calls=calls, expires_at="2026-03-02T12:00:00.000000Z")


PLANNING: list[RunEvent] = [REQUESTED, started(Stage.ROUTE_PLAN)]
ROUTING: list[RunEvent] = [*PLANNING, PLANNED, ROUTED, completed(Stage.ROUTE_PLAN)]
VALIDATING: list[RunEvent] = [*ROUTING, started(Stage.VALIDATE)]
EXECUTING: list[RunEvent] = [
    *VALIDATING,
    VALIDATED,
    completed(Stage.VALIDATE),
    started(Stage.EXECUTE),
]
CALLED: list[RunEvent] = [
    *EXECUTING,
    RANKED,
    call_started("a"),
    call_started("b"),
    call_succeeded("a"),
    call_succeeded("b"),
    completed(Stage.EXECUTE),
]
COMPOSING: list[RunEvent] = [*CALLED, started(Stage.COMPOSE)]
PRESENTING: list[RunEvent] = [*COMPOSING, completed(Stage.COMPOSE), started(Stage.PRESENT)]
ANSWERED: list[RunEvent] = [*PRESENTING, completed(Stage.PRESENT), COMPOSED, COMPLETED]

ONE_OF_EACH: list[RunEvent] = [
    cast("RunEvent", decoded(stored))
    for kind in get_args(RunEvent)
    for stored in current(kind)[:1]  # test_every_event.py names a kind that has none
]
"""One event of each type, as the golden files have them."""
