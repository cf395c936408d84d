"""How much counters have risen between their points; one that fell has begun anew from zero."""

from collections.abc import Mapping, Sequence
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
    """Return the increase and the rate of each series that has two points at least."""
    points = sa.select().select_from(POINTS)
    matching = points.where(*matching_points(connection, tenant_id, query))
    return rises(matching, dict(METRIC_POINTS.c), (METRIC_SERIES.c.ci_id,))


def rises(
    points: sa.Select[Any],
    columns: Mapping[str, sa.ColumnElement[Any]],
    kept: Sequence[sa.ColumnElement[Any]],
) -> sa.Subquery:
    """Return the increase and the rate of each series of the points, with what is kept of it.

    A reading below the one before means that the counter began anew: it counts as a whole.
    """
    series, at, value = (columns[name] for name in ("series_id", "measured_at", "value"))
    before = sa.func.lag(value).over(partition_by=series, order_by=at)
    rise = sa.case((before.is_(None), 0.0), (value >= before, value - before))
    risen_by = sa.func.coalesce(rise, value).label("rise")
    steps = points.add_columns(series.label("series"), *kept, at.label("at"), risen_by).subquery()
    of_series = [steps.c[each.name] for each in kept]
    first, last = sa.func.min(steps.c["at"]), sa.func.max(steps.c["at"])
    microseconds = sa.type_coerce(last, sa.BigInteger) - sa.type_coerce(first, sa.BigInteger)
    total = or_infinite(sa.func.sum(steps.c.rise))
    return (
        sa.select(
            *of_series,
            sa.func.count().label("samples"),
            first.label("first_at"),
            last.label("last_at"),
            total.label("increase"),
            (total * _MICROSECONDS / sa.cast(microseconds, sa.Double)).label("rate"),
        )
        .group_by(steps.c.series, *of_series)
        .having(sa.func.count() > 1)
        .subquery()
    )
