"""Writing metric points, hundreds of thousands of them, within the caller's transaction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

import sqlalchemy as sa

from domain.estate.errors import UnknownCi, UnknownMetric
from domain.estate.records import MetricPoint
from infrastructure.database.upsert import upsert
from infrastructure.estate.tables import (
    METRIC_POINTS,
    METRIC_SERIES,
    METRICS,
    QUALITY,
    to_microseconds,
)

_CHUNK = 50_000
_NEW_POINTS = "CREATE TEMPORARY TABLE new_points (LIKE metric_points) ON COMMIT DROP"
_Row = tuple[int, int, float, int]


class Digest(Protocol):
    """What can be fed with all that is written."""

    def update(self, data: bytes, /) -> object:
        """Add the bytes."""


@dataclass(slots=True)
class SeriesIds:
    """The ids of a tenant's series; one that is not there is added when it is first asked for."""

    connection: sa.Connection
    tenant_id: str
    known_cis: frozenset[str]
    _ids: dict[tuple[str, str], int] = field(default_factory=dict)
    _metrics: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Read what is there."""
        series = METRIC_SERIES.c
        rows = sa.select(series.ci_id, series.metric_name, series.series_id)
        for row in self.connection.execute(rows.where(series.tenant_id == self.tenant_id)):
            self._ids[row.ci_id, row.metric_name] = row.series_id
        names = sa.select(METRICS.c.metric_name).where(METRICS.c.tenant_id == self.tenant_id)
        self._metrics.update(self.connection.scalars(names))

    def of(self, point: MetricPoint) -> int:
        """Return the id of the point's series. Raises `UnknownCi` or `UnknownMetric`."""
        key = (point.ci_id, point.metric_name)
        series_id = self._ids.get(key)
        if series_id is None:
            series_id = self._ids[key] = self._add(point)
        return series_id

    def _add(self, point: MetricPoint) -> int:
        if point.ci_id not in self.known_cis:
            raise UnknownCi(record=f"metric point of {point.metric_name}", ci_id=point.ci_id)
        if point.metric_name not in self._metrics:
            raise UnknownMetric(point.metric_name, allowed=self._metrics)
        row = METRIC_SERIES.insert().values(
            tenant_id=self.tenant_id, ci_id=point.ci_id, metric_name=point.metric_name
        )
        (series_id,) = self.connection.execute(row).inserted_primary_key or (0,)
        return int(series_id)


def write_points(series: SeriesIds, points: Iterable[MetricPoint], digest: Digest) -> int:
    """Write the points, add them to the digest as well, and return how many there were.

    Of two points of one series at the same instant the later one stays.
    """
    connection = series.connection
    write = _copy if connection.dialect.name == "postgresql" else _insert
    written = 0
    for chunk in _chunks(iter(points)):
        rows = [_row(series, point) for point in chunk]
        digest.update(_text(chunk, rows))
        write(connection, rows)
        written += len(rows)
    return written


def _insert(connection: sa.Connection, rows: list[_Row]) -> None:
    # Rows go to the driver as they are, which is three times as fast as executing the statement.
    statement = upsert(METRIC_POINTS, connection.dialect).compile(dialect=connection.dialect)
    connection.exec_driver_sql(str(statement), rows)


def _copy(connection: sa.Connection, rows: list[_Row]) -> None:
    # COPY is PostgreSQL's fast way in, but cannot replace; one INSERT writes no row twice.
    latest = {(series_id, at): (value, quality) for series_id, at, value, quality in rows}
    connection.exec_driver_sql(_NEW_POINTS)
    cursor = connection.connection.cursor()
    with cursor.copy("COPY new_points FROM STDIN") as copy:
        for key, measured in latest.items():
            copy.write_row((*key, *measured))
    names = [column.name for column in METRIC_POINTS.columns]
    new_points = sa.select(sa.table("new_points", *map(sa.column, names)))
    connection.execute(upsert(METRIC_POINTS, connection.dialect).from_select(names, new_points))
    connection.exec_driver_sql("DROP TABLE new_points")


def _chunks(points: Iterator[MetricPoint]) -> Iterator[list[MetricPoint]]:
    while chunk := list(islice(points, _CHUNK)):
        yield chunk


def _row(series: SeriesIds, point: MetricPoint) -> _Row:
    at = to_microseconds(point.measured_at)
    return series.of(point), at, point.value, QUALITY[point.quality]


def _text(points: list[MetricPoint], rows: list[_Row]) -> bytes:
    """Return the points without the ids of their series, which differ between databases."""
    pairs = zip(points, rows, strict=True)
    return "".join(f"{point.ci_id} {point.metric_name} {row[1:]}" for point, row in pairs).encode()
