"""The event store in memory, with payloads and run list: for tests, or to embed without a disk."""

import threading
from collections.abc import Collection, Sequence
from functools import partial

from msgspec import structs

from domain.aggregate.envelope import RecordedEvent
from domain.audit.stream_check import verify_next, verify_stream
from domain.errors import CorruptLog, NotFound, OpstrailError
from domain.payloads import Payload
from domain.ports import Append, Appended, FoundFailures, FoundRuns, IdempotencyKey, StreamHead
from domain.run.aggregate import RUN
from domain.run.failures import grouped
from domain.run.groups import Grouping, RunGroup
from domain.run.summary import RunSummary, age
from domain.run_filter.filter import RunFilter
from domain.views.failures import attempts_in, failures_in
from domain.views.run_groups import groups_of
from domain.views.run_list import fitting
from infrastructure.event_store.batch import (
    Outcome,
    answer,
    outcome,
    require_expected,
    require_free,
    require_same_content,
    sound_only,
)
from infrastructure.event_store.memory_leases import MemoryLeases
from infrastructure.event_store.tables import MAIN_LOG

_MATCHES = 10


class MemoryEventStore:
    """Forgets with its process; see `EventStore`, `RunViews` and `StreamIds`."""

    def __init__(self) -> None:
        self.payloads, self.leases = MemoryPayloads(), MemoryLeases()
        self._lock = threading.Lock()
        self._log: list[RecordedEvent] = []
        self._event_ids: set[str] = set()
        self._streams: dict[tuple[str, str], list[RecordedEvent]] = {}
        self._heads: dict[tuple[str, str], StreamHead] = {}
        self._answers: dict[tuple[str, str], tuple[IdempotencyKey, Appended]] = {}
        self._summaries: dict[tuple[str, str], RunSummary] = {}

    def append(self, request: Append) -> Appended:
        """See `EventStore`."""
        return answer(self.append_batch([request])[0])

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""

    async def append_async(self, request: Append) -> Appended:
        """See `EventStore`."""
        return self.append(request)

    def append_batch(self, requests: Sequence[Append]) -> list[Outcome]:
        """See `BatchStore`."""
        with self._lock:
            return sound_only(requests, lambda sound: [*map(self._outcome, sound)])

    def head(self, tenant_id: str, stream_id: str) -> StreamHead:
        """See `EventStore`."""
        with self._lock:
            return self._heads.get((tenant_id, stream_id), StreamHead())

    def read(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        """See `EventStore`."""
        stream = (tenant_id, stream_id)
        with self._lock:
            events = list(self._streams.get(stream, ()))
            head = self._heads.get(stream, StreamHead())
        verify_stream(events, head=head.head_hash)
        return events

    def read_on(self, tenant_id: str, stream_id: str, known: StreamHead) -> list[RecordedEvent]:
        """See `Record`."""
        stream = (tenant_id, stream_id)
        with self._lock:
            events = self._streams.get(stream, [])[known.version :]
            head = self._heads.get(stream, StreamHead())
        verify_next(events, known, head=head)
        return events

    def stored(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        """See `Record`."""
        with self._lock:
            return list(self._streams.get((tenant_id, stream_id), ()))

    def read_log(self, *, after: int = 0, limit: int = 1000) -> list[RecordedEvent]:
        """See `EventStore`."""
        with self._lock:
            return self._log[after : after + limit]

    def summary(self, tenant_id: str, run_id: str) -> RunSummary | None:
        """See `RunViews`."""
        with self._lock:
            return self._summaries.get((tenant_id, run_id))

    def summaries(
        self, tenant_id: str, where: RunFilter, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        """See `RunViews`."""
        found = self._fitting(tenant_id, where)
        if before is not None:
            last = self.summary(tenant_id, before)
            if last is None:
                raise NotFound(before)
            found = [summary for summary in found if age(summary) < age(last)]
        return FoundRuns(found[:limit])

    def count(self, tenant_id: str, where: RunFilter) -> int:
        """See `RunViews`."""
        return len(self._fitting(tenant_id, where))

    def failures(
        self, tenant_id: str, where: RunFilter, *, limit: int, since: str | None = None
    ) -> FoundFailures:
        """See `RunViews`."""
        fit = self._fitting(tenant_id, where)
        seen = [(run, [*map(RUN.read, self.read(tenant_id, run.run_id))]) for run in fit]
        attempts_of = partial(attempts_in, seen)
        return FoundFailures(grouped(failures_in(seen), attempts_of, limit=limit, since=since))

    def groups(
        self, tenant_id: str, where: RunFilter, grouping: Grouping, *, limit: int
    ) -> list[RunGroup]:
        """See `RunViews`."""
        return groups_of(self._fitting(tenant_id, where), grouping, limit=limit)

    def matching(self, tenant_id: str, prefix: str) -> list[str]:
        """See `RunViews`."""
        text = prefix.lower()
        begun, ids = (text, RUN.prefix + text), [run.run_id for run in self._of_tenant(tenant_id)]
        found = [each for each in ids if each.startswith(begun) or each.endswith(text)]
        return sorted(found)[:_MATCHES]

    def stream_ids(self, tenant_id: str, prefix: str) -> list[str]:
        """See `StreamIds`."""
        with self._lock:
            streams = list(self._heads)
        found = [each for tenant, each in streams if tenant == tenant_id]
        return sorted((each for each in found if each.startswith(prefix)), reverse=True)

    def _outcome(self, request: Append) -> Outcome:
        try:
            return self._earlier(request) or self._append(request)
        except OpstrailError as refused:
            return refused

    def _earlier(self, request: Append) -> Appended | None:
        if request.key is None:
            return None
        seen = self._answers.get((request.tenant_id, request.key.key))
        if seen is None:
            return None
        key, appended = seen
        require_same_content(request.key, digest=key.digest, stream_id=appended.stream_id)
        return structs.replace(appended, is_repeat=True)

    def _append(self, request: Append) -> Appended:
        stream = (request.tenant_id, request.stream_id)
        require_expected(request, actual=self._heads.get(stream, StreamHead()))
        require_free(request, self.leases.lease_of(request))
        event_ids = [envelope.event_id for envelope in request.events]
        self._require_new(event_ids, stream_id=request.stream_id)
        appended = outcome(request, last_position=len(self._log))
        recorded = [
            RecordedEvent(MAIN_LOG, position, envelope)
            for position, envelope in enumerate(request.events, start=appended.first_position)
        ]
        self._log.extend(recorded)
        self._event_ids.update(event_ids)
        self._streams.setdefault(stream, []).extend(recorded)
        self._heads[stream] = appended.head
        if request.summary is not None:
            self._summaries[request.tenant_id, request.summary.run_id] = request.summary
        self.leases.move(request)
        if request.key:
            self._answers[request.tenant_id, request.key.key] = (request.key, appended)
        return appended

    def _require_new(self, event_ids: list[str], *, stream_id: str) -> None:
        used = self._event_ids.intersection(event_ids)
        if used or len(set(event_ids)) < len(event_ids):
            raise CorruptLog(stream_id, why="an event id is used once")

    def _of_tenant(self, tenant_id: str) -> list[RunSummary]:
        with self._lock:
            everybody = list(self._summaries.values())
        return [summary for summary in everybody if summary.tenant_id == tenant_id]

    def _fitting(self, tenant_id: str, where: RunFilter) -> list[RunSummary]:
        """Return the runs that the filter fits, newest first."""
        return fitting(
            self._of_tenant(tenant_id),
            where,
            history_of=lambda run_id: map(RUN.read, self.read(tenant_id, run_id)),
        )


class MemoryPayloads:
    """Forgets with its process; see `domain.payloads.Payloads`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._contents: dict[tuple[str, bytes], bytes] = {}

    def put(self, tenant_id: str, payloads: Sequence[Payload]) -> None:
        """See `Payloads`."""
        with self._lock:
            for payload in payloads:
                self._contents.setdefault((tenant_id, payload.digest), payload.content)

    def get(self, tenant_id: str, digests: Collection[bytes]) -> dict[bytes, bytes]:
        """See `Payloads`."""
        with self._lock:
            return {
                digest: self._contents[tenant_id, digest]
                for digest in digests
                if (tenant_id, digest) in self._contents
            }
