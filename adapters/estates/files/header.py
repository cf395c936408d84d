"""The header of a CSV file: how its cells are delimited, and which columns it names."""

import csv
from collections import Counter
from collections.abc import Iterable
from itertools import chain, islice

from pydantic import BaseModel

from adapters.estates.files.kinds import Kind
from adapters.estates.files.problems import Place, Problems, got

_DELIMITERS = (",", ";", "\t")


def delimited(lines: Iterable[str], kind: Kind[BaseModel]) -> tuple[Iterable[str], str]:
    """Return the lines with the delimiter by which the header names most columns that there are.

    Where they do not tell, it is the comma.
    """
    rest = iter(lines)
    first = list(islice(rest, 1))

    def known_count(delimiter: str) -> int:
        try:
            names = next(csv.reader(first, delimiter=delimiter), [])
        except csv.Error:  # by another delimiter it may be CSV
            return 0
        return len([name for name in names if kind.has(column(name))])

    return chain(first, rest), max(_DELIMITERS, key=known_count)


def column(name: str) -> str:
    """Return the name of a column as fields are named: `CI Code ` is `ci_code`.

    The key of a map stays as it is written: an export has keys of any case.
    """
    first, dot, key = name.strip().partition(".")
    return f"{'_'.join(first.lower().split())}{dot}{key.strip()}"


def check_header(
    header: list[str], place: Place, *, kind: Kind[BaseModel], problems: Problems
) -> None:
    """Note a header that names nothing, a column twice, or one that there is not."""
    if not header:
        problems.add(place, "", "is empty, but must name the columns")
    for name, count in Counter(header).items():
        if count > 1:
            problems.add(place, name or got(name), "the column is there more than once")
        if not kind.has(name):
            problems.add(place, name or got(name), f"unknown column; allowed: {kind.allowed}")
