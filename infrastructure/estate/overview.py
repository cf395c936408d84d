"""What there is in a tenant's estate: relations, counts, span of time, words, and the revision."""

from collections import defaultdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.estate.fields import WORD_FIELDS, RecordKind
from domain.estate.queries import EstateSummary, Vocabulary
from domain.estate.records import Relation
from infrastructure.estate.columns import plain_column, source_of, visible
from infrastructure.estate.metrics import POINTS
from infrastructure.estate.tables import (
    CEP_RULES,
    CIS,
    ESTATE_REVISIONS,
    EVENT_LOG,
    MAINTENANCE_HISTORY,
    METRIC_POINTS,
    METRIC_SERIES,
    METRICS,
    RELATIONS,
    WORK_HISTORY,
)

_MAX_WORDS = 500
# Longer values are prose, not words that a question repeats.
_MAX_WORD_LENGTH = 100
_COUNTED = {
    "cis": RecordKind.CI,
    "event_log": RecordKind.EVENT_LOG,
    "work": RecordKind.WORK,
    "maintenance": RecordKind.MAINTENANCE,
    "documents": RecordKind.DOCUMENT,
    "cep_rules": RecordKind.CEP_RULE,
}
_DATED = (EVENT_LOG.c.occurred_at, WORK_HISTORY.c.started_at, MAINTENANCE_HISTORY.c.started_at)


def revision(connection: sa.Connection, tenant_id: str) -> str:
    """See `Estate.revision`: the number of loads, and the digest of all that they brought."""
    columns = (ESTATE_REVISIONS.c.load_count, ESTATE_REVISIONS.c.digest)
    of_tenant = ESTATE_REVISIONS.c.tenant_id == tenant_id
    row = connection.execute(sa.select(*columns).where(of_tenant)).one_or_none()
    return "" if row is None else f"{row.load_count}-{row.digest[:12]}"


def summary(connection: sa.Connection, tenant_id: str) -> EstateSummary:
    """See `Estate.summary`; the counts are named as the lists of `EstateDataset`."""
    oldest, newest = span(connection, tenant_id)
    return EstateSummary(
        counts=_counts(connection, tenant_id),
        oldest_at=oldest.isoformat() if oldest else None,
        newest_at=newest.isoformat() if newest else None,
        revision=revision(connection, tenant_id),
    )


def span(connection: sa.Connection, tenant_id: str) -> tuple[datetime | None, datetime | None]:
    """Return the instants of the oldest and the newest dated record."""
    spans = [
        sa.select(sa.func.min(column).label("oldest"), sa.func.max(column).label("newest")).where(
            column.table.c.tenant_id == tenant_id
        )
        for column in _DATED
    ]
    every = sa.union_all(*spans, _span_of_points(tenant_id)).subquery()
    both = sa.select(sa.func.min(every.c.oldest), sa.func.max(every.c.newest))
    oldest, newest = connection.execute(both).one()
    return oldest, newest


def vocabulary(connection: sa.Connection, tenant_id: str) -> Vocabulary:
    """See `Estate.vocabulary`; empty text and values of over 100 characters are left out."""
    names: dict[str, list[str]] = defaultdict(list)
    codes: dict[str, str] = {}
    items = sa.select(CIS.c.ci_code, CIS.c.ci_name).where(*visible(RecordKind.CI, tenant_id))
    for ci_code, ci_name in connection.execute(items.order_by(CIS.c.ci_code)):
        codes[ci_code.lower()] = ci_code
        names[ci_name.lower()].append(ci_code)
    metrics = sa.select(METRICS.c.metric_name).where(METRICS.c.tenant_id == tenant_id)
    rules = sa.select(CEP_RULES.c.rule_name, CEP_RULES.c.rule_id).where(
        CEP_RULES.c.tenant_id == tenant_id
    )
    return Vocabulary(
        values={
            kind: {name: _words(connection, tenant_id, kind, name=name) for name in fields}
            for kind, fields in WORD_FIELDS.items()
        },
        ci_codes=codes,
        ci_names={name: tuple(found) for name, found in names.items()},
        metrics=tuple(connection.scalars(metrics.order_by(METRICS.c.metric_name))),
        cep_rules={name.lower(): rule_id for name, rule_id in connection.execute(rules)},
    )


def _words(
    connection: sa.Connection, tenant_id: str, kind: RecordKind, *, name: str
) -> tuple[str, ...]:
    column = plain_column(kind, name).sql
    statement = (
        sa.select(column)
        .select_from(source_of(kind))
        .where(*visible(kind, tenant_id), sa.func.length(column).between(1, _MAX_WORD_LENGTH))
        .group_by(column)
        .order_by(sa.func.count().desc(), column)
        .limit(_MAX_WORDS)
    )
    return tuple(connection.scalars(statement))


def _counts(connection: sa.Connection, tenant_id: str) -> dict[str, int]:
    counted = {
        name: sa.select(sa.func.count())
        .select_from(source_of(kind))
        .where(*visible(kind, tenant_id))
        for name, kind in _COUNTED.items()
    }
    counted["relations"] = visible_relations(tenant_id, sa.func.count())
    counted["metrics"] = sa.select(sa.func.count()).where(METRICS.c.tenant_id == tenant_id)
    counted["metric_points"] = (
        sa.select(sa.func.count())
        .select_from(POINTS)
        .where(METRIC_SERIES.c.tenant_id == tenant_id, CIS.c.deleted_at.is_(None))
    )
    return {name: connection.scalar(statement) or 0 for name, statement in counted.items()}


def _span_of_points(tenant_id: str) -> sa.Select[tuple[datetime, datetime]]:
    of_series = METRIC_POINTS.c.series_id == METRIC_SERIES.c.series_id
    oldest, newest = (
        sa.select(end(METRIC_POINTS.c.measured_at)).where(of_series).scalar_subquery()
        for end in (sa.func.min, sa.func.max)
    )
    per_series = (
        sa.select(oldest.label("oldest"), newest.label("newest"))
        .select_from(METRIC_SERIES)
        .where(METRIC_SERIES.c.tenant_id == tenant_id)
        .subquery()
    )
    return sa.select(sa.func.min(per_series.c.oldest), sa.func.max(per_series.c.newest))


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
