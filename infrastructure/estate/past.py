"""Reading all series of some items, in buckets."""

import sqlalchemy as sa

from domain.estate.past import PastBucket, PastQuery
from domain.figures import finite_figure
from infrastructure.database.json_sql import values_of
from infrastructure.estate.metrics import POINTS, or_infinite
from infrastructure.estate.tables import (
    CIS,
    METRIC_POINTS,
    METRIC_SERIES,
    METRICS,
    QUALITY,
    to_microseconds,
)

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND


def past(connection: sa.Connection, tenant_id: str, query: PastQuery) -> list[PastBucket]:
    """See `Estate.past`. The names of all metrics lead to the series through their index."""
    series, value, start = METRIC_SERIES.c, METRIC_POINTS.c.value, query.window.start
    width = query.bucket_seconds * _SECOND
    since = sa.type_coerce(METRIC_POINTS.c.measured_at, sa.BigInteger) - to_microseconds(start)
    bucket = (since // width).label("bucket")
    names = sa.select(METRICS.c.metric_name).where(METRICS.c.tenant_id == tenant_id)
    conditions = [
        series.tenant_id == tenant_id,
        series.metric_name.in_(names),
        series.ci_id.in_(values_of(query.ci_ids)),
        CIS.c.deleted_at.is_(None),
        METRIC_POINTS.c.measured_at >= start,
        METRIC_POINTS.c.measured_at < query.window.end,
        METRIC_POINTS.c.quality != QUALITY["bad"],
    ]
    if query.of_each_day is not None:
        conditions.append(since % _DAY < query.of_each_day * _SECOND)
    statement = (
        sa.select(
            series.ci_id,
            series.metric_name,
            sa.func.max(METRIC_POINTS.c.measured_at).label("at"),
            or_infinite(sa.func.avg(value)).label("average"),
            sa.func.max(value).label("highest"),
            sa.func.count().label("samples"),
            bucket,
        )
        .select_from(POINTS)
        .where(*conditions)
        .group_by(series.ci_id, series.metric_name, bucket)
        .order_by(series.ci_id, series.metric_name, bucket)
    )
    return [
        PastBucket(ci_id, name, at, finite_figure(average), highest, samples)
        for ci_id, name, at, average, highest, samples, _ in connection.execute(statement)
    ]
