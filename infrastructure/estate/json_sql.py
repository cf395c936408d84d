"""SQL for JSON: lists handed over as one parameter, and the values of open fields."""

from collections.abc import Iterable
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def values_of(values: Iterable[str]) -> sa.Select[tuple[str]]:
    """Return the values as a sub-select for IN: one parameter, as databases limit their number."""
    listed = sa.literal(orjson.dumps(list(values)).decode(), sa.Text)
    return sa.select(_Elements(listed).table_valued("value").c.value)


def open_value(document: sa.ColumnElement[Any], key: str) -> sa.ColumnElement[Any]:
    """Return the value under the key or NULL: text and numbers as such, the rest as JSON text."""
    return _OpenValue(document, sa.literal(key, sa.Text))


def open_text(document: sa.ColumnElement[Any], key: str) -> sa.ColumnElement[str]:
    """Return the value under the key as text, or NULL."""
    return _OpenText(document, sa.literal(key, sa.Text))


def open_number(document: sa.ColumnElement[Any], key: str) -> sa.ColumnElement[Any]:
    """Return the value under the key where it is a number, NULL elsewhere."""
    return _OpenNumber(document, sa.literal(key, sa.Text))


class _Elements(FunctionElement[str]):
    """A table with the elements of a JSON list of text."""

    name = "elements"
    type = sa.Text()
    inherit_cache = True


class _OpenValue(FunctionElement[Any]):
    name = "open_value"
    inherit_cache = True


class _OpenText(FunctionElement[str]):
    name = "open_text"
    type = sa.Text()
    inherit_cache = True


# Numbers have no type of SQLAlchemy's: whole ones stay whole.
class _OpenNumber(FunctionElement[Any]):
    name = "open_number"
    inherit_cache = True


# SQLite's json_each compares keys as values: a JSON path cannot name a key that contains a quote.
_SQLITE_VALUE = (
    "(SELECT CASE e.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE e.value END"
    " FROM json_each({document}) AS e WHERE e.key = {key})"
)
_SQLITE_NUMBER = (
    "(SELECT e.value FROM json_each({document}) AS e"
    " WHERE e.key = {key} AND e.type IN ('integer', 'real'))"
)
# A column has one type on PostgreSQL: values of any type are jsonb there, which the driver reads.
_POSTGRES_VALUE = (
    "(CASE json_typeof({document} -> {key}) WHEN 'null' THEN NULL"
    " WHEN 'string' THEN CAST({document} -> {key} AS jsonb)"
    " WHEN 'number' THEN CAST({document} -> {key} AS jsonb)"
    " ELSE to_jsonb({document} ->> {key}) END)"
)
_POSTGRES_TEXT = "({document} ->> {key})"
_POSTGRES_NUMBER = (
    "(CASE json_typeof({document} -> {key}) WHEN 'number'"
    " THEN CAST({document} ->> {key} AS numeric) END)"
)


@compiles(_Elements, "sqlite")
def _sqlite_elements(element: _Elements, compiler: SQLCompiler, **kw: object) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_Elements, "postgresql")
def _postgres_elements(element: _Elements, compiler: SQLCompiler, **kw: object) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **kw)} AS json))"


@compiles(_OpenValue, "sqlite")
@compiles(_OpenText, "sqlite")
def _sqlite_value(element: FunctionElement[Any], compiler: SQLCompiler, **kw: object) -> str:
    return _fill(_SQLITE_VALUE, element, compiler, **kw)


@compiles(_OpenNumber, "sqlite")
def _sqlite_number(element: _OpenNumber, compiler: SQLCompiler, **kw: object) -> str:
    return _fill(_SQLITE_NUMBER, element, compiler, **kw)


@compiles(_OpenValue, "postgresql")
def _postgres_value(element: _OpenValue, compiler: SQLCompiler, **kw: object) -> str:
    return _fill(_POSTGRES_VALUE, element, compiler, **kw)


@compiles(_OpenText, "postgresql")
def _postgres_text(element: _OpenText, compiler: SQLCompiler, **kw: object) -> str:
    return _fill(_POSTGRES_TEXT, element, compiler, **kw)


@compiles(_OpenNumber, "postgresql")
def _postgres_number(element: _OpenNumber, compiler: SQLCompiler, **kw: object) -> str:
    return _fill(_POSTGRES_NUMBER, element, compiler, **kw)


def _fill(
    template: str, element: FunctionElement[Any], compiler: SQLCompiler, **kw: object
) -> str:
    document, key = element.clauses
    return template.format(
        document=compiler.process(document, **kw), key=compiler.process(key, **kw)
    )
