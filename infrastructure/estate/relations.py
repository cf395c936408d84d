"""Reading relations, around some items or between them, through their indexes."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from domain.estate.queries import RelatedTypes, StoredRelation
from domain.estate.records import RelationType
from infrastructure.database.json_sql import values_of
from infrastructure.estate.tables import CIS, RELATIONS

_ENDS = RELATIONS.c
_MOST_PAIRS = 1000


def relations_from(
    connection: sa.Connection,
    tenant_id: str,
    ci_ids: Collection[str],
    *,
    rel_types: Collection[RelationType],
) -> list[StoredRelation]:
    """See `Estate`."""
    return _read(connection, tenant_id, _among(_ENDS.source_id, ci_ids), rel_types=rel_types)


def relations_to(
    connection: sa.Connection,
    tenant_id: str,
    ci_ids: Collection[str],
    *,
    rel_types: Collection[RelationType],
) -> list[StoredRelation]:
    """See `Estate`."""
    return _read(connection, tenant_id, _among(_ENDS.target_id, ci_ids), rel_types=rel_types)


def relations_between(
    connection: sa.Connection,
    tenant_id: str,
    ci_ids: Collection[str],
    *,
    rel_types: Collection[RelationType],
) -> list[StoredRelation]:
    """See `Estate`."""
    between = sa.and_(_among(_ENDS.source_id, ci_ids), _among(_ENDS.target_id, ci_ids))
    return _read(connection, tenant_id, between, rel_types=rel_types)


def visible_relations(tenant_id: str, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Return the select of the columns over the relations whose two ends are visible."""
    source, target = CIS.alias("source_ci"), CIS.alias("target_ci")
    joined = RELATIONS.join(source, _is_visible_end(source, _ENDS.source_id)).join(
        target, _is_visible_end(target, _ENDS.target_id)
    )
    return sa.select(*columns).select_from(joined).where(_ENDS.tenant_id == tenant_id)


def types_between(connection: sa.Connection, tenant_id: str) -> list[RelatedTypes]:
    """Return which types the visible relations join, the most frequent first."""
    ends = ("source_ci.ci_type", "target_ci.ci_type")
    types = [sa.literal_column(end, sa.String) for end in ends]
    count = sa.func.count()
    grouped = visible_relations(tenant_id, *types, count).group_by(*types)
    rows = connection.execute(grouped.order_by(count.desc(), *types).limit(_MOST_PAIRS))
    return [RelatedTypes(*row) for row in rows]


def _read(
    connection: sa.Connection,
    tenant_id: str,
    ends: sa.ColumnElement[bool],
    *,
    rel_types: Collection[RelationType],
) -> list[StoredRelation]:
    columns = (_ENDS.source_id, _ENDS.target_id, _ENDS.rel_type)
    followed = _ENDS.rel_type.in_(values_of(rel_types))
    rows = connection.execute(visible_relations(tenant_id, *columns).where(ends, followed))
    return [
        StoredRelation(source_id, target_id, RelationType(rel_type))
        for source_id, target_id, rel_type in rows
    ]


def _among(end: sa.ColumnElement[str], ci_ids: Collection[str]) -> sa.ColumnElement[bool]:
    return end.in_(values_of(ci_ids))


def _is_visible_end(ci: sa.FromClause, end: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    same_ci = sa.and_(ci.c.tenant_id == _ENDS.tenant_id, ci.c.ci_id == end)
    return sa.and_(same_ci, ci.c.deleted_at.is_(None))
