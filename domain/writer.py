"""The writer of one run: the one road from a command to events on disk."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from domain.aggregate.envelope import GENESIS, Actor, Envelope
from domain.audit.chain import head_after, next_head, seal
from domain.large_results import LargeResults
from domain.ports import (
    Append,
    Appended,
    Clock,
    EventStore,
    IdempotencyKey,
    Ids,
    RunSummary,
    StreamHead,
)
from domain.run.codec import CODEC, HistoryEntry
from domain.run.commands import Command, ReportProgress
from domain.run.events import RunEvent
from domain.run.run import decide, evolve
from domain.run.state import Run
from domain.times import recorded_text
from domain.views.summary import SummaryFold


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who writes: the tenant, the actor, and the W3C trace context that the request came with."""

    tenant_id: str
    actor: Actor
    traceparent: str | None = None


class RunWriter:
    """Decides commands on one run, folds what happens, and appends it in order.

    Events gather until `flush`, which makes them durable in one append. One writer writes one run
    at a time; a second one is refused by the store (`Conflict`). After a failed flush the events
    are kept, and a later flush tries again.
    """

    def __init__(
        self, run_id: str, authorship: Authorship, *, store: EventStore, clock: Clock, ids: Ids
    ) -> None:
        """Start with a run that has no history."""
        self.run = Run(run_id=run_id)
        self._authorship = authorship
        self._store, self._clock, self._ids = store, clock, ids
        self._large_results = LargeResults(store.payloads, authorship.tenant_id)
        self._durable = StreamHead()
        self._pending: list[Envelope] = []
        self._fold = SummaryFold()
        self._last_event_id: str | None = None
        self._key: IdempotencyKey | None = None
        self._turn = asyncio.Lock()

    def continue_from(self, history: Sequence[HistoryEntry]) -> None:
        """Take up a run that has a history; what is gathered next continues it exactly."""
        hashes = [entry.envelope.content_hash for entry in history]
        self._durable = StreamHead(len(history), next_head(GENESIS, hashes))
        for entry in history:
            self._note(entry)

    def handle(self, command: Command, *, by: Actor | None = None) -> list[RunEvent]:
        """Return what happens, gathered for the next flush; `by` is the actor if not the writer's.

        Raises `Refused`.
        """
        events = decide(self.run, command)
        for event in events:
            self._take(event, by or self._authorship.actor)
        return events

    def report(self, event: RunEvent) -> None:
        """Take a fact from the runner. Raises `Refused` when it contradicts the history."""
        self.handle(ReportProgress(event))

    def use_key(self, key: IdempotencyKey) -> None:
        """Let the next append carry the caller's idempotency key."""
        self._key = key

    def append(self) -> Appended | None:
        """Make the gathered events durable now; None when there are none.

        Raises what `Payloads.put` and `EventStore.append` raise.
        """
        if not self._pending:
            return None
        request = self._request(self._pending, self._fold.summary())
        self._large_results.put()
        appended = self._store.append(request)
        self._note_durable(request, appended.head)
        return appended

    async def flush(self) -> None:
        """Make what was gathered so far durable, in one append with what other tasks report now.

        Raises what `Payloads.put` and `EventStore.append_async` raise.
        """
        gathered = self.run.version
        await asyncio.sleep(0)
        async with self._turn:
            # Another task may have written it meanwhile; what was gathered since can wait.
            if self._durable.version < gathered:
                await self._append_async(self._request(self._pending, self._fold.summary()))

    async def _append_async(self, request: Append) -> None:
        await self._large_results.put_async()
        try:
            appended = await self._store.append_async(request)
        except asyncio.CancelledError:
            # The append came to its end all the same, and whoever writes next must know to which.
            head = self._store.head(request.tenant_id, request.stream_id)
            if head == head_after(request):
                self._note_durable(request, head)
            raise
        self._note_durable(request, appended.head)

    def _note_durable(self, request: Append, head: StreamHead) -> None:
        del self._pending[: len(request.events)]
        self._durable, self._key = head, None

    def _take(self, event: RunEvent, actor: Actor) -> None:
        envelope = self._sealed(self._large_results.taken_out(event), actor)
        self._pending.append(envelope)
        self._note(HistoryEntry(0, envelope, event))

    def _note(self, entry: HistoryEntry) -> None:
        self.run = evolve(self.run, entry.event)
        self._fold.add(entry)
        self._last_event_id = entry.envelope.event_id

    def _sealed(self, event: RunEvent, actor: Actor) -> Envelope:
        stored_as, schema_version, data = CODEC.encode(event)
        return seal(
            Envelope(
                tenant_id=self._authorship.tenant_id,
                stream_id=self.run.run_id,
                version=self.run.version + 1,
                event_id=self._ids.new(),
                type=stored_as,
                schema_version=schema_version,
                recorded_at=recorded_text(self._clock.now()),
                actor=actor,
                correlation_id=self.run.run_id,
                causation_id=self._last_event_id,
                traceparent=self._authorship.traceparent,
                data=data,
                content_hash=b"",
            )
        )

    def _request(self, events: Sequence[Envelope], summary: RunSummary) -> Append:
        return Append(
            tenant_id=self._authorship.tenant_id,
            stream_id=self.run.run_id,
            expected=self._durable,
            events=tuple(events),
            summary=summary,
            key=self._key,
        )
