"""The trace of a run as text, and the status of its tools."""

import json
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from pydantic import JsonValue
from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.events import INDENT
from adapters.cli.text.tables import Columns, fields_of, table_with
from adapters.cli.text.waiting import setback_text, waits_text
from domain.json import Cell, JsonMap, as_maps, as_texts
from domain.run.facts import PlanDecision
from domain.times import duration_text
from domain.views.calls import CallView
from domain.views.stages import StageView
from domain.views.status import OrchestrationResponse
from domain.views.trace import RunTrace

V = TypeVar("V")


def show_trace(screen: Screen, trace: RunTrace) -> None:
    """Print plan, decisions of the validation, stages and calls."""
    screen.show(fields_of(_facts(trace)))
    plan = trace.plan_validated or trace.plan_raw
    if plan is not None:
        text = json.dumps(plan, ensure_ascii=False, indent=2)
        screen.show("", Text("Plan", style="bold"), Text(printable(text)))
    _show_table(screen, "Decisions", _DECISIONS, trace.policy_decisions, ("requested", "why"))
    _show_table(screen, "Stages", _STAGES, trace.stages, ("references", "attempt"))
    _show_calls(screen, trace)


def show_status(screen: Screen, status: OrchestrationResponse) -> None:
    """Print how the tools did together, and their calls."""
    told, is_open = status.status, status.total_duration_ms is None
    tools = f"{status.successful_tools} answered, {status.failed_tools} did not"
    facts: list[tuple[str, Cell]] = [("status", f"under way ({told})" if is_open else told)]
    rest = [("fallback", status.fallback_reason), ("error", status.error_message)]
    facts += [("tools", tools), *rest]
    screen.show(fields_of(facts))
    _show_calls(screen, status.trace)


def show_call(screen: Screen, attempts: Sequence[CallView]) -> None:
    """Print the attempts of a call, each with what it logged."""
    for each in attempts:
        facts = [(name, cell(each)) for name, cell in _CALLS.items()]
        screen.show(fields_of([(name, value) for name, value in facts if value is not None]))
        for line in _logged(each.log or {}):
            screen.show(Text(printable(f"{INDENT}{line}")))


def _logged(log: JsonMap) -> Iterator[str]:
    for place, line in enumerate(as_maps(log.get("lines"))):
        if place == log.get("dropped_after"):
            yield f"... {log['dropped_count']} lines are left out"
        yield f"{line['level']} {line['logger']}: {line['text']}"
    for error in as_maps(log.get("exceptions")):
        yield f"{error['type']}: {error['message']}"
        yield from (f"  at {frame}" for frame in as_texts(error.get("frames")))


def _show_calls(screen: Screen, trace: RunTrace) -> None:
    leave_out = ("params", "after", "attempt", "rows", "tool")
    has_effects = any(call.effect for call in trace.execution_steps)
    columns = {**_CALLS, **_EFFECTS} if has_effects else _CALLS
    _show_table(screen, "Tool calls", columns, trace.execution_steps, leave_out)


def _show_table(
    screen: Screen, title: str, columns: Columns[V], rows: Sequence[V], leave_out: Sequence[str]
) -> None:
    if rows:
        table = table_with(columns, rows, leave_out=leave_out)
        screen.show("", Text(title, style="bold"), table)


def _facts(trace: RunTrace) -> list[tuple[str, Cell]]:
    return [
        ("run_id", trace.run_id),
        ("question", trace.question),
        *(("removed", each.sentence) for each in trace.removed),
        ("state", trace.state),
        ("status", trace.status),
        ("took", None if trace.duration_ms is None else duration_text(trace.duration_ms)),
        ("waited", waits_text(trace.waits)),
        *(("clock", setback_text(setback)) for setback in trace.setbacks),
        ("planner", trace.planner),
        ("route", trace.route),
        ("error_code", trace.error_code),
        ("error", trace.error),
    ]


def _took(each: StageView | CallView) -> Cell:
    return None if each.duration_ms is None else duration_text(each.duration_ms)


def _cell(value: JsonValue) -> Cell:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


_DECISIONS: Final[Columns[PlanDecision]] = {
    "rule": lambda decision: decision.rule,
    "field": lambda decision: decision.field,
    "requested": lambda decision: _cell(decision.requested),
    "effective": lambda decision: _cell(decision.effective),
    "why": lambda decision: decision.why,
}
_STAGES: Final[Columns[StageView]] = {
    "stage": lambda stage: stage.name,
    "attempt": lambda stage: stage.attempt,
    "status": lambda stage: stage.status,
    "took": _took,
    "references": lambda stage: stage.reference_count,
    "reason": lambda stage: stage.reason,
}
_CALLS: Final[Columns[CallView]] = {
    "call": lambda call: call.call_id,
    "tool": lambda call: f"{call.tool}.{call.operation}",
    "attempt": lambda call: call.attempt,
    "status": lambda call: call.status,
    "took": _took,
    "rows": lambda call: call.row_count,
    "after": lambda call: ", ".join(call.depends_on) or None,
    "params": lambda call: _cell(call.params),
    "why": lambda call: (
        call.error or call.reason or call.erased or call.made_again or call.told_beside
    ),
}
_EFFECTS: Final[Columns[CallView]] = {
    "decision": lambda call: call.decision,
    "changed": lambda call: _cell(call.observed_effect),
}
"""What was decided on a call, and beside it what the tool says that it changed."""
