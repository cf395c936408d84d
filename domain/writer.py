"""The writer of one stream: the one road from a command to events on disk."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from domain.aggregate.aggregate import Aggregate, StreamEntry
from domain.aggregate.authorship import Authorship
from domain.aggregate.envelope import GENESIS, Actor, Envelope
from domain.aggregate.event import EventData
from domain.audit.chain import StreamSeal, head_after, next_head
from domain.errors import WrongExpectedVersion
from domain.large_results import LargeResults, read_stream
from domain.ports import (
    Append,
    Appended,
    Clock,
    EventStore,
    IdempotencyKey,
    Ids,
    LeaseTerm,
    StreamHead,
)
from domain.threads import in_thread
from domain.times import recorded_text

if TYPE_CHECKING:
    from domain.redaction.redaction import Redaction

__all__ = ["Authorship", "StreamWriter"]

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E", bound=EventData)


class StreamWriter(Generic[S, C, E]):
    """Decides commands on one aggregate, folds what happens, and appends it in order.

    Events gather until `flush` or `append`, which make them durable in one append. One writer
    writes one stream at a time; a second one is refused by the store (`Conflict`). After a failed
    append the events are kept, and a later one tries again.
    """

    def __init__(  # noqa: PLR0913 - the ports of a writer, and what it writes by
        self,
        aggregate: Aggregate[S, C, E],
        stream_id: str,
        authorship: Authorship,
        *,
        store: EventStore,
        clock: Clock,
        ids: Ids,
        lease: LeaseTerm | None = None,
        redaction: "Redaction | None" = None,
    ) -> None:
        """Start with a stream that has no history.

        The `lease` begins anew with each append; what `redaction` finds is never written.
        """
        self._aggregate, self.stream_id, self._authorship = aggregate, stream_id, authorship
        self._store, self._clock, self._ids = store, clock, ids
        self._lease, self._redaction = lease, redaction
        self._large_results = LargeResults(store.payloads, authorship.tenant_id)
        self._seal = StreamSeal(authorship.tenant_id, stream_id)
        self._turn = asyncio.Lock()
        self._begin()

    @property
    def tenant_id(self) -> str:
        """The tenant that the stream belongs to."""
        return self._authorship.tenant_id

    @property
    def state(self) -> S:
        """The state after all that was gathered."""
        return self._fold.value()

    @property
    def durable_version(self) -> int:
        """How many events of the stream are on disk, as far as this writer knows."""
        return self._durable.version

    @property
    def is_durable(self) -> bool:
        """Whether all that was gathered is on disk."""
        return not self._pending

    def _begin(self) -> None:
        self._fold = self._aggregate.folding(self.stream_id)
        self.version = 0
        self._durable = StreamHead()
        self._pending: list[Envelope] = []
        self._summary = self._aggregate.summary and self._aggregate.summary()
        self._last_event_id: str | None = None

    def continue_from(self, history: Sequence[StreamEntry[E]]) -> None:
        """Take up a stream that has a history; what is gathered next continues it exactly.

        Raises `WrongExpectedVersion` where the author saw another version.
        """
        self._authorship.require_seen(self.stream_id, len(history))
        hashes = [entry.envelope.content_hash for entry in history]
        self._durable = StreamHead(len(history), next_head(GENESIS, hashes))
        for entry in history:
            self._note(entry)

    def take_up(self) -> None:
        """Read what the store has, in place of what this writer knew.

        Raises what `read_stream` raises.
        """
        tenant_id = self._authorship.tenant_id
        history = read_stream(self._store, self._aggregate, tenant_id, self.stream_id)
        self._begin()
        self.continue_from(history)

    def handle(self, command: C, *, by: Actor | None = None) -> list[StreamEntry[E]]:
        """Return what happens, gathered for the next append; `by` is the actor, else the author.

        Positions are 0 until then. Raises `Refused`.
        """
        actor = by or self._authorship.actor
        return [self._take(event, actor) for event in self._aggregate.decide(self.state, command)]

    def commit(self, command: C) -> None:
        """Make durable what happens; when somebody else wrote meanwhile, decide on what is there.

        Raises what the aggregate's `decide` and `EventStore.append` raise.
        """
        while True:
            self.handle(command)
            try:
                self.append()
            except WrongExpectedVersion:
                self.take_up()
            else:
                return

    def report(self, event: E) -> E:
        """Take a fact from the engine, and return it as it is recorded.

        Raises `Refused` when it contradicts the history.
        """
        self._fold.check(event)
        return self._take(event, self._authorship.actor).event

    def append(self, key: IdempotencyKey | None = None) -> Appended | None:
        """Make the gathered events durable now, under the caller's key; None when there are none.

        Raises what `Payloads.put` and `EventStore.append` raise.
        """
        if not self._pending:
            return None
        request = self._request(key)
        self._large_results.put()
        appended = self._store.append(request)
        self._note_durable(request, appended.head)
        return appended

    def request(self) -> Append:
        """Return the append of what was gathered, for who makes it in a transaction of theirs."""
        return self._request()

    async def append_async(self, key: IdempotencyKey | None = None) -> Appended | None:
        """Do what `append` does, for a task: other tasks may go on meanwhile."""
        return await self._append_async(self._request(key)) if self._pending else None

    def go_on_as(self, authorship: Authorship) -> None:
        """Write what comes next in somebody else's name, of the same tenant."""
        self._authorship = authorship

    async def flush(self) -> None:
        """Make what was gathered so far durable, in one append.

        Raises what `Payloads.put` and `EventStore.append_async` raise.
        """
        gathered = self.version
        async with self._turn:
            # Another task may have written it meanwhile; what was gathered since can wait.
            if self._durable.version < gathered:
                await self._append_async(self._request())

    async def is_overtaken(self) -> bool:
        """Return whether somebody else has written to the stream since this writer last did."""
        async with self._turn:  # no append of its own is under way
            tenant_id = self._authorship.tenant_id
            return await in_thread(self._store.head, tenant_id, self.stream_id) != self._durable

    async def _append_async(self, request: Append) -> Appended:
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
        return appended

    def _note_durable(self, request: Append, head: StreamHead) -> None:
        del self._pending[: len(request.events)]
        self._durable = head

    def _take(self, event: E, actor: Actor) -> StreamEntry[E]:
        encode = self._aggregate.encode
        encoded = encode(event)
        if self._redaction is not None:
            event, encoded = self._redaction.recordable(event, encoded, encode)
        stored = self._large_results.taken_out(event)
        envelope = self._sealed(encoded if stored is event else encode(stored), actor)
        self._pending.append(envelope)
        entry = StreamEntry(0, envelope, event)
        self._note(entry)
        return entry

    def _note(self, entry: StreamEntry[E]) -> None:
        self._fold.add(entry.event)
        self.version += 1
        if self._summary is not None:
            self._summary.add(entry)
        self._last_event_id = entry.envelope.event_id

    def _sealed(self, stored: tuple[str, int, str], actor: Actor) -> Envelope:
        return self._seal.sealed(
            self.version + 1,
            self._ids.new(),
            stored,
            recorded_at=recorded_text(self._clock.now()),
            actor=actor,
            causation_id=self._last_event_id,
            traceparent=self._authorship.traceparent,
        )

    def _request(self, key: IdempotencyKey | None = None) -> Append:
        return Append(
            tenant_id=self._authorship.tenant_id,
            stream_id=self.stream_id,
            expected=self._durable,
            events=tuple(self._pending),
            summary=None if self._summary is None else self._summary.summary(),
            key=key,
            is_own=True,
            lease=self._lease,
        )
