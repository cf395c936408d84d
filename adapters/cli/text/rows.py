"""A list's rows in chosen columns, as CSV or as JSON lines."""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import typer

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import table_of
from domain.values.text import escaped
from domain.views.columns import WrongColumns, chosen_columns, columns_of, in_columns

if TYPE_CHECKING:
    from pydantic import JsonValue

    from domain.json import Cell
    from domain.views.json_form import View

V = TypeVar("V")

_ID: Final = re.compile(r"(?:[a-z]+-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FORMULA: Final = ("=", "+", "-", "@", "\t")
"""A spreadsheet takes a text that begins so for a formula, and a formula can send data away."""


class Rows:
    """Prints a list with chosen columns only, or in a form that has rows."""

    def __init__(
        self, screen: Screen, view: "View[Any]", output: str, columns: str | None
    ) -> None:
        """Take the names of columns, with commas between; None is all.

        Raises `typer.BadParameter` that names the columns there are.
        """
        self._screen, self._columns = screen, list[str]()
        if columns is not None:
            self._columns = _chosen(columns, view, output)
        elif output == "csv":
            self._columns = [name for name in columns_of(view) if "." not in name]

    def show_view(
        self,
        view: "View[V]",
        value: V,
        output: str,
        *,
        as_text: Callable[[Screen, V], None],
    ) -> None:
        """Print the rows; where a table has none, what there is to tell."""
        rows: Any = view.to_json(value)
        if self._columns:
            rows = in_columns(rows, self._columns)
        match output:
            case "csv":
                write_csv(self._columns, (row.values() for row in rows))
            case "jsonl":
                for row in rows:
                    self._screen.show_json(row, indent=None)
            case "json":
                self._screen.show_json(rows)
            case _ if not rows:
                as_text(self._screen, value)
            case _:
                cells = [[_in_a_table(each) for each in row.values()] for row in rows]
                ids = [name for name in self._columns if _are_ids(row[name] for row in rows)]
                self._screen.show(table_of(self._columns, cells, leave_out=(), ids=ids))


def _are_ids(values: "Iterable[JsonValue]") -> bool:
    """Return whether all that is there is ids that were made: their ends tell them apart."""
    given = [each for each in values if each is not None]
    return bool(given) and all(isinstance(each, str) and _ID.fullmatch(each) for each in given)


def _chosen(columns: str, view: "View[Any]", output: str) -> list[str]:
    try:
        names = chosen_columns(view, columns)
        wrong = None
    except WrongColumns as error:
        names, wrong = [], str(error)
    if output == "ids":
        wrong = "ids have no columns; choose another output"
    if wrong:
        raise typer.BadParameter(wrong, param_hint="--columns")
    return names


def write_csv(columns: Sequence[str], rows: Iterable[Iterable["JsonValue"]]) -> None:
    """Write the rows below the names of their columns; what is inside of a cell is JSON.

    An apostrophe stands before a text that a spreadsheet would take for a formula.
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([_as_text(name) for name in columns])
    writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: "JsonValue") -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return json.dumps(value)
        case int() | float():
            return value
        case _:
            return _as_text(str(_in_a_table(value)))


def _in_a_table(value: "JsonValue") -> "Cell":
    if isinstance(value, list | dict):
        return escaped(json.dumps(value, ensure_ascii=False))
    return value


def _as_text(text: str) -> str:
    shown = printable(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
