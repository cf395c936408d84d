"""The trace of a run: one object with all that an inspector shows, folded from the events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from domain.aggregate.event import Removal, removals_of
from domain.json import JsonMap, plain_json_of
from domain.response.references import Reference
from domain.run.call_events import ToolsRanked
from domain.run.clockwork import Setback, Wait
from domain.run.events import (
    HistoryEntry,
    PlanProduced,
    PlanValidated,
    ResponseComposed,
    RouteChosen,
    RunRequested,
)
from domain.run.facts import Origin, PlanDecision, RunOptions
from domain.views.calls import CallView
from domain.views.history import History
from domain.views.json_form import View
from domain.views.stages import StageView


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTrace:
    """All that is recorded of how a run went.

    `plan_raw` and `plan_validated` are the plan before and after validation, `execution_steps` the
    tool calls, `timestamp` the time of the last event. `setbacks` say where the clock went back,
    `removed` what was removed before it was recorded. What is not there yet is None or empty.
    """

    run_id: str
    tenant_id: str
    version: int
    state: str
    status: str | None
    question: str
    duration_ms: int | None
    waited_ms: int
    waits: tuple[Wait, ...]
    setbacks: tuple[Setback, ...]
    plan_output: JsonMap | None
    stages: list[StageView]
    references: list[Annotated[JsonMap, plain_json_of(Reference)]]
    trace_id: str
    timestamp: str
    plan_raw: JsonMap | None
    plan_validated: JsonMap | None
    policy_decisions: list[PlanDecision]
    options: RunOptions
    applied_assets: dict[str, str]
    origin: Origin
    planner: str | None
    route: str | None
    plan_analysis: JsonMap | None
    tools_ranked: list[JsonMap]
    execution_steps: list[CallView]
    error: str | None
    error_code: str | None
    removed: list[Removal]


TRACE: Final[View[RunTrace]] = View("trace", RunTrace)


def run_trace(entries: Sequence[HistoryEntry]) -> RunTrace:
    """Return the trace of a history that is not empty."""
    return trace_of(History(entries))


def trace_of(history: History) -> RunTrace:
    """Return the trace of a history of which other views are made, too."""
    entries, summary = history.entries, history.summary
    facts = _facts(entries)
    composed = [entry.event for entry in entries if isinstance(entry.event, ResponseComposed)]
    return RunTrace(
        run_id=summary.run_id,
        tenant_id=summary.tenant_id,
        version=summary.version,
        state=summary.state,
        status=summary.status,
        question=summary.question,
        duration_ms=summary.duration_ms,
        waited_ms=summary.waited_ms,
        waits=history.time.waits,
        setbacks=history.time.setbacks,
        plan_output=facts["plan_raw"],
        stages=history.stages,
        references=composed[-1].references if composed else [],
        trace_id=entries[0].envelope.correlation_id,
        timestamp=entries[-1].envelope.recorded_at,
        execution_steps=history.calls,
        error=summary.error,
        error_code=summary.error_code,
        removed=[*removals_of(entry.event for entry in entries)],
        **facts,
    )


def _facts(entries: Sequence[HistoryEntry]) -> dict[str, Any]:
    """Return what the events say of the run; a later one takes the place of an earlier one."""
    found: dict[str, Any] = {
        "plan_raw": None,
        "plan_validated": None,
        "policy_decisions": [],
        "options": RunOptions(),
        "applied_assets": {},
        "origin": Origin(),
        "planner": None,
        "route": None,
        "plan_analysis": None,
        "tools_ranked": [],
    }
    for entry in entries:
        found |= _fact(entry)
    return found


def _fact(entry: HistoryEntry) -> dict[str, Any]:
    match entry.event:
        case RunRequested(options=options, asset_overrides=overrides, origin=origin):
            return {"options": options, "applied_assets": overrides, "origin": origin}
        case PlanProduced(planner=planner, planner_version=version, plan_output=plan):
            return {"planner": f"{planner} {version}", "plan_raw": plan}
        case RouteChosen(route=route, plan_analysis=analysis):
            return {"route": route, "plan_analysis": analysis}
        case PlanValidated(plan=plan, decisions=decisions):
            return {"plan_validated": plan, "policy_decisions": decisions}
        case ToolsRanked(candidates=candidates):
            return {"tools_ranked": candidates}
        case _:
            return {}
