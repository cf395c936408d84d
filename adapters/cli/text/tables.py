"""Tables for terminals and pipes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.box import Box
from rich.table import Table
from rich.text import Text

from adapters.cli.screen import Screen, printable
from domain.json import Cell

V = TypeVar("V")

_ABSENT = "-"
_SMALLEST_FIXED = 0.001
_LONGEST_WORD = 60
_SHORT_ID = 8
_RULE_BELOW_HEAD = Box(
    "    \n    \n -- \n    \n    \n    \n    \n    \n",
    ascii=True,
)


Columns = Mapping[str, Callable[[V], Cell]]
"""What a table shows of each value, by the titles of its columns."""


@dataclass(frozen=True, slots=True)
class ListText(Generic[V]):
    """How a list reads: its columns, the id of a value, and what is told of no values."""

    columns: Columns[V]
    id_of: Callable[[V], str]
    when_empty: str

    def shown_as(self, output: str) -> Callable[[Screen, Sequence[V]], None]:
        """Return what prints the values in this form: one id a line, or a table."""
        return self._show_ids if output == "ids" else self._show_table

    def _show_ids(self, screen: Screen, values: Sequence[V]) -> None:
        for each in values:
            screen.show(self.id_of(each))

    def _show_table(self, screen: Screen, values: Sequence[V]) -> None:
        if values:
            screen.show(table_with(self.columns, values))
        else:
            screen.tell(self.when_empty)


def table_with(columns: Columns[V], values: Iterable[V]) -> Table:
    """Return a table with a row for each value; see `table_of`."""
    rows = [[cell(each) for cell in columns.values()] for each in values]
    return table_of(list(columns), rows)


def table_of(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Table:
    """Return a table; numbers stand on the right, and text breaks between words only.

    So codes stay whole, even where a table then is wider than the terminal.
    """
    table = Table(box=_RULE_BELOW_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for number, name in enumerate(columns):
        cells = [row[number] for row in rows if number < len(row)]
        table.add_column(
            Text(printable(name)),
            justify="right" if _is_numeric(cells) else "left",
            min_width=_longest_word([name, *cells]),
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(cell_text(cell)) for cell in row))
    return table


def fields_of(values: Sequence[tuple[str, Cell]]) -> Table:
    """Return names with their values, one pair a line."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in values:
        table.add_row(Text(name), Text(cell_text(value)))
    return table


def cell_text(value: Cell) -> str:
    """Return what a cell shows: "-" for nothing, numbers rounded to three places."""
    match value:
        case None:
            return _ABSENT
        case bool():
            return "true" if value else "false"
        case float():
            return number_text(value)
        case _:
            return printable(str(value))


def short_id(run_id: str) -> str:
    """Return the end of a run's id: enough to name it among many."""
    return run_id[-_SHORT_ID:]


def number_text(value: float) -> str:
    """Return a number rounded to three places, or to three digits when it is very small."""
    if value and abs(value) < _SMALLEST_FIXED:
        return f"{value:.3g}"
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _longest_word(cells: Sequence[Cell]) -> int:
    """Return the length of the longest word that must stay whole; very long ones may break."""
    words = (word for cell in cells for word in cell_text(cell).split())
    return max((len(word) for word in words if len(word) <= _LONGEST_WORD), default=1)


def _is_numeric(cells: Sequence[Cell]) -> bool:
    given = [cell for cell in cells if cell is not None]
    return bool(given) and all(
        isinstance(cell, int | float) and not isinstance(cell, bool) for cell in given
    )
