"""What metric points say over all items, and along time."""

from collections.abc import Sequence
from math import fsum, inf
from typing import Any

import sqlalchemy as sa

from domain.estate.errors import WrongValue
from domain.estate.fields import RecordKind
from domain.estate.queries import MetricQuery, MetricSummary, NearestPoints, Row, SeriesPoint
from domain.figures import finite_figure, whole_sum
from infrastructure.database.json_sql import values_of
from infrastructure.estate.columns import ColumnLookup
from infrastructure.estate.conditions import condition
from infrastructure.estate.tables import (
    CIS,
    METRIC_POINTS,
    METRIC_SERIES,
    QUALITY,
    Instant,
    to_microseconds,
)

_MICROSECONDS = 1_000_000

_IS_ITS_CI = sa.and_(
    CIS.c.tenant_id == METRIC_SERIES.c.tenant_id, CIS.c.ci_id == METRIC_SERIES.c.ci_id
)
POINTS = METRIC_POINTS.join(METRIC_SERIES).join(CIS, _IS_ITS_CI)
"""Metric points with their series and its configuration item."""


def summary(connection: sa.Connection, tenant_id: str, query: MetricQuery) -> MetricSummary:
    """See `Estate.metric_summary`. Of points at the newest instant the first item's is last."""
    rows = _per_series(connection, tenant_id, query)
    if not rows:
        return MetricSummary(0, 0, None, None, None, None, None)
    samples = whole_sum(row.samples for row in rows)
    newest = max(rows, key=lambda row: row.last_at)
    return MetricSummary(
        sample_count=samples,
        ci_count=len(rows),
        minimum=min(row.minimum for row in rows),
        maximum=max(row.maximum for row in rows),
        average=finite_figure(fsum(row.total for row in rows) / samples),
        last_value=newest.last_value,
        last_at=newest.last_at,
        first_at=min(row.first_at for row in rows),
    )


def nearest(connection: sa.Connection, tenant_id: str, query: MetricQuery) -> NearestPoints:
    """See `Estate.nearest_points`. Each series is asked for its edges, which an index has."""
    point, window = METRIC_POINTS.c, query.window
    series = (
        sa.select(METRIC_SERIES.c.series_id)
        .select_from(METRIC_SERIES.join(CIS, _IS_ITS_CI))
        .where(*_matching_series(connection, tenant_id, query))
        .subquery()
    )
    own, is_bad = point.series_id == series.c.series_id, point.quality == QUALITY["bad"]
    good = sa.select(point.measured_at).where(own, ~is_bad).limit(1)
    is_before, is_after = point.measured_at < window.start, point.measured_at >= window.end
    edges = (
        good.where(is_before).order_by(point.measured_at.desc()),
        good.where(is_after).order_by(point.measured_at),
        sa.select(sa.func.count()).where(own, is_bad, ~is_before, ~is_after),
    )
    found = sa.select(*(edge.scalar_subquery().label(f"edge_{n}") for n, edge in enumerate(edges)))
    before, after, bad = found.select_from(series).subquery().c
    columns = (sa.func.max(before), sa.func.min(after), sa.func.coalesce(sa.func.sum(bad), 0))
    row = connection.execute(sa.select(*columns)).one()
    return NearestPoints(row[0], row[1], int(row[2]))


def series(
    connection: sa.Connection, tenant_id: str, query: MetricQuery, *, bucket_seconds: int | None
) -> list[SeriesPoint]:
    """See `Estate.metric_series`. A bucket stands at its start; empty buckets are left out."""
    if bucket_seconds is None:
        return _points(connection, tenant_id, query)
    if bucket_seconds < 1:
        raise WrongValue(field="bucket_seconds", value=bucket_seconds, expected="1 or more")
    return _buckets(connection, tenant_id, query, bucket_seconds=bucket_seconds)


def newest_points(
    connection: sa.Connection, tenant_id: str, query: MetricQuery, *, limit: int
) -> list[Row]:
    """See `Estate.newest_points`."""
    columns = (CIS.c.ci_id, CIS.c.ci_code, METRIC_POINTS.c.measured_at, METRIC_POINTS.c.value)
    statement = (
        sa.select(*columns)
        .select_from(POINTS)
        .where(*matching_points(connection, tenant_id, query))
        .order_by(METRIC_POINTS.c.measured_at.desc(), CIS.c.ci_code)
        .limit(limit)
    )
    rows = connection.execute(statement).mappings()
    return [{**row, "measured_at": row["measured_at"].isoformat()} for row in rows]


def or_infinite(computed: sa.ColumnElement[float]) -> sa.ColumnElement[float]:
    """Return what is computed of numbers; infinite too where SQLite says NULL of an overflow."""
    return sa.func.coalesce(computed, sa.literal(inf, sa.Double))


def matching_points(
    connection: sa.Connection, tenant_id: str, query: MetricQuery
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on `POINTS`. Raises `EstateError` for a filter that it refuses."""
    return [
        *_matching_series(connection, tenant_id, query),
        METRIC_POINTS.c.measured_at >= query.window.start,
        METRIC_POINTS.c.measured_at < query.window.end,
        METRIC_POINTS.c.quality != QUALITY["bad"],
    ]


def _matching_series(
    connection: sa.Connection, tenant_id: str, query: MetricQuery
) -> list[sa.ColumnElement[bool]]:
    conditions = [
        METRIC_SERIES.c.tenant_id == tenant_id,
        METRIC_SERIES.c.metric_name == query.metric_name,
        CIS.c.deleted_at.is_(None),
    ]
    lookup = ColumnLookup(connection, tenant_id, RecordKind.CI)
    conditions += [condition(lookup.column(spec.field), spec) for spec in query.filters]
    if query.ci_ids is not None:
        conditions.append(METRIC_SERIES.c.ci_id.in_(values_of(query.ci_ids)))
    return conditions


def _per_series(
    connection: sa.Connection, tenant_id: str, query: MetricQuery
) -> Sequence[sa.Row[Any]]:
    value = METRIC_POINTS.c.value
    per_series = (
        sa.select(
            METRIC_SERIES.c.series_id,
            METRIC_SERIES.c.ci_id,
            sa.func.count().label("samples"),
            sa.func.min(value).label("minimum"),
            sa.func.max(value).label("maximum"),
            or_infinite(sa.func.sum(value)).label("total"),
            sa.func.max(METRIC_POINTS.c.measured_at).label("last_at"),
            sa.func.min(METRIC_POINTS.c.measured_at).label("first_at"),
        )
        .select_from(POINTS)
        .where(*matching_points(connection, tenant_id, query))
        .group_by(METRIC_SERIES.c.series_id, METRIC_SERIES.c.ci_id)
        .subquery()
    )
    last = METRIC_POINTS.alias("last_point")
    is_last = sa.and_(
        last.c.series_id == per_series.c.series_id, last.c.measured_at == per_series.c.last_at
    )
    statement = (
        sa.select(per_series, last.c.value.label("last_value"))
        .select_from(per_series.join(last, is_last))
        .order_by(per_series.c.ci_id)
    )
    return connection.execute(statement).all()


def _points(connection: sa.Connection, tenant_id: str, query: MetricQuery) -> list[SeriesPoint]:
    statement = (
        sa.select(METRIC_POINTS.c.measured_at, METRIC_POINTS.c.value)
        .select_from(POINTS)
        .where(*matching_points(connection, tenant_id, query))
        .order_by(METRIC_POINTS.c.measured_at, METRIC_SERIES.c.ci_id)
    )
    return [SeriesPoint(row.measured_at, row.value) for row in connection.execute(statement)]


def _buckets(
    connection: sa.Connection, tenant_id: str, query: MetricQuery, *, bucket_seconds: int
) -> list[SeriesPoint]:
    width = bucket_seconds * _MICROSECONDS
    start = to_microseconds(query.window.start)
    number = (sa.type_coerce(METRIC_POINTS.c.measured_at, sa.BigInteger) - start) // width
    statement = (
        sa.select(
            sa.type_coerce(start + number * width, Instant).label("at"),
            or_infinite(sa.func.avg(METRIC_POINTS.c.value)).label("average"),
            sa.func.count().label("samples"),
        )
        .select_from(POINTS)
        .where(*matching_points(connection, tenant_id, query))
        .group_by(number)
        .order_by(number)
    )
    rows = connection.execute(statement)
    return [SeriesPoint(row.at, finite_figure(row.average), row.samples) for row in rows]
