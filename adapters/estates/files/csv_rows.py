"""The rows of a CSV file with a header."""

import csv
import io
import re
from collections.abc import Iterator

from pydantic import BaseModel, JsonValue

from adapters.estates.files.json_rows import parse_json
from adapters.estates.files.kinds import Kind
from adapters.estates.files.problems import Place, Problems, got
from adapters.estates.files.row import Row, line

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?")


def csv_rows(text: str, file: str, *, kind: Kind[BaseModel], problems: Problems) -> Iterator[Row]:
    """Yield the rows; empty cells are left out, and so are unknown columns, once noted."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        _check_header(header, line(file, 1), kind=kind, problems=problems)
        start = reader.line_num + 1
        for cells in reader:
            place, start = line(file, start), reader.line_num + 1
            if len(cells) == len(header):
                values = dict(zip(header, cells, strict=True))
                yield Row(place, _values(values, place, kind=kind, problems=problems))
            elif cells:
                count = f"has {len(cells)} cells, but the header names {len(header)}"
                problems.add(place, "", count)
    except csv.Error as error:
        problems.add(line(file, reader.line_num), "", f"is not CSV: {error}")


def _check_header(
    header: list[str], place: Place, *, kind: Kind[BaseModel], problems: Problems
) -> None:
    if not header:
        problems.add(place, "", "is empty, but must name the columns")
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            problems.add(place, name or got(name), "the column is there more than once")
        if not kind.has(name):
            problems.add(place, name or got(name), f"unknown column; allowed: {kind.allowed}")


def _values(
    cells: dict[str, str], place: Place, *, kind: Kind[BaseModel], problems: Problems
) -> dict[str, JsonValue]:
    values: dict[str, JsonValue] = {}
    for name, cell in cells.items():
        if cell and kind.has(name):
            try:
                values[name] = _value(name, cell, kind)
            except ValueError as error:
                problems.add(place, name, f"is not JSON ({error}), got {got(cell)}")
    return values


def _value(name: str, cell: str, kind: Kind[BaseModel]) -> JsonValue:
    """Return a cell's value: in the columns of maps, what reads as a number is one."""
    if name in kind.maps:
        return parse_json(cell)
    return _number_or_text(cell) if "." in name else cell


def _number_or_text(cell: str) -> int | float | str:
    """Return a number if writing it gives the cell again, as 16 and 2.5, not 007 and 1.10."""
    if not _NUMBER.fullmatch(cell):
        return cell
    number = float(cell) if "." in cell else int(cell)
    return number if str(number) == cell else cell
