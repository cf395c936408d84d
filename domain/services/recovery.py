"""Recovery: runs whose worker is lost are found, and taken over by this one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.errors import Conflict, IllegalTransition
from domain.ports import Clock, RunViews, Workers
from domain.run.lifecycle import ACTIVE_STATES, RunState
from domain.run.summary import RunSummary
from domain.run_filter.filter import any_of, equal
from domain.services.runs import RunService

LEASE: Final = timedelta(minutes=10)
"""A worker on another host is lost when it has recorded nothing for so long."""

NOBODY_YET: Final = timedelta(minutes=1)
"""A run that no worker began is lost when it has waited for so long."""

_WAITING: Final = frozenset({RunState.REQUESTED, RunState.RESUMED})
_UNDER_WAY: Final = any_of(*(equal("state", state) for state in sorted(ACTIVE_STATES | _WAITING)))
_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class LostRun:
    """A run whose worker is lost; `worker` is None when none had begun."""

    summary: RunSummary
    worker: str | None

    @property
    def why(self) -> str:
        """Why the run counts as lost."""
        return f"its worker {self.worker} is gone" if self.worker else "no worker ever began it"


class Recovery:
    """Finds the lost runs of a tenant and takes them over."""

    def __init__(
        self, service: RunService, views: RunViews, *, workers: Workers, clock: Clock
    ) -> None:
        """Keep what is needed to find them."""
        self._service, self._views = service, views
        self._workers, self._clock = workers, clock

    def lost(self, tenant_id: str) -> list[LostRun]:
        """Return the lost runs, the oldest first; at most 1000."""
        found = self._views.summaries(tenant_id, _UNDER_WAY, limit=_MOST).summaries
        return [
            LostRun(summary, None if summary.state in _WAITING else summary.worker)
            for summary in reversed(found)
            if self._is_lost(summary)
        ]

    def take_over(self, lost: Sequence[LostRun]) -> list[LostRun]:
        """Record that this worker goes on with the runs, and return those that it got.

        A run that another worker took first, or that has ended meanwhile, is left out.
        """
        return [each for each in lost if self._takes_over(each)]

    def _takes_over(self, lost: LostRun) -> bool:
        summary = lost.summary
        try:
            self._service.take_over(summary.tenant_id, summary.run_id, lost_worker=lost.worker)
        except (Conflict, IllegalTransition):
            return False
        return True

    def _is_lost(self, summary: RunSummary) -> bool:
        quiet_for = self._clock.now() - datetime.fromisoformat(summary.updated_at)
        if summary.worker is None or summary.state in _WAITING:
            return quiet_for > NOBODY_YET
        is_alive = self._workers.is_alive(summary.worker)
        return quiet_for > LEASE if is_alive is None else not is_alive
