"""Rows of tables from outside: what is wrong with which field."""

import unicodedata
from collections.abc import Container, Iterator, Mapping, MutableMapping
from functools import lru_cache

from pydantic import JsonValue

from domain.values.json_text import BadJson, check_json
from domain.values.text import NAME, BadText, forbidden

_name_problem = lru_cache(maxsize=10_000)(NAME.problem)


def take_row(
    values: MutableMapping[str, JsonValue], *, names: Container[str]
) -> list[tuple[str, str]]:
    """Bring the names in a row into their composed form; return what is wrong with which field.

    `names` are the fields that hold a name or a code; all others hold any text or JSON.
    """
    for field, value in values.items():
        if field in names and isinstance(value, str) and not value.isascii():
            values[field] = unicodedata.normalize("NFC", value)
    return list(_problems(values, names))


def require_fit(row: str, values: Mapping[str, object]) -> None:
    """Raise `BadText` for the first field that cannot be stored; `row` says in words which row."""
    for field, why in _problems(values, ()):
        where = f"{row}: {field}"
        raise BadText(where, why)


def _problems(values: Mapping[str, object], names: Container[str]) -> Iterator[tuple[str, str]]:
    for field, value in values.items():
        if isinstance(value, str):
            why = _name_problem(value) if field in names else _text_problem(value)
        else:
            why = _json_problem(value)
        if why is not None:
            yield field, why


def _text_problem(text: str) -> str | None:
    return None if text.isprintable() else forbidden(text)  # the first is quicker


def _json_problem(value: object) -> str | None:
    if not isinstance(value, dict | list | float | int):
        return None
    try:
        check_json(value, where="")
    except BadJson as error:
        return error.why
    return None
