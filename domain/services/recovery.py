"""Recovery: runs whose worker is lost are found, and taken over by this one."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from domain.errors import Conflict, CorruptLog, IllegalTransition
from domain.ports import Clock, RunViews, Workers
from domain.run.lifecycle import ACTIVE_STATES, RunState
from domain.run.summary import RunSummary
from domain.run_filter.filter import any_of, equal
from domain.services.runs import RunService
from domain.views.run import LostRun

LEASE: Final = timedelta(minutes=10)
"""A worker on another host is lost when it has recorded nothing for so long."""

NOBODY_YET: Final = timedelta(minutes=1)
"""A run that no worker began is lost when it has waited for so long."""

_WAITING: Final = frozenset({RunState.REQUESTED, RunState.RESUMED})
_UNDER_WAY: Final = any_of(*(equal("state", state) for state in sorted(ACTIVE_STATES | _WAITING)))
_MOST: Final = 1000


class Recovery:
    """Knows which runs are carried out by living workers, and takes over those that are not."""

    def __init__(
        self, service: RunService, views: RunViews, *, workers: Workers, clock: Clock
    ) -> None:
        self._service, self._views = service, views
        self._workers, self._clock = workers, clock

    def lost(self, tenant_id: str) -> list[LostRun]:
        """Return the lost runs, the oldest first; at most 1000."""
        if not self._views.count(tenant_id, _UNDER_WAY):
            return []  # as nearly always, and counting is the far cheaper question
        found = self._views.summaries(tenant_id, _UNDER_WAY, limit=_MOST).summaries
        return [_lost_run(summary) for summary in reversed(found) if self._is_lost(summary)]

    def take_over(
        self, tenant_id: str, lost: Sequence[LostRun], tell: Callable[[str], None]
    ) -> list[LostRun]:
        """Record that this worker goes on with the runs, and return those that it got.

        A run that another worker took first, or that has ended meanwhile, is left out; one whose
        record is damaged is, too, and that is told.
        """
        return [each for each in lost if self._takes_over(tenant_id, each, tell)]

    def _takes_over(self, tenant_id: str, lost: LostRun, tell: Callable[[str], None]) -> bool:
        try:
            self._service.take_over(tenant_id, lost.run, lost_worker=lost.worker)
        except (Conflict, IllegalTransition):
            return False
        except CorruptLog as error:
            tell(f"not recovered: {error}")
            return False
        return True

    def _is_lost(self, summary: RunSummary) -> bool:
        if summary.worker is None or summary.state in _WAITING:
            return self._quiet_for(summary) > NOBODY_YET
        return self._worker_of(summary) is None

    def _worker_of(self, summary: RunSummary) -> str | None:
        """Return the worker that carries the run out, as far as can be told; None when none does.

        A worker of another host is thought to live while its lease lasts.
        """
        if summary.worker is None:
            return None
        is_alive = self._workers.is_alive(summary.worker)
        if is_alive is None:
            is_alive = self._quiet_for(summary) <= LEASE
        return summary.worker if is_alive else None

    def _quiet_for(self, summary: RunSummary) -> timedelta:
        return self._clock.now() - datetime.fromisoformat(summary.updated_at)


def _lost_run(summary: RunSummary) -> LostRun:
    worker = None if summary.state in _WAITING else summary.worker
    return LostRun(
        run=summary.run_id,
        state=summary.state,
        question=summary.question,
        worker=worker,
        why=f"its worker {worker} is gone" if worker else "no worker ever began it",
    )
