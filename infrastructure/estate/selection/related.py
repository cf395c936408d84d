"""Items that relations connect with those of a set."""

from typing import Any

import sqlalchemy as sa

from domain.query.sets import AT_LEAST_ONE, NONE, Related, Relations
from infrastructure.estate.selection.sources import computed_once
from infrastructure.estate.tables import RELATIONS

_ENDS = {"out": (("source_id", "target_id"),), "in": (("target_id", "source_id"),)}


def near_items(tenant_id: str, condition: Related, far: sa.CTE) -> sa.CTE:
    """Return the ids of items near the far ones: one for each of those, where they count."""
    is_counted = condition.count not in (AT_LEAST_ONE, NONE)
    ways = _ENDS.get(condition.related.direction, (*_ENDS["out"], *_ENDS["in"]))
    each = (_near(tenant_id, condition.related, far, way, is_counted) for way in ways)
    return computed_once(sa.union(*each))


def _near(
    tenant_id: str,
    asked: Relations,
    far: sa.CTE,
    way: tuple[str, str],
    is_counted: bool,  # noqa: FBT001 - an inner function
) -> sa.Select[Any]:
    """Return the items at one end of such relations, with the other end where they are counted."""
    near_end, far_end = way
    first = RELATIONS.alias()
    begun = (
        sa.select(first.c[near_end].label("ci_id"))
        .add_columns(*([first.c[far_end].label("far")] if is_counted else ()))
        .where(first.c.tenant_id == tenant_id, *_of_types(first, asked))
        .where(first.c[far_end].in_(sa.select(far.c.ci_id)))
        .correlate(None)
    )
    if asked.hops == 1:
        return begun
    walk = _walked(tenant_id, asked, begun, way, is_counted)
    return sa.select(walk.c.ci_id, *([walk.c.far] if is_counted else ()))


def _walked(
    tenant_id: str,
    asked: Relations,
    begun: sa.Select[Any],
    way: tuple[str, str],
    is_counted: bool,  # noqa: FBT001 - an inner function
) -> sa.CTE:
    """Return what is reached over several hops; without a limit, each item is met once."""
    near_end, far_end = way
    begun = begun.add_columns(sa.literal(1, sa.Integer).label("hop"))
    walk, step = begun.cte(recursive=True), RELATIONS.alias()
    hop = walk.c.hop + 1 if asked.hops else walk.c.hop
    further = (
        sa.select(step.c[near_end])
        .add_columns(*([walk.c.far] if is_counted else ()), hop)
        .select_from(walk.join(step, step.c[far_end] == walk.c.ci_id))
        .where(step.c.tenant_id == tenant_id, *_of_types(step, asked))
    )
    if asked.hops:
        further = further.where(walk.c.hop < asked.hops)
    return walk.union(further)


def _of_types(relations: sa.FromClause, asked: Relations) -> list[sa.ColumnElement[bool]]:
    if asked.types is None:
        return []
    return [relations.c.rel_type.in_([each.value for each in asked.types])]
