"""Histories of runs for views: each event comes 10 ms after the one before."""

from domain.json import JsonMap
from domain.run.call_events import ToolCallFailed, ToolCallSkipped
from domain.run.events import (
    HistoryEntry,
    PlanProduced,
    PlanValidated,
    ResponseComposed,
    RunCompleted,
    RunEvent,
    RunRejected,
    StageStarted,
)
from domain.run.facts import PlanDecision
from domain.run.lifecycle import Stage
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import (
    CANCELLED,
    EXECUTING,
    FAILED,
    FAULT,
    PLANNING,
    RANKED,
    REQUESTED,
    ROUTED,
    call_started,
    call_succeeded,
    completed,
    failed,
    skipped,
    started,
)

RAW_PLAN = PlanProduced(
    planner="rules", planner_version="1", plan_output={"kind": "plan", "plan": {"limit": 90}}
)
DECISION = PlanDecision(rule="limit", field="limit", requested=90, effective=50, why="at most 50")
BLOCKS: list[JsonMap] = [{"type": "text", "text": "One."}]

PARTIAL: list[RunEvent] = [
    *PLANNING,
    RAW_PLAN,
    ROUTED,
    completed(Stage.ROUTE_PLAN),
    StageStarted(stage=Stage.VALIDATE, attempt=1, applied_assets={"policy": "r1"}),
    PlanValidated(plan={"limit": 50}, decisions=[DECISION]),
    completed(Stage.VALIDATE),
    started(Stage.EXECUTE),
    RANKED,
    call_started("a"),
    call_started("b"),
    call_succeeded("a"),
    ToolCallFailed(call_id="b", attempt=1, error=FAULT, duration_ms=5),
    call_started("b", attempt=2),
    ToolCallFailed(call_id="b", attempt=2, error=FAULT, duration_ms=5),
    ToolCallSkipped(call_id="c", tool="metric", operation="series", reason="b failed", cause="b"),
    completed(Stage.EXECUTE),
    started(Stage.COMPOSE),
    completed(Stage.COMPOSE),
    started(Stage.PRESENT),
    completed(Stage.PRESENT),
    ResponseComposed(
        answer="One.",
        blocks=[*BLOCKS],
        references=[{"kind": "ci", "id": "c1"}],
        confidence=0.8,
        confidence_reasons=["b failed"],
    ),
    RunCompleted(status="partial", succeeded_calls=1, failed_calls=1, skipped_calls=1),
]
"""Two calls and one that waits: the second fails twice, so the third is skipped."""

REFUSED: list[RunEvent] = [
    REQUESTED,
    started(Stage.ROUTE_PLAN),
    RAW_PLAN,
    completed(Stage.ROUTE_PLAN),
    *(skipped(stage) for stage in (Stage.VALIDATE, Stage.EXECUTE, Stage.COMPOSE)),
    started(Stage.PRESENT),
    completed(Stage.PRESENT),
    ResponseComposed(answer="Query rejected: no", blocks=[*BLOCKS]),
    RunRejected(reason="no", policy="p1"),
]
BROKEN: list[RunEvent] = [
    *EXECUTING,
    call_started("a"),
    call_started("b"),
    ToolCallFailed(call_id="a", attempt=1, error=FAULT, duration_ms=5),
    failed(Stage.EXECUTE),
    FAILED,
]
STOPPED: list[RunEvent] = [*EXECUTING, call_started("a"), CANCELLED]
RUNNING: list[RunEvent] = [*EXECUTING, call_started("a")]
EVERY_END = {
    "partial": PARTIAL,
    "refused": REFUSED,
    "broken": BROKEN,
    "stopped": STOPPED,
    "running": RUNNING,
}


def history(events: list[RunEvent]) -> list[HistoryEntry]:
    """Return the events as readers see them."""
    return entries(events, step_ms=10)


def prefixes() -> list[list[HistoryEntry]]:
    """Return every history as it was at each of its versions."""
    whole = [history(events) for events in EVERY_END.values()]
    return [one[:version] for one in whole for version in range(1, len(one) + 1)]
