"""What there is in a tenant's estate: counts, span of time, and the revision."""

from datetime import datetime

import sqlalchemy as sa

from domain.estate.fields import RecordKind
from domain.estate.queries import EstateSummary
from infrastructure.estate.columns import source_of, visible
from infrastructure.estate.metrics import POINTS
from infrastructure.estate.relations import types_between, visible_relations
from infrastructure.estate.tables import (
    CIS,
    ESTATE_REVISIONS,
    EVENT_LOG,
    MAINTENANCE_HISTORY,
    METRIC_POINTS,
    METRIC_SERIES,
    METRICS,
    WORK_HISTORY,
)

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


def newest_at(connection: sa.Connection, tenant_id: str) -> datetime | None:
    """See `Estate.newest_at`; it is kept with the revision."""
    of_tenant = ESTATE_REVISIONS.c.tenant_id == tenant_id
    return connection.scalar(sa.select(ESTATE_REVISIONS.c.newest_at).where(of_tenant))


def summary(connection: sa.Connection, tenant_id: str) -> EstateSummary:
    """See `Estate.summary`; the counts are named as the lists of `EstateDataset`."""
    oldest, newest = span(connection, tenant_id)
    return EstateSummary(
        counts=_counts(connection, tenant_id),
        oldest_at=oldest.isoformat() if oldest else None,
        newest_at=newest.isoformat() if newest else None,
        revision=revision(connection, tenant_id),
        between=types_between(connection, tenant_id),
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
