"""Reading a whole estate, list by list, for exports."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from pydantic import BaseModel

from domain.estate.port import EstateDataset
from domain.estate.records import MetricPoint
from infrastructure.estate.merging import TABLES, RecordTable
from infrastructure.estate.metrics import POINTS
from infrastructure.estate.relations import visible_relations
from infrastructure.estate.tables import CIS, METRIC_POINTS, METRIC_SERIES, QUALITY

_CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True)
class _Records:
    """The records that a statement finds, read anew each time that they are asked for."""

    engine: sa.Engine
    query: sa.Select[Any]
    record: type[BaseModel]

    def __iter__(self) -> Iterator[Any]:
        with self.engine.connect() as connection:
            rows = connection.execute(self.query, execution_options={"yield_per": _CHUNK})
            for row in rows.mappings():
                yield self.record.model_validate({str(name): row[name] for name in row})


def everything(engine: sa.Engine, tenant_id: str) -> EstateDataset:
    """See `Estate.everything`."""
    lists: dict[str, Any] = {
        of.name: _Records(engine, _query(of, tenant_id), of.record) for of in TABLES
    }
    return EstateDataset(source="", metric_points=_points(engine, tenant_id), **lists)


def _query(of: RecordTable, tenant_id: str) -> sa.Select[Any]:
    columns = [of.table.c[name] for name in of.fields]
    own = of.table.c.tenant_id == tenant_id
    if of.name == "relations":
        found = visible_relations(tenant_id, *columns)
    elif "ci_id" in of.table.c:  # also of items themselves: only those that can be seen
        there = sa.select(CIS.c.ci_id).where(
            CIS.c.tenant_id == tenant_id, CIS.c.deleted_at.is_(None)
        )
        found = sa.select(*columns).where(own, of.table.c.ci_id.in_(there))
    else:
        found = sa.select(*columns).where(own)
    return found.order_by(*of.table.primary_key.columns)


def _points(engine: sa.Engine, tenant_id: str) -> _Records:
    series, point = METRIC_SERIES.c, METRIC_POINTS.c
    names = {number: name for name, number in QUALITY.items()}
    quality = sa.case(names, value=point.quality).label("quality")
    columns = (series.ci_id, series.metric_name, point.measured_at, point.value, quality)
    own = (series.tenant_id == tenant_id, CIS.c.deleted_at.is_(None))
    query = sa.select(*columns).select_from(POINTS).where(*own)
    return _Records(engine, query.order_by(point.series_id, point.measured_at), MetricPoint)
