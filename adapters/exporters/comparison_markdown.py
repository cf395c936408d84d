"""A comparison of two runs as Markdown, for a ticket or a report."""

from collections.abc import Iterator, Sequence

from adapters.exporters.comparison_report import Section, sections
from domain.values.text import replaced
from domain.views.comparison import Comparison, TextPart

_PARTS = {"same": "", "removed": "~~", "added": "**"}
_ESCAPED = {ord(letter): f"\\{letter}" for letter in "\\`*_{}[]<>#|~"}


def markdown_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the lines of the report; what comes from the runs is escaped."""
    yield f"# Run {_escaped(comparison.b.run_id)} beside {_escaped(comparison.a.run_id)}"
    yield from ("", f"**{_escaped(comparison.verdict)}**")
    for section in sections(comparison, is_unicode=True):
        yield from ("", f"## {section.title}", "") if section.title else ("",)
        yield from _content(section)


def _content(section: Section) -> Iterator[str]:
    if section.columns:
        yield _row(section.columns)
        yield _row(["---"] * len(section.columns))
    for row in section.rows:
        yield _row(["-" if cell is None else _escaped(cell) for cell in row])
    yield from (f"- {_escaped(line.strip())}" for line in section.lines)
    if section.words:
        yield "".join(map(_part, section.words)).strip()


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _part(part: TextPart) -> str:
    around, text = _PARTS[part.kind], _escaped(part.text.strip())
    return f"{around}{text}{around} "


def _escaped(text: str) -> str:
    return " ".join(replaced(text).translate(_ESCAPED).splitlines())
