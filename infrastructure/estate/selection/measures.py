"""What the values of many records become: of all, of each group, of each item."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from domain.query.sets import Function, Measure
from infrastructure.database.json_sql import open_number, open_value
from infrastructure.estate.columns import Column, OpenColumn
from infrastructure.estate.counters import rises
from infrastructure.estate.metric_ranking import Figure
from infrastructure.estate.selection.sources import Element, Members, Source

COUNTERS = (Function.INCREASE, Function.RATE)
_SIMPLE: dict[Function, Callable[[Element], Element]] = {
    Function.COUNT_DISTINCT: lambda value: sa.func.count(sa.distinct(value)),
    Function.SUM: sa.func.sum,
    Function.MIN: sa.func.min,
    Function.MAX: sa.func.max,
    Function.AVG: lambda value: Figure(sa.func.avg(sa.cast(value, sa.Double))),
    Function.SUCCESS_RATE: lambda value: Figure(sa.func.avg(value)),
}


def value_of(column: Column) -> Element:
    """Return the value of a field as it is shown; an empty text is no value."""
    if isinstance(column, OpenColumn):
        return open_value(column.document, column.key)
    return sa.func.nullif(column.sql, "") if isinstance(column.sql.type, sa.Text) else column.sql


def measured_value(source: Source, measure: Measure) -> Element:
    """Return the value of a record that the measure is computed of."""
    if measure.function is Function.SUCCESS_RATE:
        is_success = sa.func.lower(source.columns["result"]) == "success"
        return sa.cast(sa.case((is_success, 1.0), (~is_success, 0.0)), sa.Double)
    if measure.field is None:
        return source.key[0]
    column = source.column(measure.field)
    if isinstance(column, OpenColumn) and measure.function is not Function.COUNT_DISTINCT:
        return open_number(column.document, column.key)
    return value_of(column)


def helped(
    function: Function, value: Element, newest: Sequence[Element], groups: Sequence[Element]
) -> list[Element]:
    """Return what of each record, beside its value, the measure is computed with.

    `newest` is the order from the newest record on.
    """
    by: dict[str, Any] = {"partition_by": [*groups]} if groups else {}
    if function is Function.MEDIAN:
        place = sa.func.row_number().over(**by, order_by=(value.is_(None), value))
        return [place, sa.func.count(value).over(**by)]
    if function is Function.LAST:
        return [sa.func.row_number().over(**by, order_by=(value.is_(None), *newest))]
    return []


def computed(function: Function, value: Element, helpers: Sequence[Element]) -> Element:
    """Return the measure of a group of records with these values and helpers."""
    if function is Function.COUNT:
        return sa.func.count(value)
    if function is Function.MEDIAN:
        place, count = helpers
        is_middle = sa.and_(place * 2 >= count, place * 2 <= count + 2)
        return Figure(sa.func.avg(sa.case((is_middle, sa.cast(value, sa.Double)))))
    if function is Function.LAST:
        return sa.func.max(sa.case((helpers[0] == 1, value)))
    return _SIMPLE[function](value)


def newest_first(source: Source) -> list[Element]:
    """Return the order of records from the newest on."""
    return [*([] if source.instant is None else [source.instant.desc()]), *source.key]


def per_item(members: Members, measure: Measure) -> sa.Select[Any]:
    """Return the id of each item that has such records, with the measure of them."""
    source = members.source
    if measure.function in COUNTERS:
        each = risen(members, source.ci_id.label("ci_id"))
        total = Figure(sa.func.sum(each.c[measure.function.value]))
        return sa.select(each.c.ci_id, total.label("value")).group_by(each.c.ci_id)
    value, ci_id = measured_value(source, measure), source.ci_id
    helpers = helped(measure.function, value, newest_first(source), [ci_id])
    columns = (ci_id.label("ci_id"), value.label("v"))
    each = members.select(*columns, *(h.label(f"h{n}") for n, h in enumerate(helpers))).subquery()
    value = computed(measure.function, each.c.v, [each.c[f"h{n}"] for n in range(len(helpers))])
    return sa.select(each.c.ci_id, value.label("value")).group_by(each.c.ci_id)


def risen(members: Members, *kept: Element) -> sa.Subquery:
    """Return the increase and the rate of each series of points, with what is kept of it."""
    return rises(members.select(), members.source.columns, kept)
