"""The rows of a file, whatever its format."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from pydantic import BaseModel, JsonValue

from adapters.estates.files.kinds import Kind
from adapters.estates.files.problems import Place, Problems, got

SUFFIXES = (".csv", ".json", ".jsonl")
"""The formats that are read."""
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says, by field; what is empty in it is left out."""

    place: Place
    values: dict[str, JsonValue]


def file_rows(path: Path, *, kind: Kind[BaseModel], problems: Problems) -> Iterator[Row]:
    """Yield the rows of the file; what cannot be read is noted as a problem."""
    text = _text(path, problems)
    if text is None:
        return
    match path.suffix:
        case ".csv":
            yield from _csv_rows(text, path.name, kind=kind, problems=problems)
        case ".json":
            yield from _json_rows(text, path.name, problems)
        case _:
            yield from _json_line_rows(text, path.name, problems)


def _text(path: Path, problems: Problems) -> str | None:
    try:
        content = path.read_bytes()
    except OSError as error:
        problems.add(Place(path.name), "", f"cannot be read: {error.strerror}")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        problems.add(_line(path.name, number), "", "is not UTF-8")
        return None


def _line(file: str, number: int) -> Place:
    """Return the place of a line, counted from 1."""
    return Place(file, f"line {number}")


def _csv_rows(text: str, file: str, *, kind: Kind[BaseModel], problems: Problems) -> Iterator[Row]:
    """Yield the rows; empty cells are left out, and so are unknown columns, once noted."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        _check_header(header, _line(file, 1), kind=kind, problems=problems)
        start = reader.line_num + 1
        for cells in reader:
            place, start = _line(file, start), reader.line_num + 1
            if len(cells) == len(header):
                values = dict(zip(header, cells, strict=True))
                yield Row(place, _values(values, place, kind=kind, problems=problems))
            elif cells:
                count = f"has {len(cells)} cells, but the header names {len(header)}"
                problems.add(place, "", count)
    except csv.Error as error:
        problems.add(_line(file, reader.line_num), "", f"is not CSV: {error}")


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
        return _parse_json(cell)
    return _number_or_text(cell) if "." in name else cell


def _number_or_text(cell: str) -> int | float | str:
    """Return a number if writing it gives the cell again, as 16 and 2.5, not 007 and 1.10."""
    if not _NUMBER.fullmatch(cell):
        return cell
    number = float(cell) if "." in cell else int(cell)
    return number if str(number) == cell else cell


def _json_rows(text: str, file: str, problems: Problems) -> Iterator[Row]:
    """Yield the rows of a list of objects; their places count the items from 1."""
    try:
        rows = _parse_json(text)
    except json.JSONDecodeError as error:
        problems.add(_line(file, error.lineno), "", f"is not JSON: {error.msg}")
        return
    except ValueError as error:
        problems.add(Place(file), "", f"is not JSON: {error}")
        return
    if not isinstance(rows, list):
        problems.add(Place(file), "", f"must be a list of objects, got {got(rows)}")
        return
    for number, value in enumerate(rows, start=1):
        yield from _row(value, Place(file, f"item {number}"), problems)


def _json_line_rows(text: str, file: str, problems: Problems) -> Iterator[Row]:
    """Yield the rows of the lines that are not empty."""
    # Not splitlines(): JSON text may hold other line separators of Unicode.
    for number, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            value = _parse_json(content)
        except ValueError as error:
            problems.add(_line(file, number), "", f"is not JSON: {error}")
            continue
        yield from _row(value, _line(file, number), problems)


def _row(value: JsonValue, place: Place, problems: Problems) -> Iterator[Row]:
    if isinstance(value, dict):
        yield Row(place, {name: found for name, found in value.items() if found is not None})
        return
    problems.add(place, "", f"must be an object, got {got(value)}")


def _parse_json(text: str) -> JsonValue:
    """Return the JSON value. Raises `ValueError`, also for NaN and repeated keys."""
    try:
        value: JsonValue = json.loads(text, parse_constant=_refuse, object_pairs_hook=_object)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()  # half a character is a ValueError
    except RecursionError:
        msg = "it is nested too deeply"
        raise ValueError(msg) from None
    return value


def _refuse(constant: str) -> NoReturn:
    msg = f"{constant} is not a JSON number"
    raise ValueError(msg)


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        msg = f"the key {twice!r} is there twice"
        raise ValueError(msg)
    return dict(pairs)
