"""Which configuration items stand first by a value of a metric."""

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from domain.estate.queries import MetricRanking, MetricValue, RankingQuery
from infrastructure.estate.metrics import POINTS, matching_points
from infrastructure.estate.tables import CIS, METRIC_POINTS, METRIC_SERIES

_POINT = METRIC_POINTS.c


def ranking(connection: sa.Connection, tenant_id: str, query: RankingQuery) -> MetricRanking:
    """See `Estate.metric_ranking`; one statement computes, counts and sorts."""
    valued = _valued(connection, tenant_id, query)
    within = _within(valued.c.by, query)
    first = _first(valued, within, tenant_id, query)
    counts = sa.select(
        sa.func.count().label("cis"),
        sa.func.count(valued.c.by).label("figures"),
        sa.func.coalesce(sa.func.sum(valued.c.samples), 0).label("samples"),
        sa.func.coalesce(sa.func.sum(sa.case((within, 1), else_=0)), 0).label("within"),
        sa.func.min(valued.c.first_at).label("first_at"),
        sa.func.max(valued.c.last_at).label("last_at"),
    ).subquery()
    # Joined so that the counts are there even when nobody is within the bounds.
    statement = sa.select(counts, first).select_from(counts.outerjoin(first, sa.true()))
    rows = connection.execute(statement.order_by(first.c.place)).all()
    if rows[0].figures != rows[0].cis:
        raise OverflowError
    return MetricRanking(
        values={row.ci_id: row.by for row in rows if row.ci_id is not None},
        total=int(rows[0].within),
        ci_count=rows[0].cis,
        sample_count=int(rows[0].samples),
        first_at=rows[0].first_at,
        last_at=rows[0].last_at,
    )


def _valued(connection: sa.Connection, tenant_id: str, query: RankingQuery) -> sa.CTE:
    """Each item that has points, with their count and the value to rank it by."""
    if query.by in ("increase", "rate"):
        from infrastructure.estate.counters import risen  # noqa: PLC0415 - few questions need it

        each = risen(connection, tenant_id, query.points)
        kept = (each.c[name] for name in ("ci_id", "samples", "first_at", "last_at"))
        return sa.select(*kept, Figure(each.c[query.by]).label("by")).cte("valued")
    grouped = (
        sa.select(
            METRIC_SERIES.c.series_id,
            METRIC_SERIES.c.ci_id,
            sa.func.count().label("samples"),
            sa.func.min(_POINT.measured_at).label("first_at"),
            sa.func.max(_POINT.measured_at).label("last_at"),
            _aggregate(query.by).label("by"),
        )
        .select_from(POINTS)
        .where(*matching_points(connection, tenant_id, query.points))
        .group_by(METRIC_SERIES.c.series_id, METRIC_SERIES.c.ci_id)
    )
    if query.by != "last":
        return grouped.cte("valued")
    newest, last = grouped.subquery(), METRIC_POINTS.alias("last_point")
    is_last = sa.and_(last.c.series_id == newest.c.series_id, last.c.measured_at == newest.c.by)
    kept = (newest.c[name] for name in ("ci_id", "samples", "first_at", "last_at"))
    columns = (*kept, last.c.value.label("by"))
    return sa.select(*columns).select_from(newest.join(last, is_last)).cte("valued")


def _aggregate(by: MetricValue) -> sa.ColumnElement[Any]:
    """The value of a group of points; for the last value it is the instant of the last point."""
    match by:
        case "count":
            return sa.func.count()
        case "min":
            return sa.func.min(_POINT.value)
        case "max":
            return sa.func.max(_POINT.value)
        case "avg":
            return Figure(sa.func.sum(_POINT.value) / sa.cast(sa.func.count(), sa.Double))
        case "last" | "increase" | "rate":  # the last two are computed elsewhere
            return sa.func.max(_POINT.measured_at)


class Figure(FunctionElement[float]):
    """A computed figure as `domain.figures` rounds it: who ranks by it must not see further.

    NULL where it is infinite, which PostgreSQL refuses to compute.
    """

    name = "figure"
    type = sa.Double()
    inherit_cache = True
    templates: ClassVar = {
        "sqlite": "CASE WHEN abs({0}) < 9e999 THEN CAST(printf('%.12g', {0}) AS REAL) END",
        "postgresql": "CAST(to_char({0}, '9.99999999999EEEE') AS double precision)",
    }


@compiles(Figure)
def _compiled(element: Figure, compiler: SQLCompiler, **kw: object) -> str:
    (value,) = (compiler.process(argument, **kw) for argument in element.clauses)
    return str(element.templates[compiler.dialect.name].format(value))


def _within(value: sa.ColumnElement[Any], query: RankingQuery) -> sa.ColumnElement[bool]:
    bounds: list[sa.ColumnElement[bool]] = [sa.true()]
    if query.at_least is not None:
        bounds.append(value >= query.at_least)
    if query.at_most is not None:
        bounds.append(value <= query.at_most)
    return sa.and_(*bounds)


def _first(
    valued: sa.CTE, within: sa.ColumnElement[bool], tenant_id: str, query: RankingQuery
) -> sa.Subquery:
    order = valued.c.by.asc() if query.ascending else valued.c.by.desc()
    place = sa.func.row_number().over(order_by=(order, CIS.c.code_phrase, CIS.c.ci_code))
    same_ci = sa.and_(CIS.c.tenant_id == tenant_id, CIS.c.ci_id == valued.c.ci_id)
    return (
        sa.select(valued.c.ci_id, valued.c.by, place.label("place"))
        .select_from(valued.join(CIS, same_ci))
        .where(within)
        .order_by(sa.text("place"))
        .limit(query.top_n)
        .subquery()
    )
