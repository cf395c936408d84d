"""The report of a comparison in tables and lines, whether as text or as Markdown."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.json import JsonMap
from domain.run.facts import PlanDecision, counted
from domain.run.summary import outcome_of
from domain.times import duration_text, spent_text, to_the_second
from domain.views.comparison import (
    CallSide,
    ComparedAnswers,
    ComparedCall,
    Comparison,
    Delta,
    Mark,
    TextPart,
)
from domain.views.verdict import Divergence, build_text

Row = list[str | None]
"""The cells of a row; None is an empty one."""

_RUN_COLUMNS: Final = ("", "run", "requested at", "outcome", "took", "question")
_CALL_COLUMNS: Final = ("", "call in A", "call in B", "tool", "A", "B", "time")
_STAGE_COLUMNS: Final = ("stage", "A", "B", "A took", "B took", "time")

_SHOWN_OPERATIONS = 5
_SHOWN_CHARACTERS = 80
_ASCII: Final = {Mark.COSMETIC: "~", Mark.DIFFERENT: "!"}
_NAMES: Final = {
    Mark.SAME: "same",
    Mark.COSMETIC: "cosmetic",
    Mark.DIFFERENT: "different",
    Mark.ADDED: "only in B",
    Mark.REMOVED: "only in A",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report: a table, or lines, or the words of both answers.

    Where there is little room the columns `leave_out` are left out, and `ids` shortened.
    """

    title: str
    columns: Sequence[str] = ()
    rows: Sequence[Row] = ()
    leave_out: Sequence[str] = ()
    ids: Sequence[str] = ()
    lines: Sequence[str] = ()
    words: Sequence[TextPart] = ()


def sections(comparison: Comparison, *, is_unicode: bool) -> Iterator[Section]:
    """Yield the parts of the report that have something to say, in order."""
    answers, calls = comparison.answers, comparison.calls
    counts = call_counts(comparison, is_unicode=is_unicode)
    changes = [line for call in calls for line in patch_lines(call)]
    blocks = block_lines(answers, is_unicode=is_unicode)
    for section in (
        Section(
            title="",
            columns=_RUN_COLUMNS,
            rows=_run_rows(comparison),
            leave_out=("took", "requested at"),
            ids=("run",),
            lines=[_builds(comparison)],
        ),
        Section(title="Divergences", lines=[*map(_divergence, comparison.divergences)]),
        Section(title="Plan", lines=[*operation_lines("plan", comparison.plan_patch)]),
        Section(title="Decisions", lines=[*decision_lines(comparison)]),
        Section(
            title="Stages",
            columns=_STAGE_COLUMNS,
            rows=stage_rows(comparison),
            leave_out=("A took", "B took"),
        ),
        Section(
            title=f"Calls: {counts}",
            columns=_CALL_COLUMNS,
            rows=call_rows(calls, is_unicode=is_unicode),
            leave_out=("tool", "time"),
        ),
        Section(title="What changed in the calls", lines=changes),
        Section(title="Answer", words=answers.text),
        Section(title="Blocks and references", lines=[*blocks]),
    ):
        if section.rows or section.lines or section.words:
            yield section


def _divergence(divergence: Divergence) -> str:
    return f"{divergence.kind} at version {divergence.version}: {divergence.told}"


def _run_rows(comparison: Comparison) -> list[Row]:
    """Return the two runs as rows for `_RUN_COLUMNS`."""
    return [
        [
            *(side, run.run_id, to_the_second(run.requested_at), outcome_of(run)),
            spent_text(run.duration_ms, run.waited_ms),
            run.question,
        ]
        for side, run in (("A", comparison.a), ("B", comparison.b))
    ]


def _builds(comparison: Comparison) -> str:
    a, b = comparison.a_engine_version, comparison.b_engine_version
    return f"A was recorded by {build_text(a)}, B by {build_text(b)}"


def stage_rows(comparison: Comparison) -> list[Row]:
    """Return the stages as rows for `_STAGE_COLUMNS`."""
    return [
        [
            stage.name,
            _attempt(stage.a_status, stage.a_attempt),
            _attempt(stage.b_status, stage.b_attempt),
            _took(stage.duration.a_ms),
            _took(stage.duration.b_ms),
            delta_text(stage.duration),
        ]
        for stage in comparison.stages
    ]


def call_rows(calls: Sequence[ComparedCall], *, is_unicode: bool) -> list[Row]:
    """Return the calls as rows for `_CALL_COLUMNS`."""
    return [
        [
            mark_text(call.mark, is_unicode=is_unicode),
            call.a.call_id if call.a else None,
            call.b.call_id if call.b else None,
            next(f"{side.tool}.{side.operation}" for side in (call.b, call.a) if side),
            _outcome(call.a),
            _outcome(call.b),
            delta_text(call.duration),
        ]
        for call in calls
    ]


def mark_text(mark: Mark, *, is_unicode: bool) -> str:
    """Return a mark as the screen can show it."""
    return mark.value if is_unicode else _ASCII.get(mark, mark.value)


def call_counts(comparison: Comparison, *, is_unicode: bool) -> str:
    """Return how many calls have each mark, as "5 = same, 1 + only in B"."""
    counts = comparison.call_counts.items()
    return ", ".join(
        f"{count} {mark_text(mark, is_unicode=is_unicode)} {_NAMES[mark]}"
        for mark, count in counts
    )


def patch_lines(call: ComparedCall) -> Iterator[str]:
    """Yield what changed in the parameters and the result of a call."""
    if not call.params_patch and not call.result_patch:
        return
    name = call.b.call_id if call.b else ""
    yield from operation_lines(f"{name} params", call.params_patch)
    yield from operation_lines(f"{name} result", call.result_patch)


def operation_lines(name: str, patch: Sequence[JsonMap]) -> Iterator[str]:
    """Yield the first operations of a JSON Patch, a line each, and how many more there are."""
    for operation in patch[:_SHOWN_OPERATIONS]:
        yield f"{name}: {_operation(operation)}"
    if len(patch) > _SHOWN_OPERATIONS:
        yield f"{name}: {len(patch) - _SHOWN_OPERATIONS} more changes; `-o json` has them all"


def decision_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the decisions of the validation that only one run took."""
    yield from (f"- {_decision(each)}" for each in comparison.decisions_removed)
    yield from (f"+ {_decision(each)}" for each in comparison.decisions_added)


def block_lines(answers: ComparedAnswers, *, is_unicode: bool) -> Iterator[str]:
    """Yield the blocks and references that are not the same in both answers."""
    for block in answers.blocks:
        if block.mark is Mark.SAME:
            continue
        name = f"{block.kind} {block.title!r}" if block.title else block.kind
        yield f"{mark_text(block.mark, is_unicode=is_unicode)} {name}"
        yield from (f"  {line}" for line in operation_lines(name, block.patch))
    yield from (f"- reference {each}" for each in answers.references_removed)
    yield from (f"+ reference {each}" for each in answers.references_added)


def delta_text(delta: Delta) -> str | None:
    """Return what B took more, as "+12 ms (+8.5 %)"."""
    if delta.delta_ms is None:
        return None
    sign = "-" if delta.delta_ms < 0 else "+"
    percent = "" if delta.percent is None else f" ({delta.percent:+.1f} %)"
    return f"{sign}{duration_text(abs(delta.delta_ms))}{percent}"


def _took(duration_ms: float | None) -> str | None:
    return None if duration_ms is None else duration_text(duration_ms)


def _attempt(status: str | None, attempt: int | None) -> str | None:
    return f"{status} #{attempt}" if attempt is not None and attempt > 1 else status


def _outcome(side: CallSide | None) -> str | None:
    if side is None:
        return None
    rows = None if side.row_count is None else counted(side.row_count, "row")
    attempts = f"attempt {side.attempt_count}" if side.attempt_count > 1 else None
    erased = "erased" if side.is_erased else None
    return ", ".join(filter(None, (side.status, side.reason, rows, attempts, erased)))


def _operation(operation: JsonMap) -> str:
    value = ""
    if "value" in operation:
        text = json.dumps(operation["value"], ensure_ascii=False)
        short = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
        value = f" {short}"
    origin = f" from {operation['from']}" if "from" in operation else ""
    return f"{operation['op']} {operation['path'] or '(all)'}{origin}{value}"


def _decision(decision: PlanDecision) -> str:
    change = f"{json.dumps(decision.requested)} became {json.dumps(decision.effective)}"
    return f"{decision.rule}: {decision.field} {change}: {decision.why}"
