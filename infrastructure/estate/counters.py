"""How much counters have risen between their points; one that fell has begun anew from zero."""

from math import fsum
from typing import Any, Final

import sqlalchemy as sa

from domain.estate.counters import CounterIncrease
from domain.estate.queries import MetricQuery
from domain.figures import finite_figure
from infrastructure.estate.metrics import POINTS, matching_points, or_infinite
from infrastructure.estate.tables import METRIC_POINTS, METRIC_SERIES

_MICROSECONDS: Final = 1e6


def increase(connection: sa.Connection, tenant_id: str, query: MetricQuery) -> CounterIncrease:
    """See `Estate.counter_increase`."""
    each = risen(connection, tenant_id, query)
    rows = connection.execute(sa.select(each.c.increase, each.c.rate)).all()
    if not rows:
        return CounterIncrease(None, None)
    total = finite_figure(fsum(row.increase for row in rows))
    return CounterIncrease(total, finite_figure(fsum(row.rate for row in rows)))


def risen(connection: sa.Connection, tenant_id: str, query: MetricQuery) -> sa.Subquery:
    """Return the increase and the rate of each series that has two points at least.

    A reading below the one before means that the counter began anew: it counts as a whole.
    """
    point = METRIC_POINTS.c
    by_time: dict[str, Any] = {"partition_by": point.series_id, "order_by": point.measured_at}
    before = sa.func.lag(point.value).over(**by_time)
    rise = sa.case((before.is_(None), 0.0), (point.value >= before, point.value - before))
    steps = (
        sa.select(
            *(point.series_id, METRIC_SERIES.c.ci_id, point.measured_at),
            sa.func.coalesce(rise, point.value).label("rise"),
        )
        .select_from(POINTS)
        .where(*matching_points(connection, tenant_id, query))
        .subquery()
    )
    first, last = sa.func.min(steps.c.measured_at), sa.func.max(steps.c.measured_at)
    microseconds = sa.type_coerce(last, sa.BigInteger) - sa.type_coerce(first, sa.BigInteger)
    total = or_infinite(sa.func.sum(steps.c.rise))
    return (
        sa.select(
            steps.c.ci_id,
            sa.func.count().label("samples"),
            first.label("first_at"),
            last.label("last_at"),
            total.label("increase"),
            (total * _MICROSECONDS / sa.cast(microseconds, sa.Double)).label("rate"),
        )
        .group_by(steps.c.series_id, steps.c.ci_id)
        .having(sa.func.count() > 1)
        .subquery()
    )
