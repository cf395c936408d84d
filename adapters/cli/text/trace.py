"""The trace of a run as text."""

import json
from collections.abc import Sequence

from pydantic import JsonValue
from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import fields_of, table_of
from domain.response.blocks import Cell
from domain.times import duration_text
from domain.views.calls import CallView
from domain.views.stages import StageView
from domain.views.trace import RunTrace

_STAGE_COLUMNS = ("stage", "attempt", "status", "took", "references", "reason")
_CALL_COLUMNS = ("call", "tool", "attempt", "status", "took", "rows", "after", "params", "why")
_DECISION_COLUMNS = ("rule", "field", "requested", "effective", "why")


def show_trace(screen: Screen, trace: RunTrace) -> None:
    """Print plan, decisions of the validation, stages and calls."""
    screen.show(fields_of([each for each in _facts(trace) if each[1] is not None]))
    plan = trace.plan_validated or trace.plan_raw
    if plan is not None:
        text = json.dumps(plan, ensure_ascii=False, indent=2)
        screen.show("", Text("Plan", style="bold"), Text(printable(text)))
    decisions = [
        [each.rule, each.field, _cell(each.requested), _cell(each.effective), each.why]
        for each in trace.policy_decisions
    ]
    _show_table(screen, "Decisions", _DECISION_COLUMNS, decisions)
    _show_table(screen, "Stages", _STAGE_COLUMNS, [_stage(each) for each in trace.stages])
    _show_table(
        screen, "Tool calls", _CALL_COLUMNS, [_call(each) for each in trace.execution_steps]
    )


def _show_table(
    screen: Screen, title: str, columns: Sequence[str], rows: list[list[Cell]]
) -> None:
    if rows:
        screen.show("", Text(title, style="bold"), table_of(columns, rows))


def _facts(trace: RunTrace) -> list[tuple[str, Cell]]:
    return [
        ("run_id", trace.run_id),
        ("question", trace.question),
        ("state", trace.state),
        ("status", trace.status),
        ("planner", trace.planner),
        ("route", trace.route),
        ("error_code", trace.error_code),
        ("error", trace.error),
    ]


def _stage(stage: StageView) -> list[Cell]:
    return [
        stage.name,
        stage.attempt,
        stage.status,
        _took(stage.duration_ms),
        stage.reference_count,
        stage.reason,
    ]


def _call(call: CallView) -> list[Cell]:
    return [
        call.call_id,
        f"{call.tool}.{call.operation}",
        call.attempt,
        call.status,
        _took(call.duration_ms),
        call.row_count,
        ", ".join(call.depends_on) or None,
        _cell(call.params),
        call.error or call.reason or call.erased,
    ]


def _took(duration_ms: float | None) -> Cell:
    return None if duration_ms is None else duration_text(duration_ms)


def _cell(value: JsonValue) -> Cell:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value
