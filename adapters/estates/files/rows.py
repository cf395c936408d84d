"""The rows of a file, whatever its format."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from adapters.estates.files.csv_rows import csv_rows
from adapters.estates.files.json_rows import json_line_rows, json_rows
from adapters.estates.files.kinds import Kind
from adapters.estates.files.problems import Place, Problems
from adapters.estates.files.row import Row, line

SUFFIXES = (".csv", ".json", ".jsonl")
"""The formats that are read."""


def file_rows(path: Path, *, kind: Kind[BaseModel], problems: Problems) -> Iterator[Row]:
    """Yield the rows of the file; what cannot be read is noted as a problem."""
    text = _text(path, problems)
    if text is None:
        return
    match path.suffix:
        case ".csv":
            yield from csv_rows(text, path.name, kind=kind, problems=problems)
        case ".json":
            yield from json_rows(text, path.name, problems)
        case _:
            yield from json_line_rows(text, path.name, problems)


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
        problems.add(line(path.name, number), "", "is not UTF-8")
        return None
