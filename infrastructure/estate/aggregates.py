"""Counting and measuring records in groups."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from pydantic import JsonValue

from domain.estate.errors import WrongOperator, WrongValue
from domain.estate.fields import INSTANT_FIELD, FieldType, RecordKind
from domain.estate.queries import (
    AggregateQuery,
    AggregateTable,
    FilterSpec,
    Measure,
    MeasureFunction,
)
from domain.figures import figure
from infrastructure.database.json_sql import open_number, open_value
from infrastructure.estate.columns import Column, ColumnLookup, OpenColumn, plain_column, source_of
from infrastructure.estate.conditions import condition, matching
from infrastructure.estate.record_pages import plain, refuse_negative

_OF_NUMBERS: dict[MeasureFunction, Callable[[sa.ColumnElement[Any]], sa.ColumnElement[Any]]] = {
    MeasureFunction.SUM: sa.func.sum,
    # Of floats, on every database.
    MeasureFunction.AVG: lambda numbers: sa.func.avg(sa.cast(numbers, sa.Double)),
    MeasureFunction.MIN: sa.func.min,
    MeasureFunction.MAX: sa.func.max,
}
_COMPUTED = (MeasureFunction.SUM, MeasureFunction.AVG, MeasureFunction.SHARE)
_FOR_ALL = (MeasureFunction.COUNT, MeasureFunction.COUNT_DISTINCT, MeasureFunction.SHARE)
_FOR_INSTANTS = (*_FOR_ALL, MeasureFunction.MIN, MeasureFunction.MAX)


def aggregate(connection: sa.Connection, tenant_id: str, query: AggregateQuery) -> AggregateTable:
    """See `Estate.aggregate`. Groups of equal measures are ordered by the group's values."""
    refuse_negative("top_n", query.top_n)
    lookup = ColumnLookup(connection, tenant_id, query.kind)
    groups = [_value(lookup.column(name)) for name in query.group_by]
    measures = [_measure(lookup, measure) for measure in query.measures]
    grouped = (
        sa.select(*_named("g", groups), *_named("m", measures))
        .select_from(source_of(query.kind))
        .where(*matching(lookup, query))
        .group_by(*groups)
    )
    # Windows are over all groups, also those cut off: the records are read once.
    newest = sa.func.max(sa.func.max(_instant(query.kind))).over()
    totals = (sa.func.count().over(), sa.func.sum(sa.func.count()).over(), newest)
    order = _order(groups, measures, ascending=query.ascending)
    limited = grouped.add_columns(*totals).order_by(*order).limit(max(query.top_n, 1))
    rows = connection.execute(limited).all()
    *_, total_groups, total_records, newest_at = rows[0] if rows else (0, 0, None)
    return AggregateTable(
        columns=[*query.group_by, *(measure.column for measure in query.measures)],
        rows=[_figures(query, row[:-3]) for row in rows[: query.top_n]],
        total_groups=total_groups,
        total_records=int(total_records),
        newest_at=newest_at,
    )


def _instant(kind: RecordKind) -> sa.ColumnElement[Any]:
    """The instant of a record of a dated kind, of an item its last change; nothing of rules."""
    field = "updated_at" if kind is RecordKind.CI else INSTANT_FIELD.get(kind)
    return plain_column(kind, field).sql if field else sa.cast(None, sa.BigInteger)


def _figures(query: AggregateQuery, row: Sequence[Any]) -> list[JsonValue]:
    """Return a row as plain JSON; what the database computed are figures."""
    is_computed = [False] * len(query.group_by)
    is_computed += [measure.function in _COMPUTED for measure in query.measures]
    return [
        figure(value) if computed and isinstance(value, float) else value
        for computed, value in zip(is_computed, map(plain, row), strict=True)
    ]


def _named(prefix: str, columns: list[sa.ColumnElement[Any]]) -> list[sa.ColumnElement[Any]]:
    return [column.label(f"{prefix}{number}") for number, column in enumerate(columns)]


def _order(
    groups: list[sa.ColumnElement[Any]], measures: list[sa.ColumnElement[Any]], *, ascending: bool
) -> list[sa.ColumnElement[Any]]:
    first = [measure.asc() if ascending else measure.desc() for measure in measures[:1]]
    return [term.nulls_last() for term in (*first, *(group.asc() for group in groups))]


def _value(column: Column) -> sa.ColumnElement[Any]:
    if isinstance(column, OpenColumn):
        return open_value(column.document, column.key)
    return column.sql


def _measure(lookup: ColumnLookup, measure: Measure) -> sa.ColumnElement[Any]:
    if measure.field is None:
        return _records(measure)
    column = lookup.column(measure.field)
    _refuse_unfit(column, measure)
    if measure.function in _OF_NUMBERS:
        return _OF_NUMBERS[measure.function](_number(column))
    if measure.function is MeasureFunction.SHARE:
        return _share(column, measure)
    is_distinct = measure.function is MeasureFunction.COUNT_DISTINCT
    return sa.func.count(sa.distinct(_value(column)) if is_distinct else _value(column))


def _records(measure: Measure) -> sa.ColumnElement[int]:
    if measure.function is not MeasureFunction.COUNT:
        raise WrongValue(str(measure.function), value=None, expected="a field to compute it of")
    return sa.func.count()


def _number(column: Column) -> sa.ColumnElement[Any]:
    if isinstance(column, OpenColumn):
        return open_number(column.document, column.key)
    return column.sql


def _refuse_unfit(column: Column, measure: Measure) -> None:
    if isinstance(column, OpenColumn) or column.type is FieldType.NUMBER:
        return
    allowed = _FOR_ALL if column.type is FieldType.TEXT else _FOR_INSTANTS
    if measure.function not in allowed:
        raise WrongOperator(column.name, op=str(measure.function), allowed=allowed)


def _share(column: Column, measure: Measure) -> sa.ColumnElement[Any]:
    if measure.value is None:
        raise WrongValue(measure.column, value=None, expected="a value to compute the share of")
    equal = condition(column, FilterSpec(field=column.name, op="=", value=measure.value))
    return sa.func.avg(sa.case((equal, 1.0), else_=0.0))
