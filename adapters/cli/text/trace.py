"""The trace of a run as text."""

import json
from collections.abc import Sequence
from typing import NotRequired

from pydantic import JsonValue
from rich.text import Text
from typing_extensions import TypedDict

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import fields_of, table_of
from domain.json import JsonMap
from domain.response.blocks import Cell
from domain.response.references import Reference
from domain.run.facts import Origin, PlanDecision, RunOptions
from domain.times import duration_text
from domain.views.calls import CallView
from domain.views.stages import StageView

_FACTS = ("run_id", "question", "state", "status", "planner", "route", "error_code", "error")
_STAGE_COLUMNS = ("stage", "attempt", "status", "took", "references", "reason")
_CALL_COLUMNS = ("call", "tool", "attempt", "status", "took", "rows", "after", "params", "why")
_DECISION_COLUMNS = ("rule", "field", "requested", "effective", "why")


class PrintedTrace(TypedDict):
    """All that is recorded of how a run went, as `domain.views.trace.run_trace` returns it.

    What is not required is there once the run has come to it.
    """

    run_id: str
    tenant_id: str
    version: int
    state: str
    status: str | None
    question: str
    duration_ms: int | None
    plan_output: JsonMap | None
    stages: list[StageView]
    references: list[Reference]
    trace_id: str
    timestamp: str
    plan_raw: JsonMap | None
    plan_validated: JsonMap | None
    policy_decisions: list[PlanDecision]
    options: RunOptions
    applied_assets: dict[str, str]
    origin: Origin
    planner: NotRequired[str]
    route: NotRequired[str]
    plan_analysis: NotRequired[JsonMap]
    tools_ranked: NotRequired[list[JsonMap]]
    execution_steps: list[CallView]
    error: str | None
    error_code: str | None


def show_trace(screen: Screen, trace: JsonMap) -> None:
    """Print plan, decisions of the validation, stages and calls."""
    facts = [(name, _cell(trace.get(name))) for name in _FACTS if trace.get(name) is not None]
    screen.show(fields_of(facts))
    plan = trace.get("plan_validated") or trace.get("plan_raw")
    if plan is not None:
        _show_part(screen, "Plan", Text(printable(json.dumps(plan, ensure_ascii=False, indent=2))))
    _show_table(screen, "Decisions", _DECISION_COLUMNS, _decisions(trace))
    _show_table(screen, "Stages", _STAGE_COLUMNS, _stages(trace))
    _show_table(screen, "Tool calls", _CALL_COLUMNS, _calls(trace))


def _show_part(screen: Screen, title: str, text: Text) -> None:
    screen.show("", Text(title, style="bold"), text)


def _show_table(
    screen: Screen, title: str, columns: Sequence[str], rows: list[list[Cell]]
) -> None:
    if rows:
        screen.show("", Text(title, style="bold"), table_of(columns, rows))


def _decisions(trace: JsonMap) -> list[list[Cell]]:
    return [
        [_cell(each.get(name)) for name in _DECISION_COLUMNS]
        for each in _maps(trace, "policy_decisions")
    ]


def _stages(trace: JsonMap) -> list[list[Cell]]:
    return [
        [
            *(_cell(stage[name]) for name in ("name", "attempt", "status")),
            _took(stage),
            *(_cell(stage[name]) for name in ("reference_count", "reason")),
        ]
        for stage in _maps(trace, "stages")
    ]


def _calls(trace: JsonMap) -> list[list[Cell]]:
    return [
        [
            _cell(call["call_id"]),
            f"{call['tool']}.{call['operation']}",
            *(_cell(call[name]) for name in ("attempt", "status")),
            _took(call),
            _cell(call["row_count"]),
            _after(call),
            _cell(call["params"]),
            _cell(call["error"] or call["reason"] or call["erased"]),
        ]
        for call in _maps(trace, "execution_steps")
    ]


def _after(call: JsonMap) -> Cell:
    names = call["depends_on"]
    return ", ".join(str(name) for name in names) or None if isinstance(names, list) else None


def _took(timed: JsonMap) -> Cell:
    duration = timed["duration_ms"]
    return duration_text(duration) if isinstance(duration, int | float) else None


def _cell(value: JsonValue) -> Cell:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _maps(trace: JsonMap, name: str) -> list[JsonMap]:
    values = trace.get(name)
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []
