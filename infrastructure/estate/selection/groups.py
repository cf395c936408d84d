"""The members of a set together: counts, measures, shares, in all and by group."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from pydantic import JsonValue

from domain.figures import figure
from domain.query.model import CountWant, MeasureWant, TopWant
from domain.query.selection import Selection
from domain.query.set_words import measure_column
from domain.query.sets import AnyOf, Condition, FieldCondition, Measure, Set, SetKind
from infrastructure.estate.record_pages import plain
from infrastructure.estate.selection.measures import (
    COUNTERS,
    computed,
    helped,
    measured_value,
    per_item,
    risen,
    value_of,
)
from infrastructure.estate.selection.places import RANKS, in_place, ranks
from infrastructure.estate.selection.sources import Claim, Element, Members, computed_once
from infrastructure.estate.selection.where import Where

MOST_GROUPS = 500


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
    each = _with_totals(grouped(where, found, group_values(found, want.group), want.measures))
    columns = [*want.group, *map(measure_column, want.measures)]
    order = [each.c.m0.desc().nulls_last(), *_groups(each, want.group)]
    return _selected(where, found, columns, sa.select(each).order_by(*order))


def first_groups(where: Where, members: Set, want: TopWant) -> Selection:
    """Return the groups, or items, of the highest measures, with all that share a place."""
    group = want.group or ("ci_code",)
    found = where.members(members)
    each = _with_totals(grouped(where, found, group_values(found, group), (want.by,)))
    order = each.c.m0.asc() if want.ascending else each.c.m0.desc()
    ranked = sa.select(each, *ranks([order])).where(each.c.m0.is_not(None)).subquery()
    shown = [each for each in ranked.c if each.name not in RANKS]
    first = sa.select(*shown).where(in_place(ranked, want))
    first = first.order_by(ranked.c.place, *_groups(ranked, group))
    return _selected(where, found, [*group, measure_column(want.by)], first)


def grouped(
    where: Where, found: Members, groups: Sequence[Element], measures: Sequence[Measure]
) -> sa.Subquery:
    """Return the groups with their measures, and how many members each has.

    Groups of items have no records that are counted, too: their count is 0.
    """
    if measures[0].function in COUNTERS and measures[0].of is None:
        return _risen_groups(found, groups, measures)
    base = _rows_to_group(where, found, groups, measures).subquery()
    keys = [base.c[f"g{n}"] for n in range(len(groups))]
    newest = [base.c["at"].desc(), *(each for each in base.c if each.name.startswith("k"))]
    helpers = [
        helped(measure.function, base.c[f"v{n}"], newest, keys)
        for n, measure in enumerate(measures)
    ]
    named = [labelled(f"h{n}_", own) for n, own in enumerate(helpers)]
    each = sa.select(base, *(each for own in named for each in own)).subquery()
    columns = [
        _total(measure, each.c[f"v{n}"], [each.c[own.name] for own in named[n]])
        for n, measure in enumerate(measures)
    ]
    keys = [each.c[f"g{n}"] for n in range(len(groups))]
    is_joined = measures[0].of is not None
    so_many = sa.func.count(sa.distinct(each.c.member)) if is_joined else sa.func.count()
    about = (so_many.label("members"), sa.func.max(each.c.instant).label("instant"))
    return sa.select(*keys, *labelled("m", columns), *about).group_by(*keys).subquery()


def _total(measure: Measure, value: Element, helpers: Sequence[Element]) -> Element:
    if measure.function in COUNTERS:
        return sa.func.sum(value)
    return computed(measure.function, value, helpers)


def _rows_to_group(
    where: Where, found: Members, groups: Sequence[Element], measures: Sequence[Measure]
) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Return the values of the members, or of their records: then each member also without any.

    An outer join would say the same, but SQLite looks at all records for each item of one.
    """
    member = (found.source.key[0].label("member"), _instant(found).label("instant"))
    shown, of = (*labelled("g", groups), *member), measures[0].of
    if of is None:
        values = [measured_value(found.source, measure) for measure in measures]
        return found.select(*shown, *labelled("v", values), *_order(found))
    parts = [
        _of_members(found, shown, *_owned_values(records, records.source.owners[place], measures))
        for place, each in enumerate(_by_owner(of, measures[0]))
        if each is not None
        for records in (where.members(each),)
    ]
    named = [each.name for each in parts[0].selected_columns]
    empty = [sa.null().label(name) for name in named[len(shown) :]]
    return sa.union_all(*parts, found.select(*shown, *empty))


def _by_owner(of: Set, measure: Measure) -> list[Set | None]:
    """Return the records of each owner; where ends are counted, what is said is of the other."""
    if of.kind is not SetKind.RELATION:
        return [of]
    if measure.field != "ends":
        return [of, of]
    return [_with_far_end(of, near) for near in ("source.", "target.")]


def _with_far_end(of: Set, near: str) -> Set | None:
    """Return the relations with what is said of their far end; None if it is of the near one."""
    kept: list[Condition] = []
    for condition in of.where:
        parts = condition.any if isinstance(condition, AnyOf) else (condition,)
        far = [each for each in parts if not _field(each).startswith(near)]
        if not far:
            return None
        kept.append(AnyOf(any=tuple(far)) if far[1:] else far[0])
    return of.model_copy(update={"where": tuple(kept)})


def _field(condition: Condition) -> str:
    return condition.field if isinstance(condition, FieldCondition) else ""


_Owned = tuple[sa.FromClause, Element, list[Claim], list[sa.Label[Any]]]
"""Records: where from, the id of their item, their conditions, and what is taken of them."""


def _owned_values(records: Members, owner: Element, measures: Sequence[Measure]) -> _Owned:
    if measures[0].function in COUNTERS:
        each = computed_once(per_item(records, measures[0]))
        taken = [each.c.value.label("v0"), sa.null().label("at")]
        return each, each.c.ci_id, [], taken
    values = [measured_value(records.source, measure) for measure in measures]
    taken = [*labelled("v", values), *_order(records)]
    return records.rows_for(*taken), owner, records.where, taken


def _of_members(
    found: Members,
    shown: Sequence[Element],
    rows: sa.FromClause,
    owner: Element,
    where: Sequence[Claim],
    taken: Sequence[Element],
) -> sa.Select[Any]:
    joined = rows.join(found.rows_for(*shown), owner == found.source.ci_id)
    chosen = sa.select(*shown, *taken).select_from(joined).where(*where, *found.where)
    return chosen.correlate(None)


def _order(members: Members) -> list[sa.Label[Any]]:
    """Return what records are ordered by, from the newest on."""
    return [_instant(members).label("at"), *labelled("k", members.source.key)]


def _risen_groups(
    found: Members, groups: Sequence[Element], measures: Sequence[Measure]
) -> sa.Subquery:
    each = risen(found, *labelled("g", groups))
    keys = [each.c[f"g{n}"] for n in range(len(groups))]
    totals = [sa.func.sum(each.c[measure.function.value]) for measure in measures]
    about = (sa.func.sum(each.c.samples).label("members"), sa.func.max(each.c.last_at))
    columns = (*labelled("m", totals), about[0], about[1].label("instant"))
    return sa.select(*keys, *columns).group_by(*keys).subquery()


def _with_totals(groups: sa.Subquery) -> sa.Subquery:
    """Return the groups, each with how many there are and what they are together."""
    return sa.select(
        groups,
        sa.func.count().over().label("groups"),
        sa.cast(sa.func.sum(groups.c.members).over(), sa.BigInteger).label("total"),
        sa.func.max(groups.c.instant).over().label("newest"),
    ).subquery()


def _selected(
    where: Where, found: Members, columns: list[str], statement: sa.Select[Any]
) -> Selection:
    chosen = where.connection.execute(statement.limit(MOST_GROUPS)).all()
    rows = [[_figure(plain(value)) for value in row[: len(columns)]] for row in chosen]
    is_one = len(columns) == 1 and len(rows) == 1
    none = 0 if chosen else where.connection.scalar(found.select(sa.func.count()))
    return Selection(
        columns=columns,
        rows=rows,
        total=chosen[0].total or 0 if chosen else none or 0,
        total_groups=chosen[0].groups if chosen else 0,
        value=rows[0][0] if is_one else None,
        newest_at=chosen[0].newest if chosen else None,
    )


def group_values(found: Members, group: Sequence[str]) -> list[Element]:
    """Return the values of fields that make the groups."""
    return [value_of(found.source.column(name)) for name in group]


def _groups(statement: sa.Subquery, group: Sequence[str]) -> list[Element]:
    return [statement.c[f"g{n}"].asc().nulls_last() for n in range(len(group))]


def _instant(found: Members) -> Element:
    at = found.source.instant
    return sa.cast(None, sa.BigInteger) if at is None else at


def _newest(found: Members) -> Element:
    return sa.func.max(_instant(found))


def labelled(prefix: str, columns: Sequence[Element]) -> list[sa.Label[Any]]:
    """Return the columns with numbered names: g0, g1."""
    return [column.label(f"{prefix}{number}") for number, column in enumerate(columns)]


def _figure(value: JsonValue) -> JsonValue:
    return figure(value) if isinstance(value, float) else value
