"""The trace of a run: one object with all that an inspector shows, folded from the events."""

from collections.abc import Sequence

from pydantic import JsonValue

from domain.json import JsonMap
from domain.run.call_events import ToolsRanked
from domain.run.events import (
    HistoryEntry,
    PlanProduced,
    PlanValidated,
    ResponseComposed,
    RouteChosen,
    RunRequested,
)
from domain.run.summary import summarise
from domain.views.calls import calls_of
from domain.views.stages import stages_of


def orchestration_trace(
    plan_output: JsonValue,
    stages: Sequence[JsonMap],
    references: Sequence[JsonMap],
    *,
    trace_id: str | None,
    at: str,
) -> JsonMap:
    """Return the part of a trace that every orchestration has; `at` is ISO 8601 text."""
    return {
        "plan_output": plan_output,
        "stages": list(stages),
        "references": list(references),
        "trace_id": trace_id,
        "timestamp": at,
    }


def run_trace(entries: Sequence[HistoryEntry]) -> JsonMap:
    """Return the trace of a history that is not empty.

    `plan_raw` and `plan_validated` are the plan before and after validation, `execution_steps` the
    tool calls, and `stages` the records of the stages: input, output, status, duration.
    """
    summary = summarise(entries)
    if summary is None:
        message = "a trace needs at least one event"
        raise ValueError(message)
    facts = _facts(entries)
    trace = orchestration_trace(
        facts.get("plan_raw"),
        stages_of(entries),
        _references(entries),
        trace_id=entries[0].envelope.correlation_id,
        at=entries[-1].envelope.recorded_at,
    )
    return {
        "run_id": summary.run_id,
        "tenant_id": summary.tenant_id,
        "version": summary.version,
        "state": summary.state,
        "status": summary.status,
        "question": summary.question,
        "duration_ms": summary.duration_ms,
        **trace,
        **facts,
        "execution_steps": calls_of(entries),
        "error": summary.error,
        "error_code": summary.error_code,
    }


def _facts(entries: Sequence[HistoryEntry]) -> JsonMap:
    found: JsonMap = {"plan_raw": None, "plan_validated": None, "policy_decisions": []}
    for entry in entries:
        found |= _fact(entry)
    return found


def _fact(entry: HistoryEntry) -> JsonMap:
    match entry.event:
        case RunRequested(options=options, asset_overrides=overrides, origin=origin):
            return {
                "options": options.model_dump(mode="json"),
                "applied_assets": dict(overrides),
                "origin": origin.model_dump(mode="json"),
            }
        case PlanProduced(planner=planner, planner_version=version, plan_output=plan):
            return {"planner": f"{planner} {version}", "plan_raw": plan}
        case RouteChosen(route=route, plan_analysis=analysis):
            return {"route": route, "plan_analysis": analysis}
        case PlanValidated(plan=plan, decisions=decisions):
            dumped: list[JsonValue] = [each.model_dump(mode="json") for each in decisions]
            return {"plan_validated": plan, "policy_decisions": dumped}
        case ToolsRanked(candidates=candidates):
            return {"tools_ranked": list(candidates)}
        case _:
            return {}


def _references(entries: Sequence[HistoryEntry]) -> list[JsonMap]:
    composed = [entry.event for entry in entries if isinstance(entry.event, ResponseComposed)]
    return composed[-1].references if composed else []
