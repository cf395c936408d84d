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
    return sa.select(sa.func.json_each(listed).table_valued("value").c.value)


def open_value(document: sa.ColumnElement[Any], key: str) -> sa.ColumnElement[Any]:
    """Return the value under the key or NULL: text and numbers as such, the rest as JSON text."""
    return _OpenValue(document, sa.literal(key, sa.Text))


def open_number(document: sa.ColumnElement[Any], key: str) -> sa.ColumnElement[float]:
    """Return the value under the key where it is a number, NULL elsewhere."""
    return _OpenNumber(document, sa.literal(key, sa.Text))


class _OpenValue(FunctionElement[Any]):
    name = "open_value"
    inherit_cache = True


class _OpenNumber(FunctionElement[float]):
    name = "open_number"
    type = sa.Double()
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


@compiles(_OpenValue, "sqlite")
def _value(element: _OpenValue, compiler: SQLCompiler, **kw: object) -> str:
    return _fill(_SQLITE_VALUE, element, compiler, **kw)


@compiles(_OpenNumber, "sqlite")
def _number(element: _OpenNumber, compiler: SQLCompiler, **kw: object) -> str:
    return _fill(_SQLITE_NUMBER, element, compiler, **kw)


def _fill(
    template: str, element: FunctionElement[Any], compiler: SQLCompiler, **kw: object
) -> str:
    document, key = element.clauses
    return template.format(
        document=compiler.process(document, **kw), key=compiler.process(key, **kw)
    )
