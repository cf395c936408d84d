"""The reader: every read of runs, for every face.

The views over a history are in `domain.views`.
"""

from typing import TYPE_CHECKING

from domain.ports import (
    EventStore,
    FoundRuns,
    RunFilter,
    RunSearch,
    RunSummary,
    RunViews,
    StreamHead,
)
from domain.run.codec import CODEC, HistoryEntry
from domain.run.envelope import RecordedEvent
from domain.run.errors import AmbiguousRun, NoSuchVersion, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

LATEST = "latest"


class RunReader:
    """Reads runs of one tenant at a time; a run of another tenant is not there."""

    def __init__(self, store: EventStore, views: RunViews, search: RunSearch) -> None:
        """Keep where runs are."""
        self._store, self._views, self._search = store, views, search

    def resolve(self, tenant_id: str, text: str) -> str:
        """Return the id of the run that the text means.

        The text is an id, a part that begins or ends one, or "latest". Raises `NotFound`,
        `AmbiguousRun`.
        """
        if text == LATEST:
            newest = self._views.summaries(tenant_id, RunFilter(), limit=1)
            found: Sequence[str] = [summary.run_id for summary in newest]
        else:
            found = self._views.matching(tenant_id, text)
        if not found:
            raise NotFound(text)
        if len(found) > 1 and text not in found:
            raise AmbiguousRun(text, candidates=found)
        return text if text in found else found[0]

    def summaries(
        self, tenant_id: str, where: RunFilter, *, limit: int, before: str | None = None
    ) -> list[RunSummary]:
        """See `RunViews.summaries`."""
        return self._views.summaries(tenant_id, where, limit=limit, before=before)

    def search(self, tenant_id: str, text: str, *, limit: int) -> FoundRuns:
        """See `RunSearch.search`."""
        return self._search.search(tenant_id, text, limit=limit)

    def summary(self, tenant_id: str, run_id: str) -> RunSummary:
        """Return the summary of a run. Raises `NotFound`."""
        summary = self._views.summary(tenant_id, run_id)
        if summary is None:
            raise NotFound(run_id)
        return summary

    def head(self, tenant_id: str, run_id: str) -> StreamHead:
        """Return how far the run's history has come, with its hash."""
        return self._store.head(tenant_id, run_id)

    def events(self, tenant_id: str, run_id: str, *, at: int | None = None) -> list[RecordedEvent]:
        """Return the events up to version `at` (None = all), in order.

        Raises `NotFound`, `NoSuchVersion`, `CorruptLog`.
        """
        events = self._store.read(tenant_id, run_id)
        if not events:
            raise NotFound(run_id)
        if at is None:
            return events
        if not 1 <= at <= len(events):
            raise NoSuchVersion(run_id, asked=at, last=len(events))
        return events[:at]

    def history(self, tenant_id: str, run_id: str, *, at: int | None = None) -> list[HistoryEntry]:
        """Return the decoded events up to version `at` (None = all). Raises like `events`."""
        return [CODEC.read(recorded) for recorded in self.events(tenant_id, run_id, at=at)]
