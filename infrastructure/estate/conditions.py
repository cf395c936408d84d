"""From the conditions of a query to SQL; values are always bound, never part of the text."""

import math
import operator
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from domain.estate.errors import UnknownField, WrongOperator, WrongValue
from domain.estate.fields import FIELDS, INSTANT_FIELD, KEYWORD_FIELDS, FieldType, RecordKind
from domain.estate.phrases import normalised_name
from domain.estate.queries import AggregateQuery, FilterSpec, RecordQuery
from domain.times import Window, in_utc
from infrastructure.database.json_sql import open_instant, open_number, open_text, values_of
from infrastructure.estate.columns import (
    Column,
    ColumnLookup,
    OpenColumn,
    PlainColumn,
    plain_column,
    visible,
)
from infrastructure.estate.word_index import says

Condition = sa.ColumnElement[bool]

_MAX_TEXT = 4000
_MAX_WHOLE = 2**63 - 1
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TEXT_OPERATORS = ("=", "!=", "ILIKE", "IN")
_ORDERED_OPERATORS = ("=", "!=", "IN", *_ORDER)


def matching(lookup: ColumnLookup, query: RecordQuery | AggregateQuery) -> list[Condition]:
    """Return the query's conditions and those that keep to the tenant. Raises `EstateError`."""
    kind = lookup.kind
    conditions = visible(kind, lookup.tenant_id)
    named = query.keyword_fields if isinstance(query, RecordQuery) else ()
    fields = named or KEYWORD_FIELDS[kind]
    conditions += [_keyword(kind, word, fields) for word in query.keywords if word.strip()]
    if isinstance(query, RecordQuery) and query.said:
        conditions.append(says(lookup.connection.dialect, lookup.tenant_id, query.said))
    conditions += [condition(lookup.column(spec.field), spec) for spec in query.filters]
    if query.ci_ids is not None:
        conditions.append(_of_cis(kind, query.ci_ids))
    if query.window is not None:
        conditions.append(_within(kind, query.window))
    return conditions


def condition(column: Column, spec: FilterSpec) -> Condition:
    """Return the condition on the column. A record without a value matches `!=` and nothing else.

    Raises `WrongOperator` or `WrongValue` for an operator or a value that the field's
    type does not take.
    """
    if isinstance(column, OpenColumn):
        return _open(column, spec)
    if column.type is FieldType.TEXT:
        return _text(column.sql, spec)
    return _ordered(column, spec)


def _keyword(kind: RecordKind, word: str, names: Sequence[str]) -> Condition:
    pattern = f"%{escaped(_short('keywords', word), '/%_')}%"
    fields = (plain_column(kind, name) for name in names)
    return sa.or_(*(field.sql.ilike(pattern, escape="/") for field in fields))


def escaped(text: str, special: str) -> str:
    """Return the text with those of its letters escaped that are special."""
    return "".join(f"/{letter}" if letter in special else letter for letter in text)


def _of_cis(kind: RecordKind, ci_ids: Sequence[str]) -> Condition:
    if "ci_id" not in FIELDS[kind]:
        raise UnknownField(kind, field="ci_id", allowed=FIELDS[kind])
    return plain_column(kind, "ci_id").sql.in_(values_of(ci_ids))


def _within(kind: RecordKind, window: Window) -> Condition:
    if kind not in INSTANT_FIELD:
        span = f"{window.start.isoformat()}..{window.end.isoformat()}"
        expected = f"no window, as a {kind} has no instant"
        raise WrongValue(field="window", value=span, expected=expected)
    column = plain_column(kind, INSTANT_FIELD[kind]).sql
    return sa.and_(column >= window.start, column < window.end)


def _text(sql: sa.ColumnElement[Any], spec: FilterSpec) -> Condition:
    folded = sa.func.lower(sql)
    match spec.op:
        case "=":
            return sa.and_(folded == _one_text(spec).lower(), *_through_index(sql, spec))
        case "!=":
            return folded.is_distinct_from(_one_text(spec).lower())
        case "IN":
            return folded.in_(values_of(text.lower() for text in _many(spec)))
        case "ILIKE":
            # The wildcards are the caller's; only the escape character has to stand for itself.
            return sql.ilike(escaped(_short(spec.field, _one_text(spec)), "/"), escape="/")
        case _:
            raise WrongOperator(spec.field, op=spec.op, allowed=_TEXT_OPERATORS)


def _through_index(sql: sa.ColumnElement[Any], spec: FilterSpec) -> list[Condition]:
    """What is also true of an item of this code or name, and has an index."""
    phrase = {"ci_code": "code_phrase", "ci_name": "name_phrase"}.get(getattr(sql, "name", ""))
    table = getattr(sql, "table", None)
    if phrase is None or not isinstance(table, sa.FromClause):
        return []
    return [table.c[phrase] == normalised_name(_one_text(spec))]


def _ordered(column: PlainColumn, spec: FilterSpec) -> Condition:
    is_number, kept_as = column.type is FieldType.NUMBER, column.sql.type
    read = _number if is_number else partial(_instant, kept_as)
    match spec.op:
        case "=":
            return column.sql == read(spec.field, spec.value)
        case "!=":
            return column.sql.is_distinct_from(read(spec.field, spec.value))
        case "IN":
            return sa.or_(
                sa.false(), *(column.sql == read(spec.field, text) for text in _many(spec))
            )
        case "ILIKE":
            raise WrongOperator(spec.field, op=spec.op, allowed=_ORDERED_OPERATORS)
        case _:
            return _compared(column.sql, spec.op, read(spec.field, spec.value))


def _open(column: OpenColumn, spec: FilterSpec) -> Condition:
    if spec.op not in _ORDER:
        return _text(open_text(column.document, column.key), spec)
    if (day := _written_instant(spec.value)) is not None:
        return _compared(open_instant(column.document, column.key), spec.op, day)
    number = _number(spec.field, spec.value)
    return _compared(open_number(column.document, column.key), spec.op, number)


def _compared(sql: sa.ColumnElement[Any], op: str, value: sa.ColumnElement[Any]) -> Condition:
    compare = _ORDER[op]
    result: Condition = compare(sql, value)
    return result


def _one_text(spec: FilterSpec) -> str:
    if isinstance(spec.value, list):
        raise WrongValue(
            spec.field, value=spec.value, expected=f"one value, as {spec.op} takes no list"
        )
    return str(spec.value)


def _many(spec: FilterSpec) -> list[str]:
    if not isinstance(spec.value, list):
        raise WrongValue(
            spec.field, value=spec.value, expected="a list, as IN takes no single value"
        )
    return spec.value


def _short(field: str, text: str) -> str:
    if len(text) > _MAX_TEXT:
        shown = f"{text[:50]}... ({len(text)} characters)"
        raise WrongValue(field, value=shown, expected=f"at most {_MAX_TEXT} characters")
    return text


def _number(field: str, value: object) -> sa.ColumnElement[Any]:
    try:
        number = float(value) if isinstance(value, str) else value
    except ValueError:
        number = None
    if (
        not isinstance(number, int | float)
        or not math.isfinite(number)
        or abs(number) > _MAX_WHOLE
    ):
        raise WrongValue(field, value=value, expected="a number")
    return sa.literal(number)


def _written_instant(value: object) -> sa.ColumnElement[Any] | None:
    """Return a day or an instant as it is written; None for what is none."""
    if not isinstance(value, str) or "-" not in value:
        return None
    try:
        at = datetime.fromisoformat(value).replace(tzinfo=None, microsecond=0)
    except ValueError:
        return None
    return sa.literal(at.isoformat().removesuffix("T00:00:00"), sa.Text)


def _instant(
    kept_as: sa.types.TypeEngine[Any], field: str, value: object
) -> sa.ColumnElement[Any]:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        instant = None
    if instant is None:
        raise WrongValue(field, value=value, expected="an instant as 2025-12-01T08:00:00Z")
    return sa.literal(in_utc(instant), kept_as)
