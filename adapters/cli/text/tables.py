"""Tables and pairs of names and values, for terminals and pipes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from rich.table import Table as Grid
from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.layout import Table
from domain.json import Cell

V = TypeVar("V")

_ABSENT = "-"
_SMALLEST_FIXED = 0.001
_SHORT_ID = 8
_THOUSAND = 1000
_LEAST_OF_A_TITLE = 24
"""Questions and errors say what a line of a list is about."""


Columns = Mapping[str, Callable[[V], Cell]]
"""What a table shows of each value, by the titles of its columns."""


@dataclass(frozen=True, slots=True)
class ListText(Generic[V]):
    """How a list reads: its columns, the id of a value, and what is told of no values.

    On a narrow screen those `leave_out` are left out, the first ones first, and `ids` shortened.
    """

    columns: Columns[V]
    id_of: Callable[[V], str]
    when_empty: str
    leave_out: Sequence[str] | None = None
    ids: Collection[str] = ()

    def shown_as(self, output: str) -> Callable[[Screen, Sequence[V]], None]:
        """Return what prints the values in this form: one id a line, or a table."""
        return self._show_ids if output == "ids" else self._show_table

    def _show_ids(self, screen: Screen, values: Sequence[V]) -> None:
        for each in values:
            screen.show(self.id_of(each))

    def _show_table(self, screen: Screen, values: Sequence[V]) -> None:
        if not values:
            screen.tell(self.when_empty)
            return
        screen.show(self.table(values))

    def table(self, values: Sequence[V]) -> Table:
        """Return the values as a table."""
        table = table_with(self.columns, values, leave_out=self.leave_out, ids=self.ids)
        return replace(table, whole_in="--columns", least_of_a_sentence=_LEAST_OF_A_TITLE)


def table_with(
    columns: Columns[V],
    values: Iterable[V],
    *,
    leave_out: Sequence[str] | None = None,
    ids: Collection[str] = (),
) -> Table:
    """Return a table with a row for each value; see `table_of`."""
    rows = [[cell(each) for cell in columns.values()] for each in values]
    return table_of(list(columns), rows, leave_out=leave_out, ids=ids)


def table_of(
    titles: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    leave_out: Sequence[str] | None = None,
    ids: Collection[str] = (),
) -> Table:
    """Return a table; numbers stand on the right. See `Table` for how it fits on a terminal.

    Where nothing is said of what to leave out, the last columns are left out first.
    """
    numbers = {title: number for number, title in enumerate(titles)}
    last_first = range(len(titles) - 1, 0, -1)
    return Table(
        titles=[printable(title) for title in titles],
        rows=[_texts(row, len(titles)) for row in rows],
        numeric={number for number in range(len(titles)) if _is_numeric(rows, number)},
        ids={numbers[title] for title in ids},
        leave_out=last_first if leave_out is None else [numbers[each] for each in leave_out],
    )


def _texts(row: Sequence[Cell], count: int) -> list[str]:
    """Return so many cells, each of one line."""
    texts = map(cell_text, row)
    lines = [" ".join(text.split()) if "\n" in text or "\t" in text else text for text in texts]
    return [*lines, *[""] * (count - len(lines))][:count]


def fields_of(values: Iterable[tuple[str, Cell]]) -> Grid:
    """Return names with their values, one pair a line; what is None is left out."""
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in values:
        if value is not None:
            grid.add_row(Text(name), Text(cell_text(value)))
    return grid


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


def size_text(byte_count: int) -> str:
    """Return a number of bytes as people read it, such as "512 B" or "1.4 kB"."""
    size, unit = float(byte_count), "B"
    for larger in ("kB", "MB", "GB"):
        if size >= _THOUSAND:
            size, unit = size / _THOUSAND, larger
    return f"{byte_count} B" if unit == "B" else f"{size:.1f} {unit}"


def _is_numeric(rows: Sequence[Sequence[Cell]], number: int) -> bool:
    given = [row[number] for row in rows if number < len(row) and row[number] is not None]
    return bool(given) and all(
        isinstance(cell, int | float) and not isinstance(cell, bool) for cell in given
    )
