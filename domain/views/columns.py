"""The columns of a list: the fields of its JSON form, of which some can be chosen.

Which there are is what the JSON Schema of the view says, so that an empty list has them, too.
Fields inside of a field are named with a dot: `started.mode`.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import JsonValue

from domain.json import JsonMap
from domain.values.text import escaped
from domain.views.json_form import View


class WrongColumns(ValueError):
    """A list has no such columns, or one of them is named twice."""


@cache
def columns_of(view: View[Any]) -> tuple[str, ...]:
    """Return the names of the columns that the rows of a list have."""
    schema: Any = view.schema()
    definitions = schema.get("$defs", {})
    fields = _fields(schema.get("items", {}), definitions)
    inner = (f"{name}.{each}" for name in fields for each in _fields(fields[name], definitions))
    return (*fields, *inner)


def chosen_columns(view: View[Any], text: str) -> list[str]:
    """Return the columns that are named with commas between. Raises `WrongColumns`."""
    names, known = [name.strip() for name in text.split(",")], columns_of(view)
    unknown = [name for name in names if name not in known]
    if unknown:
        message = f"there is no '{escaped(unknown[0])}'; there are {', '.join(known)}"
        raise WrongColumns(message)
    if len(set(names)) < len(names):
        message = "one is named twice"
        raise WrongColumns(message)
    return names


def in_columns(rows: Sequence[JsonValue], names: Sequence[str]) -> list[JsonMap]:
    """Return the rows with these columns only, in this order."""
    return [{name: _value(row, name) for name in names} for row in rows]


def _value(row: JsonValue, name: str) -> JsonValue:
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
