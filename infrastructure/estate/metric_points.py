"""Writing metric points, hundreds of thousands of them, within the caller's transaction."""

import hashlib
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from domain.estate.differences import KindCounts
from domain.estate.errors import UnknownCi, UnknownMetric
from domain.estate.records import MetricPoint
from infrastructure.database.metadata import NUMBERED_ID, required
from infrastructure.database.upsert import upsert
from infrastructure.estate.tables import (
    METRIC_POINTS,
    METRIC_SERIES,
    METRICS,
    QUALITY,
    Instant,
    to_microseconds,
)

_CHUNK = 10_000
_NEW_POINTS = sa.Table(
    "new_metric_points",
    sa.MetaData(),
    sa.Column("number", NUMBERED_ID, primary_key=True),
    *required(sa.BigInteger, "series_id", "measured_at"),
    *required(sa.Double, "value"),
    sa.Column("quality", sa.SmallInteger),
    prefixes=["TEMPORARY"],
)
_COLUMNS = ("series_id", "measured_at", "value", "quality")
_PUT_DOWN = _NEW_POINTS.insert().values({name: sa.bindparam(name) for name in _COLUMNS})
_COPY = f"COPY {_NEW_POINTS.name} ({', '.join(_COLUMNS)}) FROM STDIN"
_Row = tuple[int, int, float, int | None]


@dataclass(frozen=True, slots=True)
class PointCounts:
    """What writing points changed: how many, of which time, and the digest of all if any did."""

    counts: KindCounts
    digest: bytes = b""
    first_at: datetime | None = None
    last_at: datetime | None = None


NO_POINTS = PointCounts(KindCounts())


@dataclass(slots=True)
class SeriesIds:
    """The ids of a tenant's series; one that is not there is added when it is first asked for."""

    connection: sa.Connection
    tenant_id: str
    known_cis: Container[str]
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


def write_points(
    series: SeriesIds, points: Iterable[MetricPoint], *, is_partial: bool
) -> PointCounts:
    """Write the points that differ, and return what that changed.

    Of two points of one series at the same instant the later one stays. What partial ones do not
    say is as before.
    """
    connection, written, digest = series.connection, 0, hashlib.sha256()
    write = _copy if connection.dialect.name == "postgresql" else _insert
    # Points mostly come in the order of time and are kept by series. Put down first and sorted
    # then, they fill page after page; one by one they would rewrite every page for every instant.
    _NEW_POINTS.create(connection)
    rows = (_row(series, point, digest, is_partial=is_partial) for point in points)
    while chunk := list(islice(rows, _CHUNK)):
        write(connection, chunk)
        written += len(chunk)
    if is_partial:
        _take_over_qualities(connection)
    found = _compared(connection, digest.digest()) if written else NO_POINTS
    if found.digest:
        names = [column.name for column in METRIC_POINTS.columns]
        put = upsert(METRIC_POINTS, connection.dialect)
        connection.execute(put.from_select(names, _sorted(connection.dialect)))
    _NEW_POINTS.drop(connection)
    return found


def _take_over_qualities(connection: sa.Connection) -> None:
    new, old = _NEW_POINTS.c, METRIC_POINTS.c
    there = sa.select(old.quality).where(
        old.series_id == new.series_id, old.measured_at == new.measured_at
    )
    quality = sa.func.coalesce(there.scalar_subquery(), QUALITY["good"])
    connection.execute(sa.update(_NEW_POINTS).where(new.quality.is_(None)).values(quality=quality))


def _compared(connection: sa.Connection, digest: bytes) -> PointCounts:
    """Return how the points that were put down compare with those that there are."""
    new, old = _NEW_POINTS.c, METRIC_POINTS.c
    is_its = sa.and_(new.series_id == old.series_id, new.measured_at == old.measured_at)
    differs = sa.or_(new.value != old.value, new.quality != old.quality)
    at = sa.type_coerce(new.measured_at, Instant)
    columns = (
        sa.func.count(),
        sa.func.count(old.series_id),
        sa.func.coalesce(sa.func.sum(sa.case((differs, 1), else_=0)), 0),
        sa.func.min(at),
        sa.func.max(at),
    )
    query = sa.select(*columns).select_from(_NEW_POINTS.outerjoin(METRIC_POINTS, is_its))
    count, there, changed, first_at, last_at = connection.execute(query).one()
    counts = KindCounts(added=count - there, changed=int(changed), unchanged=there - int(changed))
    has_news = counts.added or counts.changed
    return PointCounts(counts, digest if has_news else b"", first_at, last_at)


def _sorted(dialect: sa.Dialect) -> sa.Select[Any]:
    point = _NEW_POINTS.c
    columns = (point.series_id, point.measured_at, point.value, point.quality)
    ordered = sa.select(*columns).order_by(point.series_id, point.measured_at)
    if dialect.name == "postgresql":  # where one INSERT writes no row twice
        return ordered.ext(distinct_on(*columns[:2])).order_by(point.number.desc())
    # The condition keeps SQLite from reading ON CONFLICT as part of a join.
    return ordered.where(sa.true()).order_by(point.number)


def _insert(connection: sa.Connection, rows: list[_Row]) -> None:
    # Rows go to the driver as they are, which is three times as fast as executing the statement.
    connection.exec_driver_sql(str(_PUT_DOWN.compile(dialect=connection.dialect)), rows)


def _copy(connection: sa.Connection, rows: list[_Row]) -> None:
    cursor = connection.connection.cursor()
    with cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)


def _row(
    series: SeriesIds, point: MetricPoint, digest: "hashlib._Hash", *, is_partial: bool
) -> _Row:
    """Return the row of a point, with the id of its series.

    The ids differ between databases: what goes into the digest is what they stand for.
    """
    is_unsaid = is_partial and "quality" not in point.model_fields_set
    at, quality = to_microseconds(point.measured_at), None if is_unsaid else QUALITY[point.quality]
    measured = (at, point.value, quality)
    digest.update(f"{point.ci_id} {point.metric_name} {measured}".encode())
    return series.of(point), at, point.value, quality
