"""Building a projection anew beside the one that is read, and putting it in its place.

Killed at any instant, it leaves the live generation as it was; the next rebuild clears up first.
"""

from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa

from domain.errors import ForkedLog
from domain.views.projection import RebuildReport
from infrastructure.database.engine import begin_immediate
from infrastructure.projections import checkpoints
from infrastructure.projections.checkpoints import Checkpoint
from infrastructure.projections.equivalence import compare
from infrastructure.projections.generations import Status
from infrastructure.projections.parked_streams import forget_parked, parked_count
from infrastructure.projections.projection import Projection, View
from infrastructure.projections.runner import ProjectionRunner

_DELETED_AT_ONCE: Final = 5000


@dataclass(frozen=True, slots=True)
class Rebuild:
    """One rebuild of a projection."""

    engine: sa.Engine
    projection: Projection
    runner: ProjectionRunner

    def run(self, *, keep_old: bool, accept_differences: bool) -> RebuildReport:
        """Clear up, build, compare at the same position, and swap when nothing forbids it.

        Raises `ProjectionBusy`, `Fenced`, `CorruptLog`.
        """
        with self.engine.connect() as connection:
            known = checkpoints.generations(connection, self.projection.name)
        self._clear_up([each.generation for each in known if each.status is not Status.LIVE])
        report = self._build(accept_differences=accept_differences)
        if report.is_swapped and not keep_old:
            self._clear_up([report.live_generation])
        return report

    def _build(self, *, accept_differences: bool) -> RebuildReport:
        name = self.projection.name
        with begin_immediate(self.engine) as connection, connection.begin():
            live = checkpoints.live(connection, name) or checkpoints.begin(
                connection, name, status=Status.LIVE
            )
            begun = checkpoints.begin(connection, name, status=Status.BUILDING)
        with self.runner.holding(begun.generation) as empty:
            building = self.runner.advance(empty)
            # From here on the live one stands still, too.
            with self.runner.holding(live.generation) as held, self.runner.keeping(held, building):
                return self._compared(held, building, accept_differences=accept_differences)

    def _compared(
        self, live: Checkpoint, building: Checkpoint, *, accept_differences: bool
    ) -> RebuildReport:
        incomparable = None
        try:
            live = self.runner.advance(live, until=building.cursor.position)
            building = self.runner.advance(building, until=live.cursor.position)
        except ForkedLog as error:
            incomparable = str(error)
        report = self._report(live, building, incomparable=incomparable)
        if not report.is_equal and not accept_differences:
            return report
        return self._swapped(report, live, building)

    def _report(
        self, live: Checkpoint, building: Checkpoint, *, incomparable: str | None
    ) -> RebuildReport:
        old, new, found = live.generation, building.generation, None
        with self.engine.connect() as connection:
            if incomparable is None:
                found = compare(connection, self.projection.view, live=old, rebuilt=new)
            return RebuildReport(
                name=live.name,
                live_generation=old,
                rebuilt_generation=new,
                position=building.cursor.position,
                equivalence=found,
                incomparable=incomparable,
                live_parked_count=parked_count(connection, live),
                rebuilt_parked_count=parked_count(connection, building),
                is_swapped=False,
                is_equal=found is not None and not found.differing_count,
            )

    def _swapped(
        self, report: RebuildReport, live: Checkpoint, building: Checkpoint
    ) -> RebuildReport:
        with begin_immediate(self.engine) as connection, connection.begin():
            self.runner.settle(connection, live, Status.RETIRED)
            self.runner.settle(connection, building, Status.LIVE)
        return replace(report, is_swapped=True)

    def _clear_up(self, leftovers: list[int]) -> None:
        for generation in leftovers:
            with self.runner.holding(generation) as held:
                self._discard(held)

    def _discard(self, held: Checkpoint) -> None:
        while self._delete_some(self.projection.view, held.generation):
            pass
        with begin_immediate(self.engine) as connection, connection.begin():
            forget_parked(connection, held)
            checkpoints.forget(connection, held)

    def _delete_some(self, view: View, generation: int) -> int:
        key = sa.tuple_(*view.table.c[view.key])
        some = sa.select(*view.table.c[view.key]).where(view.of(generation))
        with begin_immediate(self.engine) as connection, connection.begin():
            delete = sa.delete(view.table).where(view.of(generation))
            return connection.execute(delete.where(key.in_(some.limit(_DELETED_AT_ONCE)))).rowcount
