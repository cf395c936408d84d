"""A comparison of two runs, and a diagnosis of one, as text."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import table_of
from adapters.exporters.comparison_markdown import markdown_lines
from adapters.exporters.comparison_report import Section, sections
from domain.run.summary import outcome_of
from domain.views.comparison import Comparison, TextPart
from domain.views.diagnosis import Confidence, Diagnosis, Hypothesis, Remark

_PARTS: Final = {
    "same": ("", "", ""),
    "removed": ("[-", "-]", "red"),
    "added": ("{+", "+}", "green"),
}
_STYLES: Final = {"+ ": "green", "- ": "red"}
_CONFIDENCE: Final = {
    Confidence.CERTAIN: "bold red",
    Confidence.LIKELY: "bold yellow",
    Confidence.POSSIBLE: "bold",
}


def show_comparison(screen: Screen, comparison: Comparison) -> None:
    """Print the verdict, and what is not the same in plan, stages, calls and answer."""
    style = "green" if comparison.is_same else "yellow"
    screen.show(Text(printable(_capital(comparison.verdict)), style=f"bold {style}"))
    for section in sections(comparison, is_unicode=screen.is_unicode):
        title = [Text(section.title, style="bold")] if section.title else []
        screen.show("", *title, *_content(section))


def show_markdown(screen: Screen, comparison: Comparison) -> None:
    """Print the comparison as a Markdown report."""
    screen.show(*map(Text, map(printable, markdown_lines(comparison))))


def _content(section: Section) -> Iterator[RenderableType]:
    if section.rows:
        yield table_of(section.columns, section.rows, leave_out=section.leave_out, ids=section.ids)
    for line in section.lines:
        yield Padding.indent(Text(printable(line), style=_STYLES.get(line[:2], "")), 2)
    if section.words:
        yield Text.assemble(*_marked(section.words))


def _marked(parts: Iterable[TextPart]) -> Iterator[tuple[str, str]]:
    for part in parts:
        before, after, style = _PARTS[part.kind]
        text = printable(part.text)
        space = text[len(text.rstrip()) :] if before else ""
        yield f"{before}{text.rstrip() if before else text}{after}{space}", style


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def show_diagnosis(screen: Screen, diagnosis: Diagnosis) -> None:
    """Print the run and each reason with its evidence and what to do next."""
    run = diagnosis.run
    screen.show(Text(printable(f"{run.run_id}: {outcome_of(run)}. {run.question}")))
    if not diagnosis.hypotheses:
        screen.show(Text(f"{_capital(diagnosis.verdict)}.", style="green"))
    for hypothesis in diagnosis.hypotheses:
        confidence = (f"{hypothesis.confidence:<8}  ", _CONFIDENCE[hypothesis.confidence])
        screen.show(
            "", Text.assemble(confidence, (hypothesis.rule, "bold")), *_said(hypothesis, screen)
        )
    if diagnosis.notes:
        screen.show("", "Worth knowing, and no reason for how the run went:")
    for note in diagnosis.notes:
        screen.show("", Text(note.rule), *_said(note, screen))


def _said(found: Hypothesis | Remark, screen: Screen) -> Iterator[RenderableType]:
    yield Padding.indent(Text(printable(found.sentence)), 2)
    events = ", ".join(map(str, found.evidence)) or "none of this run"
    yield Text(f"  events: {events}", style="dim")
    if found.next_step:
        next_step = printable(f"  next: {screen.pasteable(found.next_step)}")
        yield Text(next_step, style="cyan", no_wrap=True)  # a command is pasted whole
