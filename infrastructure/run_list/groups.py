"""Counting and measuring groups of runs with one SQL statement; see `domain.run.groups`."""

from typing import Any, Final

import sqlalchemy as sa

from domain.run.groups import PERCENTS, SPAN_CHARACTERS, GroupBy, Grouping, RunGroup, begin_of
from domain.run_filter.filter import RunFilter
from domain.views.matching import attribute_of
from infrastructure.event_store.tables import RUN_SUMMARIES
from infrastructure.run_list.conditions import of_run

_RUN: Final = RUN_SUMMARIES.c
_SINCE: Final = "since"


def groups(
    connection: sa.Connection, tenant_id: str, where: RunFilter, grouping: Grouping, *, limit: int
) -> list[RunGroup]:
    """Return the largest groups; of two as large, the one with the newest run comes first."""
    ranked = _ranked(tenant_id, where, grouping).subquery()
    keys = [ranked.c[name] for name in _keys(grouping)]
    measure = ranked.c.measure
    counted = sa.select(
        *keys,
        sa.func.count().label("count"),
        sa.func.count(measure).label("measured_count"),
        *(_percentile(ranked, percent) for percent in PERCENTS),
        sa.func.max(measure).label("max"),
    )
    largest, newest = sa.func.count().desc(), sa.func.max(ranked.c.requested_at).desc()
    order = (largest, newest, sa.func.max(ranked.c.run_id).desc())
    query = counted.group_by(*keys).order_by(*order).limit(limit)
    found = connection.execute(query).mappings()
    # Without keys, no run at all makes one row.
    return [_group(row, grouping) for row in found if row["count"]]


def _keys(grouping: Grouping) -> dict[str, sa.ColumnElement[Any]]:
    """Return what runs of a group have in common, by name."""
    keys = {each.value: _column(each) for each in grouping.by}
    if grouping.per is not None:
        keys[_SINCE] = sa.func.substr(_RUN.requested_at, 1, SPAN_CHARACTERS[grouping.per])
    return keys


def _column(field: GroupBy) -> sa.ColumnElement[Any]:
    if field is GroupBy.STATUS:
        return sa.func.coalesce(_RUN.status, _RUN.state)
    return _RUN[attribute_of(field)]


def _ranked(tenant_id: str, where: RunFilter, grouping: Grouping) -> sa.Select[Any]:
    """Return the runs, each with its rank by the measure among those of its group."""
    keys, measure = _keys(grouping), _RUN[attribute_of(grouping.measure)]
    own = [*keys.values()] or None
    # What is not measured comes last on both databases, which order NULL each in its own way.
    order = [measure.is_(None), measure]
    return sa.select(
        *(column.label(name) for name, column in keys.items()),
        *(_RUN.requested_at, _RUN.run_id, measure.label("measure")),
        sa.func.row_number().over(partition_by=own, order_by=order).label("place"),
        sa.func.count(measure).over(partition_by=own).label("size"),
    ).where(_RUN.tenant_id == tenant_id, of_run(where))


def _percentile(ranked: sa.Subquery, percent: int) -> sa.ColumnElement[Any]:
    rank = (ranked.c.size * percent + 99) // 100
    value = sa.case((ranked.c.place == rank, ranked.c.measure))
    return sa.func.max(value).label(f"p{percent}")


def _group(row: sa.RowMapping, grouping: Grouping) -> RunGroup:
    since = None if grouping.per is None else begin_of(row[_SINCE])
    values = {name: row[name] for name in ("count", "measured_count", "p50", "p90", "p99", "max")}
    return RunGroup(since, {each.value: row[each.value] for each in grouping.by}, **values)
