"""From the conditions of sets to SQL; values are always bound, never part of the text."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, assert_never

import sqlalchemy as sa

from domain.estate.errors import WrongValue
from domain.estate.fields import FieldType
from domain.estate.queries import FilterSpec
from domain.plan.time_range import parse_time_range
from domain.query.fields import ANY_TEXT, TIME_FIELDS
from domain.query.sets import (
    AnyOf,
    Comparison,
    Condition,
    During,
    EveryOf,
    FieldCondition,
    Has,
    Measured,
    NoneOf,
    Related,
    Scalar,
    Set,
    SetKind,
)
from domain.query.verdict import COMPARE
from domain.times import Window
from infrastructure.database.json_sql import open_number, open_text
from infrastructure.estate.columns import Column, OpenColumn
from infrastructure.estate.conditions import condition as compared
from infrastructure.estate.conditions import escaped
from infrastructure.estate.selection.clocks import clock_field
from infrastructure.estate.selection.measures import per_item
from infrastructure.estate.selection.related import near_items
from infrastructure.estate.selection.sources import (
    Claim,
    Element,
    Members,
    Source,
    computed_once,
    source_of,
)
from infrastructure.estate.tables import METRICS, to_microseconds

_POSITIVE = {"!=": "=", "not in": "in", "not contains": "contains", "is not": "is"}
_MINUTE_MICROSECONDS = 60_000_000


@dataclass(frozen=True, slots=True)
class Where:
    """Makes SQL of the sets of one tenant's question; relative times count from `now`."""

    connection: sa.Connection
    tenant_id: str
    now: datetime

    def members(self, asked: Set) -> Members:
        """Return the members of a set. Raises `EstateError` or `WrongTimeRange`."""
        source = source_of(asked.kind, self.tenant_id)
        source = replace(source, clock=partial(self._clock, source))
        where = [*source.visible, *(self.claim(source, each) for each in asked.where)]
        if asked.kind is SetKind.POINT and not _names(asked.where, "quality"):
            where.append(source.columns["quality"] != "bad")
        if asked.time is not None:
            window = parse_time_range(asked.time, now=self.now).window
            at = source.columns[TIME_FIELDS[asked.kind]]
            where += [at >= window.start, at < window.end]
        if asked.of is not None:
            where.append(self._of(source, asked.of))
        return Members(source, where)

    def _clock(self, source: Source, name: str) -> Element:
        """Return what the clock showed when each record happened."""
        at = source.columns[TIME_FIELDS[source.kind]]
        ends = Members(source, [*source.visible]).select(sa.func.min(at), sa.func.max(at))
        first, last = self.connection.execute(ends).one()
        first, last = first or self.now, last or self.now
        return clock_field(name, at, Window(first, last + timedelta(microseconds=1)), self.now)

    def claim(self, source: Source, condition: Condition) -> Claim:  # noqa: C901, PLR0911 - one for each
        """Return whether a record meets the condition."""
        match condition:
            case FieldCondition():
                return self._field(source, condition)
            case AnyOf(any=parts):
                return sa.or_(*(self.claim(source, part) for part in parts))
            case EveryOf(every=parts):
                return sa.and_(*(self.claim(source, part) for part in parts))
            case NoneOf(none=parts):
                met = (sa.func.coalesce(self.claim(source, part), sa.false()) for part in parts)
                return sa.and_(*(sa.not_(each) for each in met))
            case Has(has=records, count=count):
                return _so_many(source, self._owners(records), count.op, count.value)
            case Measured():
                return self._measured(source, condition)
            case Related():
                far = self.members(condition.to)
                ids = computed_once(far.select(far.source.ci_id.label("ci_id")))
                near = near_items(self.tenant_id, condition, ids)
                return _so_many(source, near, condition.count.op, condition.count.value)
            case During(during=at):
                return _under_way(source, at)
            case _:
                assert_never(condition)

    def _of(self, source: Source, of: Set) -> Claim:
        items = self.members(of)
        found = computed_once(items.select(items.source.ci_id.label("ci_id")))
        ids = sa.select(found.c.ci_id)
        return sa.or_(*(owner.in_(ids) for owner in source.owners))

    def _owners(self, records: Set) -> sa.CTE:
        """Return the id of the item of each record: of a relation those of both ends."""
        found = self.members(records)
        ids = [found.select(each.label("ci_id")) for each in found.source.owners]
        return computed_once(sa.union_all(*ids) if ids[1:] else ids[0])

    def _measured(self, source: Source, condition: Measured) -> Claim:
        measured, of = condition.measure, condition.measure.of
        if of is None:
            raise WrongValue(field="measure", value=None, expected="the records that are measured")
        if measured.function == "count":
            return _so_many(source, self._owners(of), condition.op, condition.value)
        values = computed_once(per_item(self.members(of), measured))
        met = COMPARE[condition.op](values.c.value, sa.literal(condition.value))
        if measured.function == "count_distinct" and COMPARE[condition.op](0, condition.value):
            return source.ci_id.not_in(sa.select(values.c.ci_id).where(sa.not_(met)))
        return source.ci_id.in_(sa.select(values.c.ci_id).where(met))

    def _field(self, source: Source, asked: FieldCondition) -> Claim:
        op, value = asked.op, asked.value
        if op in _POSITIVE:
            positive = asked.model_copy(update={"op": _POSITIVE[op]})
            claim = sa.not_(self._field(source, positive))
            is_there = op == "is not" or asked.field == ANY_TEXT
            return claim if is_there else sa.and_(_has_value(source.column(asked.field)), claim)
        if asked.field == ANY_TEXT:
            return sa.or_(*(_contains(text, value) for text in source.texts()))
        if (source.kind, asked.field) == (SetKind.POINT, "metric") and op in ("=", "in"):
            return self._metric(source.columns["metric"], _many(value))
        column = source.column(asked.field)
        if op == "is":
            return sa.not_(_has_value(column))
        if op == "contains":
            # Lists are kept as JSON in ASCII.
            said = {str(value), "".join(map(_in_ascii, str(value)))}
            return sa.or_(*(_contains(_text(column), each) for each in sorted(said)))
        return _equal_or_ordered(column, asked)

    def _metric(self, column: sa.ColumnElement[Any], names: Iterable[Scalar]) -> Claim:
        """Return whether the metric is one of those, whose exact names have an index."""
        wanted = [str(name).lower() for name in names]
        known = sa.select(METRICS.c.metric_name).where(METRICS.c.tenant_id == self.tenant_id)
        exact = [name for name in self.connection.scalars(known) if name.lower() in wanted]
        if {name.lower() for name in exact} != {*wanted}:
            names_known = ", ".join(sorted(self.connection.scalars(known)))
            raise WrongValue(
                field="metric", value=", ".join(wanted), expected=f"one of {names_known}"
            )
        return column.in_(exact) if len(exact) > 1 else column == exact[0]


def _so_many(source: Source, each: sa.CTE, op: Comparison, value: float) -> Claim:
    """Return whether an item stands so often in the table; what 0 meets, is no other time."""
    if (op, value) == (">=", 1):
        return source.ci_id.in_(sa.select(each.c.ci_id))
    if (op, value) == ("=", 0):
        return source.ci_id.not_in(sa.select(each.c.ci_id))
    met = COMPARE[op](sa.func.count(), sa.literal(value))
    counted = sa.select(each.c.ci_id).group_by(each.c.ci_id)
    if COMPARE[op](0, value):
        return source.ci_id.not_in(counted.having(sa.not_(met)))
    return source.ci_id.in_(counted.having(met))


def _names(conditions: Iterable[Condition], field: str) -> bool:
    return any(isinstance(each, FieldCondition) and each.field == field for each in conditions)


def _many(value: Scalar | tuple[Scalar, ...] | None) -> tuple[Scalar, ...]:
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def _text(column: Column) -> sa.ColumnElement[Any]:
    return open_text(column.document, column.key) if isinstance(column, OpenColumn) else column.sql


def _has_value(column: Column) -> Claim:
    """Return whether there is a value: an empty text is none."""
    text = _text(column)
    if isinstance(column, OpenColumn) or column.type is FieldType.TEXT:
        return sa.and_(text.is_not(None), text != "")
    return text.is_not(None)


def _contains(text: sa.ColumnElement[Any], value: object) -> Claim:
    return text.ilike(f"%{escaped(str(value), '/%_')}%", escape="/")


def _in_ascii(letter: str) -> str:
    return letter if letter.isascii() else json.dumps(letter).strip('"')


def _equal_or_ordered(column: Column, asked: FieldCondition) -> Claim:
    if asked.op in ("=", "in"):
        return sa.or_(*(_equal(column, value) for value in _many(asked.value)))
    value = str(asked.value) if isinstance(asked.value, bool) else asked.value
    return compared(column, FilterSpec(field=asked.field, op=asked.op, value=value))  # type: ignore[arg-type]  # an order


def _equal(column: Column, value: Scalar) -> Claim:
    text = str(value).lower() if isinstance(value, bool) else value
    is_same = compared(column, FilterSpec(field=column.name, op="=", value=text))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number and isinstance(column, OpenColumn)):
        return is_same
    return sa.or_(is_same, open_number(column.document, column.key) == sa.literal(value))


def _under_way(source: Source, at: datetime) -> Claim:
    """Return whether work had begun and not ended; what has neither end nor result goes on."""
    start, end = source.columns["started_at"], source.columns["ended_at"]
    minutes, result = source.columns["duration_min"], source.columns["result"]
    length = sa.cast(minutes, sa.BigInteger) * sa.literal(_MINUTE_MICROSECONDS, sa.BigInteger)
    computed = sa.type_coerce(start, sa.BigInteger) + length
    instant = sa.literal(to_microseconds(at), sa.BigInteger)
    goes_on = sa.and_(end.is_(None), minutes.is_(None), result.is_(None))
    by_length = sa.and_(end.is_(None), computed > instant)
    return sa.and_(start <= at, sa.or_(end > at, by_length, goes_on))
