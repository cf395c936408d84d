"""SQL for JSON: lists handed over as one parameter, and the values of open fields."""

from collections.abc import Iterable
from typing import Any, ClassVar

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def values_of(values: Iterable[str]) -> sa.Select[tuple[str]]:
    """Return the values as a sub-select for IN: one parameter, as databases limit their number."""
    return sa.select(_table_of(sa.literal(listed(values), sa.Text)).c.value)


def values_given(name: str) -> sa.Select[tuple[str]]:
    """Return the values of a parameter of this name, which `listed` makes, as a sub-select."""
    return sa.select(_table_of(sa.bindparam(name, type_=sa.Text)).c.value)


def listed(values: Iterable[str]) -> str:
    """Return the values as one parameter."""
    return orjson.dumps(list(values)).decode()


def _table_of(listed_values: sa.ColumnElement[str]) -> sa.TableValuedAlias:
    return _Elements(listed_values).table_valued(sa.column("value", sa.Text))


def open_value(document: sa.ColumnElement[Any], key: str) -> sa.ColumnElement[Any]:
    """Return the value under the key or NULL: text and numbers as such, the rest as JSON text."""
    return _OpenValue(document, sa.literal(key, sa.Text))


def open_text(document: sa.ColumnElement[Any], key: str) -> sa.ColumnElement[str]:
    """Return the value under the key as text, or NULL."""
    return _OpenText(document, sa.literal(key, sa.Text))


def open_number(document: sa.ColumnElement[Any], key: str) -> sa.ColumnElement[Any]:
    """Return the value under the key where it is a number, NULL elsewhere."""
    return _OpenNumber(document, sa.literal(key, sa.Text))


def open_instant(document: sa.ColumnElement[Any], key: str) -> sa.ColumnElement[str]:
    """Return the value under the key where it is a day or an instant, NULL elsewhere.

    It is as it is written, up to its seconds and without its zone: such texts are in their order.
    """
    return _OpenInstant(document, sa.literal(key, sa.Text))


class _Elements(FunctionElement[str]):
    """A table with the elements of a JSON list of text."""

    name = "elements"
    type = sa.Text()
    inherit_cache = True
    templates: ClassVar = {
        "sqlite": "json_each({0})",
        "postgresql": "json_array_elements_text(CAST({0} AS json))",
    }


# SQLite's json_each compares keys as values: a JSON path cannot name a key that contains a quote.
_SQLITE_VALUE = (
    "(SELECT CASE e.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE e.value END"
    " FROM json_each({0}) AS e WHERE e.key = {1})"
)


class _OpenValue(FunctionElement[Any]):
    name = "open_value"
    inherit_cache = True
    # A column has one type on PostgreSQL: values of any type are jsonb, which the driver reads.
    templates: ClassVar = {
        "sqlite": _SQLITE_VALUE,
        "postgresql": "(CASE json_typeof({0} -> {1}) WHEN 'null' THEN NULL"
        " WHEN 'string' THEN CAST({0} -> {1} AS jsonb)"
        " WHEN 'number' THEN CAST({0} -> {1} AS jsonb) ELSE to_jsonb({0} ->> {1}) END)",
    }


class _OpenText(FunctionElement[str]):
    name = "open_text"
    type = sa.Text()
    inherit_cache = True
    templates: ClassVar = {"sqlite": _SQLITE_VALUE, "postgresql": "({0} ->> {1})"}


# Numbers have no type of SQLAlchemy's: whole ones stay whole.
class _OpenNumber(FunctionElement[Any]):
    name = "open_number"
    inherit_cache = True
    templates: ClassVar = {
        "sqlite": "(SELECT e.value FROM json_each({0}) AS e"
        " WHERE e.key = {1} AND e.type IN ('integer', 'real'))",
        "postgresql": "(CASE json_typeof({0} -> {1}) WHEN 'number'"
        " THEN CAST({0} ->> {1} AS numeric) END)",
    }


class _OpenInstant(FunctionElement[str]):
    name = "open_instant"
    type = sa.Text()
    inherit_cache = True
    _TEMPLATE = (
        "(SELECT CASE WHEN substr(v.value, 5, 1) = '-' AND substr(v.value, 8, 1) = '-'"
        " THEN replace(substr(v.value, 1, 19), ' ', 'T') END FROM (SELECT {0} AS value) AS v){1}"
    )
    templates: ClassVar = {
        "sqlite": _TEMPLATE.format(_SQLITE_VALUE, ""),
        "postgresql": _TEMPLATE.format("{0} ->> {1}", ' COLLATE "C"'),
    }


@compiles(_Elements)
@compiles(_OpenInstant)
@compiles(_OpenValue)
@compiles(_OpenText)
@compiles(_OpenNumber)
def _compiled(element: Any, compiler: SQLCompiler, **kw: object) -> str:  # noqa: ANN401 - each of these
    arguments = [compiler.process(argument, **kw) for argument in element.clauses]
    return str(element.templates[compiler.dialect.name].format(*arguments))
