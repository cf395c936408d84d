"""A comparison of two runs as Markdown, for a ticket or a report."""

from collections.abc import Iterable, Iterator, Sequence

from adapters.exporters.comparison_rows import (
    CALL_COLUMNS,
    RUN_COLUMNS,
    STAGE_COLUMNS,
    Row,
    block_lines,
    call_counts,
    call_rows,
    decision_lines,
    operation_lines,
    patch_lines,
    run_rows,
    stage_rows,
)
from domain.views.comparison import Comparison, TextPart

_PARTS = {"same": "", "removed": "~~", "added": "**"}
_ESCAPED = {ord(letter): f"\\{letter}" for letter in "\\`*_{}[]<>#|~"}


def markdown_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the lines of the report; what comes from the runs is escaped."""
    answers = comparison.answers
    yield f"# Run {_escaped(comparison.b.run_id)} beside {_escaped(comparison.a.run_id)}"
    yield from ("", f"**{_escaped(comparison.verdict)}**", "")
    yield from _table(RUN_COLUMNS, run_rows(comparison))
    yield from _list("Plan", operation_lines("plan", comparison.plan_patch))
    yield from _list("Decisions", decision_lines(comparison))
    yield from ("", "## Stages", "")
    yield from _table(STAGE_COLUMNS, stage_rows(comparison))
    if comparison.calls:
        yield from ("", f"## Calls: {call_counts(comparison, is_unicode=True)}", "")
        yield from _table(CALL_COLUMNS, call_rows(comparison.calls, is_unicode=True))
        changes = (line for call in comparison.calls for line in patch_lines(call))
        yield from _list("What changed in the calls", changes)
    if answers.text:
        yield from ("", "## Answer", "", "".join(map(_part, answers.text)).strip())
    yield from _list("Blocks and references", block_lines(answers, is_unicode=True))


def _table(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield _row(columns)
    yield _row(["---"] * len(columns))
    for row in rows:
        yield _row(["-" if cell is None else _escaped(cell) for cell in row])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    items = [f"- {_escaped(line.strip())}" for line in lines]
    if items:
        yield from ("", f"## {title}", "", *items)


def _part(part: TextPart) -> str:
    around, text = _PARTS[part.kind], _escaped(part.text.strip())
    return f"{around}{text}{around} "


def _escaped(text: str) -> str:
    return " ".join(text.translate(_ESCAPED).splitlines())
