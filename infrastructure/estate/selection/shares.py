"""Parts of sets: how many of the members, or of each group, and of how many."""

import sqlalchemy as sa

from domain.figures import figure, whole_sum
from domain.query.model import DistributionWant, MeasureWant, ShareWant
from domain.query.selection import Selection
from domain.query.sets import COUNT, Set
from domain.query.verdict import COMPARE
from infrastructure.estate.record_pages import plain
from infrastructure.estate.selection.groups import MOST_GROUPS, group_values, labelled, measured
from infrastructure.estate.selection.where import Where


def shared(where: Where, members: Set, want: ShareWant) -> Selection:
    """Return how many of the members, or of each group, meet a condition."""
    found = where.members(members)
    meets = sa.func.coalesce(where.claim(found.source, want.condition), sa.false())
    groups = group_values(found, want.group)
    inner = found.select(*labelled("g", groups), sa.case((meets, 1), else_=0).label("met"))
    each = inner.subquery()
    part, total = sa.func.coalesce(sa.func.sum(each.c.met), 0), sa.func.count()
    keys = [each.c[f"g{n}"] for n in range(len(groups))]
    all_groups = sa.func.count().over().label("groups")
    shown = (part.label("part"), total.label("total"), all_groups)
    statement = sa.select(*keys, *shown).group_by(*keys)
    if want.so_many is not None:
        statement = statement.having(COMPARE[want.so_many.op](part, want.so_many.value))
    ordered = statement.order_by(total.desc(), *(key.asc().nulls_last() for key in keys))
    chosen = where.connection.execute(ordered.limit(MOST_GROUPS)).all()
    rows = [
        [*map(plain, row[: len(keys)]), int(row.part), row.total, _percent(row.part, row.total)]
        for row in chosen
    ]
    group_count = chosen[0].groups if chosen else 0
    parts, totals = (whole_sum(int(str(row[n])) for row in rows) for n in (-3, -2))
    return Selection(
        columns=[*want.group, "part", "total", "percent"],
        rows=rows,
        total=totals,
        part=parts,
        value=group_count if want.so_many else None if want.group else rows[0][-1],
        total_groups=group_count if want.group else None,
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


def _percent(part: object, whole: object) -> float | None:
    if not isinstance(whole, int) or not whole:
        return None
    return figure(float(str(part)) * 100 / whole)
