"""The writer of one bulk replay: decides, seals and appends, whoever else writes to it, too."""

from domain.aggregate.envelope import GENESIS, Actor, Envelope
from domain.audit.chain import next_head, seal
from domain.ports import Append, Clock, EventStore, Ids, StreamHead
from domain.replay.bulk.bulk_replay import BulkCommand, BulkReplay, decide, evolve, fold
from domain.replay.bulk.events import BulkReplayEvent
from domain.replay.bulk.streams import BULK_CODEC, read_entries
from domain.run.errors import WrongExpectedVersion
from domain.times import recorded_text
from domain.writer import Authorship


class BulkReplayWriter:
    """Writes one bulk replay; `replay` is how it stands as far as this writer knows."""

    def __init__(
        self, replay_id: str, by: Authorship, *, store: EventStore, clock: Clock, ids: Ids
    ) -> None:
        """Begin a new one, until an existing one is taken up."""
        self.replay = BulkReplay(replay_id=replay_id)
        self._by, self._store, self._clock, self._ids = by, store, clock, ids
        self._head = StreamHead()
        self._last_event_id: str | None = None

    def take_up(self) -> None:
        """Read what there is. Raises `NoSuchBulkReplay`, `CorruptLog`."""
        replay_id = self.replay.replay_id
        entries = read_entries(self._store, self._by.tenant_id, replay_id)
        hashes = [entry.envelope.content_hash for entry in entries]
        self._head = StreamHead(len(entries), next_head(GENESIS, hashes))
        self._last_event_id = entries[-1].envelope.event_id
        self.replay = fold(replay_id, (entry.event for entry in entries))

    def handle(self, command: BulkCommand, *, by: Actor | None = None) -> None:
        """Make durable what happens; `by` is the actor if not the writer's.

        When somebody else wrote meanwhile, it is decided again on what there is then. Raises what
        `decide` and `EventStore.append` raise.
        """
        while True:
            event = decide(self.replay, command)
            envelope = self._sealed(event, by or self._by.actor)
            try:
                self._append(envelope)
            except WrongExpectedVersion:
                self.take_up()
                continue
            self.replay = evolve(self.replay, event)
            return

    def _append(self, envelope: Envelope) -> None:
        request = Append(
            tenant_id=envelope.tenant_id,
            stream_id=envelope.stream_id,
            expected=self._head,
            events=(envelope,),
            summary=None,
        )
        self._head = self._store.append(request).head
        self._last_event_id = envelope.event_id

    def _sealed(self, event: BulkReplayEvent, actor: Actor) -> Envelope:
        stored_as, schema_version, data = BULK_CODEC.encode(event)
        return seal(
            Envelope(
                tenant_id=self._by.tenant_id,
                stream_id=self.replay.replay_id,
                version=self.replay.version + 1,
                event_id=self._ids.new(),
                type=stored_as,
                schema_version=schema_version,
                recorded_at=recorded_text(self._clock.now()),
                actor=actor,
                correlation_id=self.replay.replay_id,
                causation_id=self._last_event_id,
                traceparent=self._by.traceparent,
                data=data,
                content_hash=b"",
            )
        )
