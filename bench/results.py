"""The page of results: a section a table, each with the command and the machine that made it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.harness import Table

PAGE: Final = Path(__file__).parent / "RESULTS.md"
_HEAD: Final = "# Results\n\nCompare inside a table only."
_SECTION: Final = "\n\n## "


@dataclass(frozen=True, slots=True)
class Making:
    """How figures were made: the command, and facts about the machine."""

    command: str
    facts: Sequence[str]


def section(table: Table, making: Making) -> str:
    """Return the section of a table, without its heading marks."""
    rows = [table.head, ["---"] * len(table.head), *table.rows]
    grid = ["| " + " | ".join(row) + " |" for row in rows]
    lines = (f"Made by `{making.command}`", *making.facts, *table.notes)
    return "\n".join([table.title, "", *(f"- {line}" for line in lines), "", *grid])


def write(page: Path, sections: Mapping[str, str], order: Sequence[str]) -> None:
    """Put these sections, by title, into the page; the others stay as they are.

    Sections stand in the order of these titles, and those that it does not name are dropped.
    """
    known = sections_of(page) | dict(sections)
    texts = [known[title] for title in order if title in known]
    page.write_text(_SECTION.join([_HEAD, *texts]) + "\n", encoding="utf-8")


def sections_of(page: Path) -> dict[str, str]:
    """Return the sections of the page by title; none when there is no page."""
    if not page.exists():
        return {}
    _, *texts = page.read_text(encoding="utf-8").rstrip("\n").split(_SECTION)
    return {text.partition("\n")[0]: text for text in texts}
