"""The rows of JSON files (a list of objects) and JSON lines files (an object in each line)."""

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from pydantic import JsonValue

from adapters.estates.files.problems import Place, Problems, got
from adapters.estates.files.row import Row, line

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def json_rows(text: str, file: str, problems: Problems) -> Iterator[Row]:
    """Yield the rows of a list of objects; their places count the items from 1."""
    try:
        rows = parse_json(text)
    except json.JSONDecodeError as error:
        problems.add(line(file, error.lineno), "", f"is not JSON: {error.msg}")
        return
    except ValueError as error:
        problems.add(Place(file), "", f"is not JSON: {error}")
        return
    if not isinstance(rows, list):
        problems.add(Place(file), "", f"must be a list of objects, got {got(rows)}")
        return
    for number, value in enumerate(rows, start=1):
        yield from _row(value, Place(file, f"item {number}"), problems)


def json_line_rows(text: str, file: str, problems: Problems) -> Iterator[Row]:
    """Yield the rows of the lines that are not empty."""
    # Not splitlines(): JSON text may hold other line separators of Unicode.
    for number, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            value = parse_json(content)
        except ValueError as error:
            problems.add(line(file, number), "", f"is not JSON: {error}")
            continue
        yield from _row(value, line(file, number), problems)


def _row(value: JsonValue, place: Place, problems: Problems) -> Iterator[Row]:
    if isinstance(value, dict):
        yield Row(place, {name: found for name, found in value.items() if found is not None})
        return
    problems.add(place, "", f"must be an object, got {got(value)}")


def parse_json(text: str) -> JsonValue:
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
