"""The projections of a database: how far they are, catching up, and rebuilding."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from domain.services.projections import CannotMove, Fenced, ProjectionBusy, UnknownProjection
from domain.tenancy import of_all_tenants
from infrastructure.database.engine import begin_immediate
from infrastructure.database.errors import DatabaseBusy, DatabaseReadOnly
from infrastructure.log.subscriptions import head_position, require_same_log
from infrastructure.projections import checkpoints
from infrastructure.projections.generations import Status
from infrastructure.projections.run_calls import RunCallsProjection
from infrastructure.projections.run_items import RunItemsProjection
from infrastructure.projections.run_words import RunSearchProjection
from infrastructure.projections.tool_statistics import ToolStatisticsProjection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy as sa

    from domain.ports import Clock, Ids
    from domain.views.projection import ProjectionStatus, RebuildReport, RebuiltRunList
    from infrastructure.projections.checkpoints import Checkpoint
    from infrastructure.projections.projection import Projection
    from infrastructure.projections.runner import ProjectionRunner

CATALOGUE: Final[tuple[Projection, ...]] = (
    ToolStatisticsProjection(),
    RunSearchProjection(),
    RunCallsProjection(),
    RunItemsProjection(),
)
"""The projections that there are."""


class Projections:
    """The projections of one database. They catch up when somebody reads them, or calls this."""

    def __init__(
        self,
        engine: sa.Engine,
        *,
        clock: Clock,
        ids: Ids,
        catalogue: tuple[Projection, ...] = CATALOGUE,
        to_move: Callable[[], sa.Engine] | None = None,
    ) -> None:
        """Read where the engine reads, and move what `to_move` gives when there is something to.

        Without it, that is the same. It may raise `DatabaseReadOnly`.
        """
        self._engine, self._clock, self._ids = engine, clock, ids
        self._to_move = to_move or (lambda: engine)
        self._catalogue = {projection.name: projection for projection in catalogue}

    @property
    def names(self) -> list[str]:
        """The names of all projections."""
        return list(self._catalogue)

    @of_all_tenants
    def statuses(self, name: str) -> list[ProjectionStatus]:
        """Return how far each generation is, the oldest first. Raises `UnknownProjection`."""
        from infrastructure.projections.statuses import status_of

        self._projection(name)
        with self._engine.connect() as connection:
            found = checkpoints.generations(connection, name)
            return [status_of(connection, each) for each in found or [checkpoints.first(name)]]

    @of_all_tenants
    def catch_up(self, name: str, *, seconds: float = math.inf, tolerated_lag: int = 0) -> int:
        """Move the live generation to the end of the log; return how many events it lags behind.

        It stops when the time is over, does nothing while it lags by no more than is tolerated,
        and gives way to another process that is at it or keeps the database busy. Raises
        `UnknownProjection`, `ForkedLog`, `CorruptLog`, and `CannotMove`.
        """
        projection = self._projection(name)
        lag = self._lag(name)
        if lag <= tolerated_lag:
            return lag
        try:
            live = self._begun(projection)
            with self._held(projection, live.generation) as (runner, held):
                runner.advance(held, seconds=seconds)
        except (ProjectionBusy, Fenced, DatabaseBusy):
            pass
        except DatabaseReadOnly as error:
            raise CannotMove(name, lag=lag) from error
        return self._lag(name)

    def _lag(self, name: str) -> int:
        """Return by how many events the live generation lags behind the log that it has read."""
        with self._engine.connect() as connection:
            live = checkpoints.live(connection, name) or checkpoints.first(name)
            require_same_log(connection, live.cursor)
            return max(0, head_position(connection) - live.cursor.position)

    @of_all_tenants
    def rebuild(
        self, name: str, *, keep_old: bool = False, accept_differences: bool = False
    ) -> RebuildReport:
        """Build a projection anew; see `Rebuild.run`. Raises `UnknownProjection` as well."""
        from infrastructure.projections.rebuild import Rebuild

        projection = self._projection(name)
        rebuild = Rebuild(self._engine, projection, self._runner(projection))
        return rebuild.run(keep_old=keep_old, accept_differences=accept_differences)

    @of_all_tenants
    def rebuild_run_list(self) -> RebuiltRunList:
        """Write the line of every run again; see `run_list_rebuild.rebuild_run_list`."""
        from infrastructure.projections.run_list_rebuild import rebuild_run_list

        return rebuild_run_list(self._engine)

    @contextmanager
    def _held(
        self, projection: Projection, generation: int
    ) -> Iterator[tuple[ProjectionRunner, Checkpoint]]:
        runner = self._runner(projection)
        with runner.holding(generation) as held:
            yield runner, held

    def _begun(self, projection: Projection) -> Checkpoint:
        engine = self._to_move()
        with engine.connect() as connection:
            live = checkpoints.live(connection, projection.name)
        if live is not None:
            return live
        with begin_immediate(engine) as connection, connection.begin():
            return checkpoints.live(connection, projection.name) or checkpoints.begin(
                connection, projection.name, status=Status.LIVE
            )

    def _runner(self, projection: Projection) -> ProjectionRunner:
        from infrastructure.projections.runner import ProjectionRunner
        from infrastructure.workers import worker_id

        owner = f"{worker_id()} {self._ids.new()}"
        return ProjectionRunner(self._to_move(), projection, clock=self._clock, owner=owner)

    def _projection(self, name: str) -> Projection:
        if name not in self._catalogue:
            raise UnknownProjection(name, known=self.names)
        return self._catalogue[name]
