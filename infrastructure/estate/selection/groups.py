"""The members of a set together: counts, measures, shares, in all and by group."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import JsonValue

from domain.figures import figure, whole_sum
from domain.query.model import CountWant, DistributionWant, MeasureWant, ShareWant, TopWant
from domain.query.selection import Selection
from domain.query.set_words import measure_column
from domain.query.sets import COUNT, Measure, Set, SetKind
from infrastructure.estate.record_pages import plain
from infrastructure.estate.selection.measures import (
    COUNTERS,
    computed,
    helped,
    measured_value,
    newest_first,
    per_item,
    risen,
    value_of,
)
from infrastructure.estate.selection.sources import Element, Members
from infrastructure.estate.selection.where import Where

_MOST_GROUPS = 500


def counted(where: Where, members: Set, want: CountWant) -> Selection:
    """Return how many members there are, or how many values of a field."""
    found = where.members(members)
    field = want.distinct
    value = None if field is None else value_of(found.source.column(field))
    count = sa.func.count() if value is None else sa.func.count(sa.distinct(value))
    newest = _newest(found)
    so_many, total, newest_at = where.connection.execute(
        found.select(count, sa.func.count(), newest)
    ).one()
    columns = ["count" if field is None else f"count_distinct({field})"]
    return Selection(
        columns=columns, rows=[[so_many]], total=total, value=so_many, newest_at=newest_at
    )


def measured(where: Where, members: Set, want: MeasureWant) -> Selection:
    """Return the measures of all members, or of each group, the highest first."""
    found = where.members(members)
    statement = grouped(where, found, _values(found, want.group), want.measures)
    columns = [*want.group, *map(measure_column, want.measures)]
    order = [statement.c.m0.desc().nulls_last(), *_groups(statement, want.group)]
    return _selected(where, statement, columns, sa.select(statement).order_by(*order))


def first_groups(where: Where, members: Set, want: TopWant) -> Selection:
    """Return the groups, or items, of the highest measures, with all that share a place."""
    group = want.group or ("ci_code",)
    found = where.members(members)
    statement = grouped(where, found, _values(found, group), (want.by,))
    order = statement.c.m0.asc() if want.ascending else statement.c.m0.desc()
    place = sa.func.rank().over(order_by=order).label("place")
    ranked = sa.select(statement, place).where(statement.c.m0.is_not(None)).subquery()
    shown = [each for each in ranked.c if each.name != "place"]
    first = sa.select(*shown).where(ranked.c.place <= want.n)
    first = first.order_by(ranked.c.place, *_groups(ranked, group))
    return _selected(where, statement, [*group, measure_column(want.by)], first)


def shared(where: Where, members: Set, want: ShareWant) -> Selection:
    """Return how many of the members, or of each group, meet a condition."""
    found = where.members(members)
    meets = sa.func.coalesce(where.claim(found.source, want.condition), sa.false())
    groups = _values(found, want.group)
    inner = found.select(*_labelled("g", groups), sa.case((meets, 1), else_=0).label("met"))
    each = inner.subquery()
    part, total = sa.func.coalesce(sa.func.sum(each.c.met), 0), sa.func.count()
    keys = [each.c[f"g{n}"] for n in range(len(groups))]
    statement = sa.select(*keys, part.label("part"), total.label("total")).group_by(*keys)
    ordered = statement.order_by(total.desc(), *(key.asc().nulls_last() for key in keys))
    rows = [
        [*map(plain, row[:-2]), int(row[-2]), row[-1], _percent(row[-2], row[-1])]
        for row in where.connection.execute(ordered.limit(_MOST_GROUPS))
    ]
    parts, totals = (whole_sum(int(str(row[n])) for row in rows) for n in (-3, -2))
    return Selection(
        columns=[*want.group, "part", "total", "percent"],
        rows=rows,
        total=totals,
        part=parts,
        value=None if want.group else rows[0][-1],
        total_groups=len(rows) if want.group else None,
    )


def distributed(where: Where, members: Set, want: DistributionWant) -> Selection:
    """Return how many members there are of each value, and which part of the whole that is."""
    found = measured(where, members, MeasureWant(measures=(COUNT,), group=want.group))
    rows = [[*row, _percent(row[-1], found.total)] for row in found.rows]
    return Selection(
        columns=[*found.columns, "percent"],
        rows=rows,
        total=found.total,
        total_groups=found.total_groups,
        newest_at=found.newest_at,
    )


@dataclass(frozen=True, slots=True)
class _Base:
    """What is grouped: rows with the values to measure, and their order from the newest on."""

    rows: sa.FromClause
    values: list[Element]
    newest: list[Element]


def grouped(
    where: Where, found: Members, groups: Sequence[Element], measures: Sequence[Measure]
) -> sa.Subquery:
    """Return the groups with their measures, and how many members each has.

    Groups of items have no records that are counted, too: their count is 0.
    """
    if measures[0].function in COUNTERS and measures[0].of is None:
        return _risen_groups(found, groups, measures)
    base = _base(where, found, measures)
    helpers = [
        helped(measure.function, value, base.newest, groups)
        for measure, value in zip(measures, base.values, strict=True)
    ]
    flat = [helper for each in helpers for helper in each]
    inner = (
        sa.select(*_labelled("g", groups), *_labelled("v", base.values), *_labelled("h", flat))
        .add_columns(found.source.key[0].label("member"), _instant(found).label("instant"))
        .select_from(base.rows)
        .where(*found.where)
        .correlate(None)
    )
    each = inner.subquery()
    columns, used = list[Element](), 0
    for n, measure in enumerate(measures):
        own = [each.c[f"h{used + k}"] for k in range(len(helpers[n]))]
        used += len(own)
        columns.append(_total(measure, each.c[f"v{n}"], own))
    keys = [each.c[f"g{n}"] for n in range(len(groups))]
    is_joined = measures[0].of is not None
    so_many = sa.func.count(sa.distinct(each.c.member)) if is_joined else sa.func.count()
    about = (so_many.label("members"), sa.func.max(each.c.instant).label("instant"))
    return sa.select(*keys, *_labelled("m", columns), *about).group_by(*keys).subquery()


def _total(measure: Measure, value: Element, helpers: Sequence[Element]) -> Element:
    if measure.function in COUNTERS:
        return sa.func.sum(value)
    return computed(measure.function, value, helpers)


def _base(where: Where, found: Members, measures: Sequence[Measure]) -> _Base:
    of = measures[0].of
    if of is None:
        values = [measured_value(found.source, measure) for measure in measures]
        return _Base(found.source.rows, values, newest_first(found.source))
    records = where.members(of)
    if measures[0].function in COUNTERS:
        inner = per_item(records, measures[0]).subquery()
        values, newest = [inner.c.value], list[Element]()
    else:
        own = [measured_value(records.source, measure) for measure in measures]
        owner = _owner(records)
        key = _labelled("k", records.source.key)
        at = _instant(records).label("at")
        inner = records.select(owner.label("ci_id"), *_labelled("v", own), *key, at).subquery()
        values = [inner.c[f"v{n}"] for n in range(len(own))]
        newest = [inner.c["at"].desc(), *(inner.c[f"k{n}"] for n in range(len(key)))]
    joined = found.source.rows.outerjoin(inner, inner.c.ci_id == found.source.ci_id)
    return _Base(joined, values, newest)


def _owner(records: Members) -> Element:
    if records.source.kind is SetKind.RELATION:
        return records.source.columns["source_id"]
    return records.source.ci_id


def _risen_groups(
    found: Members, groups: Sequence[Element], measures: Sequence[Measure]
) -> sa.Subquery:
    each = risen(found, *_labelled("g", groups))
    keys = [each.c[f"g{n}"] for n in range(len(groups))]
    totals = [sa.func.sum(each.c[measure.function.value]) for measure in measures]
    about = (sa.func.sum(each.c.samples).label("members"), sa.func.max(each.c.last_at))
    columns = (*_labelled("m", totals), about[0], about[1].label("instant"))
    return sa.select(*keys, *columns).group_by(*keys).subquery()


def _selected(
    where: Where, groups: sa.Subquery, columns: list[str], statement: sa.Select[Any]
) -> Selection:
    whole = sa.select(
        sa.func.count().label("groups"),
        sa.func.coalesce(sa.func.sum(groups.c.members), 0).label("members"),
        sa.func.max(groups.c.instant).label("instant"),
    ).subquery()
    so_many, total, newest_at = where.connection.execute(sa.select(whole)).one()
    found = where.connection.execute(statement.limit(_MOST_GROUPS)).all()
    rows = [[_figure(plain(value)) for value in row[: len(columns)]] for row in found]
    is_one = len(columns) == 1 and len(rows) == 1
    return Selection(
        columns=columns,
        rows=rows,
        total=int(total),
        total_groups=so_many,
        value=rows[0][0] if is_one else None,
        newest_at=newest_at,
    )


def _values(found: Members, group: Sequence[str]) -> list[Element]:
    return [value_of(found.source.column(name)) for name in group]


def _groups(statement: sa.Subquery, group: Sequence[str]) -> list[Element]:
    return [statement.c[f"g{n}"].asc().nulls_last() for n in range(len(group))]


def _instant(found: Members) -> Element:
    at = found.source.instant
    return sa.cast(None, sa.BigInteger) if at is None else at


def _newest(found: Members) -> Element:
    return sa.func.max(_instant(found))


def _labelled(prefix: str, columns: Sequence[Element]) -> list[sa.Label[Any]]:
    return [column.label(f"{prefix}{number}") for number, column in enumerate(columns)]


def _figure(value: JsonValue) -> JsonValue:
    return figure(value) if isinstance(value, float) else value


def _percent(part: object, whole: object) -> float | None:
    if not isinstance(whole, int) or not whole:
        return None
    return figure(float(str(part)) * 100 / whole)
