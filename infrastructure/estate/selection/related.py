"""Items that relations connect with those of a set."""

from typing import Any

import sqlalchemy as sa

from domain.query.sets import AT_LEAST_ONE, NONE, Related, Relations
from infrastructure.estate.tables import RELATIONS

_ENDS = {"out": (("source_id", "target_id"),), "in": (("target_id", "source_id"),)}


def near_items(tenant_id: str, condition: Related, far: sa.Select[Any]) -> sa.Select[Any]:
    """Return the ids of items near the far ones: one for each of those, where they count."""
    is_counted = condition.count not in (AT_LEAST_ONE, NONE)
    ways = _ENDS.get(condition.related.direction, (*_ENDS["out"], *_ENDS["in"]))
    each = (_near(tenant_id, condition.related, far, way, is_counted) for way in ways)
    pairs = sa.union(*each).subquery()
    return sa.select(pairs.c.ci_id)


def _near(
    tenant_id: str,
    asked: Relations,
    far: sa.Select[Any],
    way: tuple[str, str],
    is_counted: bool,  # noqa: FBT001 - an inner function
) -> sa.Select[Any]:
    """Return the items at one end of such relations, with the other end where they are counted."""
    near_end, far_end = way
    first = RELATIONS.alias()
    begun = (
        sa.select(first.c[near_end].label("ci_id"), sa.literal(1, sa.Integer).label("hop"))
        .add_columns(*([first.c[far_end].label("far")] if is_counted else ()))
        .where(first.c.tenant_id == tenant_id, first.c[far_end].in_(far), *_of_types(first, asked))
        .distinct()
        .correlate(None)
    )
    if asked.hops == 1:
        found = begun.subquery()
    else:
        found = _walked(tenant_id, asked, begun, way, is_counted)  # type: ignore[assignment]  # both are selected from
    return sa.select(found.c.ci_id, *([found.c.far] if is_counted else ()))


def _walked(
    tenant_id: str,
    asked: Relations,
    begun: sa.Select[Any],
    way: tuple[str, str],
    is_counted: bool,  # noqa: FBT001 - an inner function
) -> sa.CTE:
    """Return what is reached over several hops; without a limit, each item is met once."""
    near_end, far_end = way
    walk, step = begun.cte(recursive=True), RELATIONS.alias()
    hop = walk.c.hop + 1 if asked.hops else walk.c.hop
    further = (
        sa.select(step.c[near_end], hop)
        .add_columns(*([walk.c.far] if is_counted else ()))
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
