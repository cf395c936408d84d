"""Reading the statistics of tools; see `domain.tools.statistics.ToolStatistics`."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa

from domain.errors import ForkedLog
from domain.figures import figure
from domain.services.projections import CannotMove
from domain.tools.statistics import BUCKET_BOUNDS_MS, MeasuredCalls, ToolHour
from infrastructure.projections.generations import CATCH_UP_SECONDS, live_generation
from infrastructure.projections.projections import Projections
from infrastructure.projections.tables import TOOL_STATISTICS
from infrastructure.projections.tool_statistics import ToolStatisticsProjection

KEPT_SECONDS: Final = 1.0
"""How long what was measured is at hand: each run ranks tools, and a server has many a second."""
TOLERATED_LAG: Final = 1000
"""An average over days does not change by the newest few runs, and catching up costs a commit."""

_NAME = ToolStatisticsProjection.name
_MICROSECONDS = 1000
_OF = TOOL_STATISTICS.c


class SqlToolStatistics:
    """Reads after catching up for at most a second: averages once there is enough, hours always.

    When the log is not the one that the statistics are of, or they may not be moved, it reads the
    statistics as they are: they only rank tools, and `opstrail projection list` shows what is
    wrong.
    """

    def __init__(
        self,
        engine: sa.Engine,
        projections: Projections,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is at hand yet; `monotonic` gives seconds."""
        self._engine, self._projections, self._monotonic = engine, projections, monotonic
        self._kept: dict[tuple[str, str], tuple[float, dict[str, MeasuredCalls]]] = {}

    def measured(self, tenant_id: str, *, since: datetime) -> dict[str, MeasuredCalls]:
        """See `ToolStatistics`."""
        sums = [sa.func.sum(_OF[name]) for name in ToolStatisticsProjection.view.values]
        query = sa.select(_OF.tool, *sums).where(_within(tenant_id, since)).group_by(_OF.tool)
        self._catch_up(TOLERATED_LAG)
        with self._engine.connect() as connection:
            found = {row[0]: _measured(*map(int, row[1:])) for row in connection.execute(query)}
        self._keep((tenant_id, _hour(since)), found)
        return found

    def at_hand(self, tenant_id: str, *, since: datetime) -> dict[str, MeasuredCalls] | None:
        """See `ToolStatistics`."""
        until, found = self._kept.get((tenant_id, _hour(since)), (0.0, None))
        return found if self._monotonic() < until else None

    def hours(self, tenant_id: str, *, since: datetime) -> list[ToolHour]:
        """See `ToolStatistics`."""
        query = sa.select(TOOL_STATISTICS).where(_within(tenant_id, since))
        order = (_OF.hour, _OF.tool, _OF.operation, _OF.bucket)
        self._catch_up(0)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(*order)).all()
        groups = groupby(rows, key=lambda row: (row.hour, row.tool, row.operation))
        return [_tool_hour(*key, list(group)) for key, group in groups]

    def _keep(self, of: tuple[str, str], found: dict[str, MeasuredCalls]) -> None:
        """Keep what was found, and what else is not too old: no more than is asked in a second."""
        now = self._monotonic()
        fresh = {key: kept for key, kept in self._kept.copy().items() if now < kept[0]}
        self._kept = {**fresh, of: (now + KEPT_SECONDS, found)}

    def _catch_up(self, tolerated_lag: int) -> None:
        with suppress(ForkedLog, CannotMove):
            self._projections.catch_up(
                _NAME, seconds=CATCH_UP_SECONDS, tolerated_lag=tolerated_lag
            )


def _within(tenant_id: str, since: datetime) -> sa.ColumnElement[bool]:
    is_live = _OF.generation == live_generation(_NAME)
    return sa.and_(is_live, _OF.tenant_id == tenant_id, _OF.hour >= _hour(since))


def _hour(since: datetime) -> str:
    return since.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _measured(calls: int, errors: int, total_us: int) -> MeasuredCalls:
    average_ms = figure(total_us / _MICROSECONDS / calls)
    return MeasuredCalls(average_ms=average_ms, success_rate=figure((calls - errors) / calls))


def _tool_hour(hour: str, tool: str, operation: str, rows: list[sa.Row[Any]]) -> ToolHour:
    histogram = [0] * (len(BUCKET_BOUNDS_MS) + 1)
    for row in rows:
        histogram[row.bucket] = row.call_count
    return ToolHour(
        hour=hour,
        tool=tool,
        operation=operation,
        call_count=sum(histogram),
        error_count=sum(row.error_count for row in rows),
        total_ms=sum(row.total_us for row in rows) / _MICROSECONDS,
        histogram=tuple(histogram),
    )
