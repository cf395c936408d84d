"""The rows of a file, whatever its format, one after the other."""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from pydantic import BaseModel, JsonValue

from adapters.estates.files.header import check_header, column, delimited
from adapters.estates.files.kinds import Kind
from adapters.estates.files.lines import Lines, TooLong
from adapters.estates.files.problems import Place, Problems, got
from domain.values.json_text import DOCUMENT, ESTATE_FILE, BadJson, JsonLimits, bounded_json
from domain.values.limits import CSV_ROW_CHARACTERS, JSON_BYTES

SUFFIXES = (".csv", ".json", ".jsonl")
"""The formats that are read."""
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?")
_CHUNK_BYTES = 1 << 20
JSON_LIST_BYTES = 64 << 20
"""So long may a .json file be, which is held whole."""


class Row(NamedTuple):
    """What one row says, by field; see `Kind.emptied` for what is empty in it.

    It stands in a line, or is an item of a list; both count from 1.
    """

    values: dict[str, JsonValue]
    file: str
    unit: str
    number: int

    @property
    def place(self) -> Place:
        """Where the row stands."""
        return Place(self.file, f"{self.unit} {self.number}")


def file_rows(path: Path, *, kind: Kind[BaseModel], problems: Problems) -> Iterator[Row]:
    """Yield the rows of the file; what cannot be read is noted as a problem."""
    file = _opened(path, problems)
    if file is None:
        return
    with file:
        match path.suffix:
            case ".csv":
                lines = Lines(file, CSV_ROW_CHARACTERS)
                yield from _csv_rows(lines, path.name, kind=kind, problems=problems)
            case ".json":
                if _is_short(path, problems):
                    yield from _json_rows(file.read(), path.name, kind=kind, problems=problems)
            case _:
                lines = Lines(file, JSON_BYTES)
                yield from _json_line_rows(lines, path.name, kind=kind, problems=problems)


def _is_short(path: Path, problems: Problems) -> bool:
    """Note a list that is too long: it is held whole, and lines are not."""
    size = path.stat().st_size
    if size > JSON_LIST_BYTES:
        problems.add(
            Place(path.name),
            "",
            f"has {size} bytes, and a list may have {JSON_LIST_BYTES}: "
            f"write an object in each line of {path.stem}.jsonl, or {path.stem}.csv",
        )
    return size <= JSON_LIST_BYTES


def _opened(path: Path, problems: Problems) -> TextIO | None:
    if path.exists() and not path.is_file() and not path.is_dir():
        problems.add(Place(path.name), "", "is no file")  # a device or a pipe has no end
        return None
    try:
        number = _line_without_utf8(path)
        if number is None:
            # JSON text may hold other ends of lines, and quoted CSV cells those of any system.
            newline = "" if path.suffix == ".csv" else "\n"
            return path.open(encoding="utf-8-sig", newline=newline)
    except OSError as error:
        problems.add(Place(path.name), "", f"cannot be read: {error.strerror}")
        return None
    problems.add(_line(path.name, number), "", "is not UTF-8")
    return None


def _line_without_utf8(path: Path) -> int | None:
    """Return the first line that is not UTF-8, counted from 1, or None."""
    decoder, number = codecs.getincrementaldecoder("utf-8")(), 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK_BYTES)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return number + error.object.count(b"\n", 0, error.start)
            if not chunk:
                return None
            number += chunk.count(b"\n")


def _line(file: str, number: int) -> Place:
    """Return the place of a line, counted from 1."""
    return Place(file, f"line {number}")


def _csv_rows(
    lines: Lines, file: str, *, kind: Kind[BaseModel], problems: Problems
) -> Iterator[Row]:
    """Yield the rows until one is no CSV, or too long."""
    try:
        yield from _csv_records(lines, file, kind=kind, problems=problems)
    except (csv.Error, TooLong) as error:
        problems.add(_line(file, lines.count), "", f"is not CSV: {error}")


def _csv_records(
    lines: Lines, file: str, *, kind: Kind[BaseModel], problems: Problems
) -> Iterator[Row]:
    """Yield the rows; unknown columns are left out, once noted."""
    all_lines, delimiter = delimited(lines, kind)
    reader = csv.reader(all_lines, strict=True, delimiter=delimiter)
    header = [column(name) for name in next(reader, [])]
    check_header(header, _line(file, 1), kind=kind, problems=problems)
    is_plain = all(name in kind.fields and name not in kind.maps for name in header)
    lines.end_row()
    start = lines.count + 1
    for cells in reader:
        lines.end_row()
        number, start = start, lines.count + 1
        if len(cells) != len(header):
            _note_cells(cells, header, _line(file, number), problems)
            continue
        values: dict[str, JsonValue] = dict(zip(header, cells, strict=True))
        if not is_plain:
            values = _values(values, _line(file, number), kind=kind, problems=problems)
        if "" in cells:
            values = kind.emptied(values, "")
        yield Row(values, file, "line", number)


def _note_cells(cells: list[str], header: list[str], place: Place, problems: Problems) -> None:
    if cells:
        count = f"has {len(cells)} cells, but the header names {len(header)}"
        problems.add(place, "", count)


def _values(
    cells: dict[str, JsonValue], place: Place, *, kind: Kind[BaseModel], problems: Problems
) -> dict[str, JsonValue]:
    values: dict[str, JsonValue] = {}
    for name, cell in cells.items():
        if cell == "" and kind.has(name):
            values[name] = ""
        elif kind.has(name):
            try:
                values[name] = _value(name, str(cell), kind)
            except ValueError as error:
                problems.add(place, name, f"{error}, got {got(cell)}")
    return values


def _value(name: str, cell: str, kind: Kind[BaseModel]) -> JsonValue:
    """Return a cell's value: in the columns of maps, what reads as a number is one."""
    if name in kind.maps:
        return _parse_json(cell)
    return _number_or_text(cell) if "." in name else cell


def _number_or_text(cell: str) -> int | float | str:
    """Return a number if writing it gives the cell again, as 16 and 2.5, not 007 and 1.10."""
    if not _NUMBER.fullmatch(cell):
        return cell
    number = float(cell) if "." in cell else int(cell)
    return number if str(number) == cell else cell


def _json_rows(
    text: str, file: str, *, kind: Kind[BaseModel], problems: Problems
) -> Iterator[Row]:
    """Yield the rows of a list of objects; their places count the items from 1."""
    try:
        rows = _parse_json(text, ESTATE_FILE)
    except ValueError as error:
        problems.add(Place(file), "", str(error))
        return
    if not isinstance(rows, list):
        problems.add(Place(file), "", f"must be a list of objects, got {got(rows)}")
        return
    for number, value in enumerate(rows, start=1):
        if isinstance(value, dict):
            yield Row(kind.emptied(value, None), file, "item", number)
        else:
            _note_no_object(value, Place(file, f"item {number}"), problems)


def _json_line_rows(
    lines: Lines, file: str, *, kind: Kind[BaseModel], problems: Problems
) -> Iterator[Row]:
    """Yield the rows of the lines that are not empty, until one is too long."""
    try:
        for content in lines:
            lines.end_row()
            if content.strip():
                yield from _json_row(content, file, lines.count, kind=kind, problems=problems)
    except TooLong as error:
        problems.add(_line(file, lines.count), "", str(error))


def _json_row(
    content: str, file: str, number: int, *, kind: Kind[BaseModel], problems: Problems
) -> Iterator[Row]:
    place = _line(file, number)
    try:
        value = _parse_json(content.removesuffix("\n"))
    except ValueError as error:
        problems.add(place, "", str(error))
        return
    if isinstance(value, dict):
        yield Row(kind.emptied(value, None), file, "line", number)
    else:
        _note_no_object(value, place, problems)


def _note_no_object(value: JsonValue, place: Place, problems: Problems) -> None:
    problems.add(place, "", f"must be an object, got {got(value)}")


def _parse_json(text: str, within: JsonLimits = DOCUMENT) -> JsonValue:
    """Return the JSON value. Raises `ValueError` for what is none, or cannot be taken."""
    try:
        return bounded_json(text, where="", within=within)
    except BadJson as error:
        raise ValueError(error.why) from None
