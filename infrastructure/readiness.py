"""Whether a server can do its work on its database, and what is under way there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from domain.errors import OpstrailError
from domain.services.leases import NOBODY
from domain.services.projections import CannotMove
from domain.services.readiness import UnderWay
from domain.views.database import Condition
from infrastructure.database.errors import DatabaseUnavailable, SchemaTooNew, path_of
from infrastructure.database.migrate import HEAD, revision_of
from infrastructure.doctor.examination import disk_room
from infrastructure.event_store.leases import SECONDS_LEFT
from infrastructure.event_store.tables import RUN_LEASES, RUN_SUMMARIES
from infrastructure.projections.generations import Status
from infrastructure.projections.projections import Projections

MOST_BEHIND: Final = 10_000
"""Events: a projection that lags more than this makes its readers wait."""
_CATCH_UP_SECONDS: Final = 0.3


class SqlReadiness:
    """See `domain.services.readiness.Readiness`."""

    def __init__(self, engine: sa.Engine, projections: Projections) -> None:
        self._engine, self._projections = engine, projections

    def conditions(self) -> Iterator[Condition]:
        """See `Readiness`."""
        try:
            with self._engine.connect() as connection:
                revision = str(revision_of(connection))
        except SchemaTooNew as error:
            revision = error.found
        yield Condition(name="database", found="reachable")
        wrong = None if revision == HEAD else f"this opstrail works with {HEAD}"
        yield Condition(name="schema", found=revision, problem=wrong)
        if wrong is None:
            yield from map(self._projection, self._projections.names)
        if self._engine.dialect.name == "sqlite":
            yield disk_room(Path(path_of(self._engine)))

    def _projection(self, name: str) -> Condition:
        """Return how far it is. It moves on when it is read, and where nobody reads, by this."""
        try:
            lag = self._projections.catch_up(name, seconds=_CATCH_UP_SECONDS)
        except CannotMove as error:
            lag = error.lag
        except (OpstrailError, DatabaseUnavailable) as error:
            found = type(error).__name__
            return Condition(name=f"projection {name}", found=found, problem="it cannot go on")
        wrong = None if lag <= MOST_BEHIND else f"more than {MOST_BEHIND} events behind"
        return Condition(name=f"projection {name}", found=f"{lag} behind", problem=wrong)

    def under_way(self) -> list[UnderWay]:
        """See `Readiness`."""
        left = SECONDS_LEFT[self._engine.dialect.name]
        held = sa.case((RUN_LEASES.c.owner == NOBODY, "set_down"), (left <= 0, "run_out"))
        lease = sa.func.coalesce(held, "held").label("lease")
        state = sa.func.coalesce(RUN_SUMMARIES.c.state, "none").label("state")
        of_run = sa.and_(
            RUN_SUMMARIES.c.tenant_id == RUN_LEASES.c.tenant_id,
            RUN_SUMMARIES.c.run_id == RUN_LEASES.c.stream_id,
        )
        counted = sa.select(state, lease, sa.func.count().label("count"))
        joined = RUN_LEASES.outerjoin(RUN_SUMMARIES, of_run)
        with self._engine.connect() as connection:
            rows = connection.execute(counted.select_from(joined).group_by(state, lease))
            return [UnderWay(*row) for row in rows]

    def lags(self) -> dict[str, int]:
        """See `Readiness`."""
        found = [
            each for name in self._projections.names for each in self._projections.statuses(name)
        ]
        return {each.name: each.lag for each in found if each.status == Status.LIVE}
