"""A comparison of two runs as text."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import table_of
from adapters.exporters.comparison_markdown import markdown_lines
from adapters.exporters.comparison_rows import (
    CALL_COLUMNS,
    RUN_COLUMNS,
    STAGE_COLUMNS,
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

_PARTS: Final = {
    "same": ("", "", ""),
    "removed": ("[-", "-]", "red"),
    "added": ("{+", "+}", "green"),
}


def show_comparison(screen: Screen, comparison: Comparison) -> None:
    """Print the verdict, and what is not the same in plan, stages, calls and answer."""
    style = "green" if comparison.is_same else "yellow"
    screen.show(Text(printable(_capital(comparison.verdict)), style=f"bold {style}"))
    screen.show("", table_of(RUN_COLUMNS, run_rows(comparison)))
    _show_lines(screen, "Plan", operation_lines("plan", comparison.plan_patch))
    _show_lines(screen, "Decisions", decision_lines(comparison))
    screen.show("", Text("Stages", style="bold"), table_of(STAGE_COLUMNS, stage_rows(comparison)))
    _show_calls(screen, comparison)
    answers, is_unicode = comparison.answers, screen.is_unicode
    if answers.text:
        screen.show("", Text("Answer", style="bold"), _words(answers.text))
    _show_lines(screen, "Blocks and references", block_lines(answers, is_unicode=is_unicode))


def show_markdown(screen: Screen, comparison: Comparison) -> None:
    """Print the comparison as a Markdown report."""
    screen.show(*map(Text, map(printable, markdown_lines(comparison))))


def _show_calls(screen: Screen, comparison: Comparison) -> None:
    is_unicode = screen.is_unicode
    counts = call_counts(comparison, is_unicode=is_unicode)
    if not counts:
        return
    rows = call_rows(comparison.calls, is_unicode=is_unicode)
    screen.show("", Text(f"Calls: {counts}", style="bold"), table_of(CALL_COLUMNS, rows))
    changes = (line for call in comparison.calls for line in patch_lines(call))
    _show_lines(screen, "What changed in the calls", changes)


def _show_lines(screen: Screen, title: str, lines: Iterable[str]) -> None:
    texts = [Text(printable(f"  {line}"), style=_style(line)) for line in lines]
    if texts:
        screen.show("", Text(title, style="bold"), *texts)


def _style(line: str) -> str:
    return {"+ ": "green", "- ": "red"}.get(line[:2], "")


def _words(parts: Sequence[TextPart]) -> Text:
    return Text.assemble(*_marked(parts))


def _marked(parts: Iterable[TextPart]) -> Iterator[tuple[str, str]]:
    for part in parts:
        before, after, style = _PARTS[part.kind]
        text = printable(part.text)
        space = text[len(text.rstrip()) :] if before else ""
        yield f"{before}{text.rstrip() if before else text}{after}{space}", style


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
