"""One row of a file."""

from dataclasses import dataclass

from pydantic import JsonValue

from adapters.estates.files.problems import Place


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says, by field; what is empty in it is left out."""

    place: Place
    values: dict[str, JsonValue]


def line(file: str, number: int) -> Place:
    """Return the place of a line, counted from 1."""
    return Place(file, f"line {number}")
