"""The relations between visible configuration items."""

from typing import Any

import sqlalchemy as sa

from domain.estate.records import Relation
from infrastructure.estate.tables import CIS, RELATIONS


def relations(connection: sa.Connection, tenant_id: str) -> list[Relation]:
    """See `Estate.relations`."""
    columns = (RELATIONS.c.source_id, RELATIONS.c.target_id, RELATIONS.c.rel_type)
    statement = visible_relations(tenant_id, *columns).order_by(*columns)
    return [Relation.model_validate(dict(row)) for row in connection.execute(statement).mappings()]


def visible_relations(tenant_id: str, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Return the select of the columns over the relations whose two ends are visible."""
    source, target = CIS.alias("source_ci"), CIS.alias("target_ci")
    ends = RELATIONS
    joined = ends.join(source, _is_visible_end(source, ends.c.source_id)).join(
        target, _is_visible_end(target, ends.c.target_id)
    )
    return sa.select(*columns).select_from(joined).where(ends.c.tenant_id == tenant_id)


def _is_visible_end(ci: sa.FromClause, end: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    same_ci = sa.and_(ci.c.tenant_id == RELATIONS.c.tenant_id, ci.c.ci_id == end)
    return sa.and_(same_ci, ci.c.deleted_at.is_(None))
