"""Importing a bundle: what the database lacks of its runs, in one transaction."""

from collections.abc import Iterator, Sequence
from typing import Final

import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS, RecordedEvent
from domain.audit.bundle import Bundle, EventIdTaken, Proof, RunDiffers
from domain.audit.chain import next_head
from domain.ports import Append, StreamHead
from domain.run.codec import CODEC
from domain.run.errors import RunError
from domain.views.bundle import ImportedRun
from domain.views.summary import summarise
from infrastructure.bundles.bundle_proof import proof_of
from infrastructure.event_store.batch import BatchStore
from infrastructure.event_store.tables import EVENTS

_CHUNK: Final = 500


class SqlBundleDatabase:
    """See `domain.audit.bundle.BundleDatabase`."""

    def __init__(self, engine: sa.Engine, store: BatchStore) -> None:
        """Keep where runs are."""
        self._engine, self._store = engine, store

    def proof_of(self, histories: Sequence[Sequence[RecordedEvent]]) -> Proof:
        """See `BundleDatabase`."""
        positions = {event.position for history in histories for event in history}
        with self._engine.connect() as connection:
            return proof_of(connection, positions)

    def import_runs(self, bundle: Bundle) -> list[ImportedRun]:
        """See `BundleDatabase`."""
        tenant_id = bundle.manifest.tenant_id
        requests = [
            request
            for history in bundle.histories.values()
            for request in self._lacking(tenant_id, history)
        ]
        self._require_new_ids(requests)
        if requests:
            # Payloads first: an event names only what is there.
            self._store.payloads.put(tenant_id, bundle.payloads)
            for outcome in self._store.append_batch(requests):
                if isinstance(outcome, RunError):  # somebody else imported it just now
                    raise outcome
        new = {request.stream_id: len(request.events) for request in requests}
        return [
            ImportedRun(run.run_id, run.version, run.head_hash, new.get(run.run_id, 0))
            for run in bundle.manifest.runs
        ]

    def _lacking(self, tenant_id: str, history: Sequence[RecordedEvent]) -> Iterator[Append]:
        """Yield the request to append what the database lacks of a run, unless it has it all."""
        run_id = history[0].envelope.stream_id
        there = self._store.read(tenant_id, run_id)
        for ours, theirs in zip(there, history, strict=False):
            if ours.envelope != theirs.envelope:
                raise RunDiffers(run_id, version=theirs.envelope.version)
        summary = summarise(CODEC.read(event) for event in history)
        if summary is None or len(there) >= len(history):
            return
        yield Append(
            tenant_id=tenant_id,
            stream_id=run_id,
            expected=_head(there),
            events=tuple(event.envelope for event in history[len(there) :]),
            summary=summary,
        )

    def _require_new_ids(self, requests: Sequence[Append]) -> None:
        ids = [event.event_id for request in requests for event in request.events]
        with self._engine.connect() as connection:
            for start in range(0, len(ids), _CHUNK):
                chunk = ids[start : start + _CHUNK]
                query = sa.select(EVENTS.c.event_id, EVENTS.c.stream_id)
                taken = connection.execute(query.where(EVENTS.c.event_id.in_(chunk))).first()
                if taken is not None:
                    raise EventIdTaken(taken.event_id, stream_id=taken.stream_id)


def _head(events: Sequence[RecordedEvent]) -> StreamHead:
    hashes = [event.envelope.content_hash for event in events]
    return StreamHead(len(events), next_head(GENESIS, hashes))
