"""A list's rows in columns: chosen of the fields of its JSON form, as CSV or as JSON lines.

Which fields there are is what the JSON Schema of the view says, so that an empty list has them,
too. Fields inside of a field are named with a dot: `started.mode`.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import typer

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import table_of

if TYPE_CHECKING:
    from pydantic import JsonValue

    from domain.json import Cell
    from domain.views.json_form import View

V = TypeVar("V")

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula, and a formula can send data away."""


def columns_of(view: "View[Any]") -> list[str]:
    """Return the names of the columns that the rows of a list have."""
    schema = view.schema()
    definitions: Any = schema.get("$defs", {})
    fields = _fields(schema.get("items", {}), definitions)
    inner = [f"{name}.{each}" for name in fields for each in _fields(fields[name], definitions)]
    return [*fields, *inner]


class Rows(Generic[V]):
    """Prints a list with chosen columns only, or in a form of rows."""

    def __init__(self, view: "View[V]", output: str, columns: str | None) -> None:
        """Take the names of columns, with commas between; None is all.

        Raises `typer.BadParameter` that names the columns there are.
        """
        self._view, self._output = view, output
        self._columns = None if columns is None else self._chosen(columns)
        if columns is None and output == "csv":
            self._columns = [name for name in columns_of(view) if "." not in name]

    def _chosen(self, columns: str) -> list[str]:
        names, known = [name.strip() for name in columns.split(",")], columns_of(self._view)
        unknown = [name for name in names if name not in known]
        message = f"{{}}; the columns are {', '.join(known)}"
        if self._output == "ids":
            message = "ids have no columns; choose another output"
        elif unknown:
            message = message.format(f"there is no {printable(unknown[0])!r}")
        elif len(set(names)) < len(names):
            message = message.format("one is named twice")
        else:
            return names
        raise typer.BadParameter(message, param_hint="--columns")

    def show(self, screen: Screen, value: V, *, when_empty: Callable[[Screen, V], None]) -> None:
        """Print the value; of a table without rows tell what there is to tell."""
        whole: Any = self._view.to_json(value)
        names = self._columns
        rows = [{name: _value(row, name) for name in names} for row in whole] if names else whole
        match self._output:
            case "csv":
                write_csv(names or (), (row.values() for row in rows))
            case "jsonl":
                sys.stdout.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
            case "json":
                screen.show_json(rows)
            case _ if not rows:
                when_empty(screen, value)
            case _:
                cells = [[_in_a_table(each) for each in row.values()] for row in rows]
                screen.show(table_of(names or (), cells, leave_out=()))


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
        case bool() | list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case str():
            return _as_text(value)
        case _:
            return value


def _in_a_table(value: "JsonValue") -> "Cell":
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _as_text(text: str) -> str:
    one_line_end = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{one_line_end}" if text.startswith(_FORMULA) else one_line_end


def _value(row: "JsonValue", name: str) -> "JsonValue":
    outer, _, inner = name.partition(".")
    value = row.get(outer) if isinstance(row, dict) else None
    if not inner:
        return value
    return value.get(inner) if isinstance(value, dict) else None


def _fields(schema: Any, definitions: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON Schemas
    """Return the fields of an object by its schema, which may be named, or one of several."""
    for option in schema.get("anyOf", [schema]):
        named = definitions[option["$ref"].rpartition("/")[2]] if "$ref" in option else option
        if "properties" in named:
            return dict(named["properties"])
    return {}
