"""The reader: every read of runs, for every face.

The views over a history are in `domain.views`.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from domain.aggregate.envelope import RecordedEvent
from domain.errors import (
    AmbiguousRun,
    FalseLine,
    NotFound,
)
from domain.large_results import history_of
from domain.ports import Clock, FoundFailures, FoundRuns, Record, RunSearch, RunViews
from domain.run.aggregate import RUN
from domain.run.events import HistoryEntry
from domain.run.summary import RunSummary, summary_of
from domain.run_filter.filter import EVERY_RUN, NEEDS_ATTENTION, RunFilter, all_of, equal
from domain.services.moments import Moment, moment_of, version_at

if TYPE_CHECKING:
    from domain.run.groups import Grouping, RunGroup
    from domain.views.lineage import Lineage, Member
    from domain.views.record import RunProof

LATEST = "latest"
_PAGE = 1000


class RunReader:
    """Reads runs of one tenant at a time; a run of another tenant is not there."""

    def __init__(self, record: Record, views: RunViews, search: RunSearch, clock: Clock) -> None:
        """Keep where runs are; relative times such as -5m count back from the clock."""
        self.record, self._views, self._search, self._clock = record, views, search, clock

    def find(self, tenant_id: str, run: str, *, at: str | None = None) -> list[HistoryEntry]:
        """Return what happened to a run up to a moment (None is now), both as a person types them.

        Raises `NotAMoment`, and what `resolve` and `history` raise.
        """
        run_id, moment = self._found(tenant_id, run, at)
        return self.history(tenant_id, run_id, at=moment)

    def find_events(
        self, tenant_id: str, run: str, *, at: str | None = None
    ) -> list[RecordedEvent]:
        """Return the same events exactly as they are stored. Raises like `find`.

        Those of now come damaged or not, unchecked; `proof` says whether they are sound.
        """
        run_id, moment = self._found(tenant_id, run, at)
        if moment is not None:
            return self.events(tenant_id, run_id, at=moment)
        found = self.record.stored(tenant_id, run_id)
        if not found:
            raise NotFound(run_id)
        return found

    def resolve(self, tenant_id: str, text: str) -> str:
        """Return the id of the run that the text means.

        It is an id or its beginning, with `run-` or without, its end, or "latest". Raises
        `NotFound`, `AmbiguousRun`, `FalseLine` when the run list has lost the run of this id.
        """
        if text == LATEST:
            newest = self._views.summaries(tenant_id, EVERY_RUN, limit=1)
            found: Sequence[str] = [summary.run_id for summary in newest.summaries]
        else:
            found = self._views.matching(tenant_id, text)
        exact = [each for each in (text, RUN.prefix + text) if each in found]
        if exact or len(found) == 1:
            return (exact or found)[0]
        from domain.services.run_names import what_works, with_questions  # noqa: PLC0415 - for errors

        if not found:
            self._require_unlisted(tenant_id, text)
            known = self._views.summaries(tenant_id, EVERY_RUN, limit=_PAGE).summaries
            raise NotFound(text, works=what_works(text, known))
        runs = [self.summary(tenant_id, each) for each in found]
        raise AmbiguousRun(text, candidates=with_questions(runs))

    def summaries(
        self, tenant_id: str, where: RunFilter, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        """See `RunViews.summaries`."""
        return self._views.summaries(tenant_id, where, limit=limit, before=before)

    def failures(
        self, tenant_id: str, where: RunFilter, *, limit: int, since: str | None = None
    ) -> FoundFailures:
        """See `RunViews.failures`."""
        return self._views.failures(tenant_id, where, limit=limit, since=since)

    def groups(
        self, tenant_id: str, where: RunFilter, grouping: "Grouping", *, limit: int
    ) -> Sequence["RunGroup"]:
        """See `RunViews.groups`."""
        return self._views.groups(tenant_id, where, grouping, limit=limit)

    def search(
        self, tenant_id: str, text: str, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        """See `RunSearch.search`."""
        return self._search.search(tenant_id, text, limit=limit, before=before)

    def reading(
        self, tenant_id: str, items: Collection[str], *, limit: int, before: str | None = None
    ) -> FoundRuns:
        """See `RunSearch.reading`."""
        return self._search.reading(tenant_id, items, limit=limit, before=before)

    def summary(self, tenant_id: str, run_id: str) -> RunSummary:
        """Return the summary of a run. Raises `NotFound`."""
        summary = self._views.summary(tenant_id, run_id)
        if summary is None:
            raise NotFound(run_id)
        return summary

    def version(self, tenant_id: str, run_id: str) -> int:
        """Return how many events a run has; to ask for that costs little."""
        return self.record.head(tenant_id, run_id).version

    def events(
        self, tenant_id: str, run_id: str, *, at: Moment | None = None
    ) -> list[RecordedEvent]:
        """Return the events up to a moment (None = all), in order, exactly as they are stored.

        The whole run is checked whatever the moment. Raises `NotFound`, `NoSuchVersion`,
        `NotYetRequested`, `ChangedRecord`.
        """
        events = self.record.read(tenant_id, run_id)
        if not events:
            raise NotFound(run_id)
        return events if at is None else events[: version_at(at, events)]

    def history(
        self, tenant_id: str, run_id: str, *, at: Moment | None = None
    ) -> list[HistoryEntry]:
        """Return the decoded events up to a moment (None = all), large results filled in.

        Raises like `events`; see `domain.large_results.history_of`.
        """
        events = self.events(tenant_id, run_id)
        until = None if at is None else version_at(at, events)
        return history_of(events, self.record.payloads, until=until)

    def lineage(self, tenant_id: str, run_id: str, *, until: str | None = None) -> "Lineage":
        """Return the whole family of a run: the tree below the run that all come from.

        With `until`, it is as it was when something was recorded then. Raises `NotFound`,
        `CorruptLog`.
        """
        from domain.views import lineage  # noqa: PLC0415 - for few reads

        root = self._root(tenant_id, run_id)
        members: dict[str, Member] = {}
        waiting = [root]
        while waiting:
            member_id = waiting.pop()
            entries = self._entries(tenant_id, member_id)
            if until is not None:
                entries = [each for each in entries if each.envelope.recorded_at <= until]
            if not entries:
                continue
            # Not the lines of the run list: only what follows from the events was checked.
            members[member_id] = (summary_of(entries), entries)
            waiting += self._children(tenant_id, member_id) - members.keys()
        return lineage.Lineage(run_id, lineage.lineage(root, members.values()))

    def proof(self, tenant_id: str, run_id: str) -> "RunProof":
        """Recompute every hash of a run. Raises `CorruptLog`, and what `events` raises."""
        from domain.views.record import run_proof  # noqa: PLC0415 - for few reads

        recorded = self.events(tenant_id, run_id)
        return run_proof(recorded, history_of(recorded, self.record.payloads))

    def where(
        self,
        query: str | None,
        *,
        state: str | None = None,
        status: str | None = None,
        needs_attention: bool = False,
    ) -> RunFilter:
        """Return the filter for runs that fit all of these. Raises `FilterRefused`."""
        from domain.run_filter.parser import parse_filter  # noqa: PLC0415 - few reads have a query

        parts = [parse_filter(query, now=self._clock.now())] if query is not None else []
        words = {"state": state, "status": status}
        parts += [equal(name, word) for name, word in words.items() if word is not None]
        return all_of(*parts, *([NEEDS_ATTENTION] if needs_attention else []))

    def _require_unlisted(self, tenant_id: str, run_id: str) -> None:
        if run_id.startswith(RUN.prefix) and self.record.head(tenant_id, run_id).version:
            raise FalseLine(run_id, why="it has no line there any more")

    def _found(self, tenant_id: str, run: str, at: str | None) -> tuple[str, Moment | None]:
        moment = None if at is None else moment_of(at, now=self._clock.now())
        return self.resolve(tenant_id, run), moment

    def _entries(self, tenant_id: str, run_id: str) -> list[HistoryEntry]:
        return [RUN.read(event) for event in self.events(tenant_id, run_id)]

    def _root(self, tenant_id: str, run_id: str) -> str:
        """Return the first of a run's forebears; one that is not in this database is none."""
        seen = set[str]()
        while run_id not in seen:
            seen.add(run_id)
            parent_id = summary_of(self._entries(tenant_id, run_id)).parent_run_id
            if parent_id is None or not self.record.head(tenant_id, parent_id).version:
                break
            run_id = parent_id
        return run_id

    def _children(self, tenant_id: str, run_id: str) -> set[str]:
        found: list[str] = []
        where = equal("parent", run_id)
        while True:
            last = found[-1] if found else None
            page = self._views.summaries(tenant_id, where, limit=_PAGE, before=last).summaries
            found += [each.run_id for each in page]
            if len(page) < _PAGE:
                return {*found}
