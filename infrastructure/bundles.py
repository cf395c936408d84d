"""What bundles need of the database: the proof of runs that leave, an import in one piece."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS, RecordedEvent
from domain.audit.bundle import Bundle, EventIdTaken, LogBatch, Proof, RunDiffers
from domain.audit.bundle_contents import named_payloads
from domain.audit.chain import next_head
from domain.errors import CorruptLog
from domain.ports import Append, StreamHead
from domain.run.aggregate import RUN
from domain.run.summary import summarise
from domain.tenancy import of_all_tenants
from domain.views.bundle import ImportedRun
from infrastructure.event_store.tables import (
    BATCH_FIRST,
    BATCH_HASH,
    EVENTS,
    LOG_BATCHES,
    MAIN_LOG,
)
from infrastructure.event_store.whole import WholeAppend, whole_append
from infrastructure.log.marks import log_hash_at

_CHUNK: Final = 500
_BATCH = (
    sa.select(
        LOG_BATCHES.c.last_position,
        BATCH_FIRST.label("first_position"),
        BATCH_HASH.label("log_hash"),
    )
    .where(LOG_BATCHES.c.log == MAIN_LOG, LOG_BATCHES.c.last_position >= sa.bindparam("position"))
    .order_by(LOG_BATCHES.c.last_position)
    .limit(1)
)
_CONTENT_HASHES = (
    sa.select(EVENTS.c.content_hash)
    .where(EVENTS.c.position.between(sa.bindparam("first"), sa.bindparam("last")))
    .order_by(EVENTS.c.position)
)


class SqlBundleDatabase:
    """See `domain.services.bundles.BundleDatabase`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @of_all_tenants
    def proof_of(self, histories: Sequence[Sequence[RecordedEvent]]) -> Proof:
        """See `BundleDatabase`."""
        positions = {event.position for history in histories for event in history}
        with self._engine.connect() as connection:
            return _proof(connection, positions)

    @of_all_tenants
    def import_runs(self, bundle: Bundle) -> list[ImportedRun]:
        """See `BundleDatabase`."""
        tenant_id = bundle.manifest.tenant_id
        with whole_append(self._engine) as whole:
            requests = [
                request
                for history in bundle.histories.values()
                for request in _lacking(whole, tenant_id, history)
            ]
            _require_new_ids(whole.connection, requests)
            if requests:
                # Payloads of runs that are there already stay as they are: they may be erased.
                new_runs = [bundle.histories[request.stream_id] for request in requests]
                named = {each.digest for run in new_runs for each in named_payloads(run)}
                whole.put(tenant_id, [each for each in bundle.payloads if each.digest in named])
                whole.append(requests)
        new = {request.stream_id: len(request.events) for request in requests}
        return [
            ImportedRun(run.run_id, run.version, run.head_hash, new.get(run.run_id, 0))
            for run in bundle.manifest.runs
        ]


def _lacking(
    whole: WholeAppend, tenant_id: str, history: Sequence[RecordedEvent]
) -> Iterator[Append]:
    """Yield the request to append what the database lacks of a run, unless it has it all."""
    run_id = history[0].envelope.stream_id
    there = whole.read(tenant_id, run_id)
    for ours, theirs in zip(there, history, strict=False):
        if ours.envelope != theirs.envelope:
            raise RunDiffers(run_id, version=theirs.envelope.version)
    summary = summarise(RUN.read(event) for event in history)
    if summary is None or len(there) >= len(history):
        return
    hashes = [event.envelope.content_hash for event in there]
    yield Append(
        tenant_id=tenant_id,
        stream_id=run_id,
        expected=StreamHead(len(there), next_head(GENESIS, hashes)),
        events=tuple(event.envelope for event in history[len(there) :]),
        summary=summary,
    )


def _require_new_ids(connection: sa.Connection, requests: Sequence[Append]) -> None:
    """Raise `EventIdTaken`, which names the run of the bundle: the other may be anybody's."""
    runs = {event.event_id: request.stream_id for request in requests for event in request.events}
    ids = [*runs]
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        query = sa.select(EVENTS.c.event_id).where(EVENTS.c.event_id.in_(chunk)).limit(1)
        taken = connection.execute(query).scalar_one_or_none()
        if taken is not None:
            raise EventIdTaken(taken, run_id=runs[taken])


def _proof(connection: sa.Connection, positions: Iterable[int]) -> Proof:
    """Return the batches that the positions are in. Raises `CorruptLog` when one is missing."""
    batches = list[LogBatch]()
    for position in sorted(positions):
        if not batches or batches[-1].last_position < position:
            batches.append(_batch(connection, position))
    return Proof(log=MAIN_LOG, batches=tuple(batches))


def _batch(connection: sa.Connection, position: int) -> LogBatch:
    row = connection.execute(_BATCH, {"position": position}).one_or_none()
    if row is None or row.first_position > position:
        raise _corrupt(position, "it is in no batch")
    first, last = row.first_position, row.last_position
    hash_before = log_hash_at(connection, first - 1)
    if hash_before is None:
        raise _corrupt(first - 1, "no batch ends there")
    hashes = connection.execute(_CONTENT_HASHES, {"first": first, "last": last}).scalars()
    return LogBatch(
        first_position=first,
        last_position=last,
        log_hash_before=hash_before,
        log_hash_after=row.log_hash,
        content_hashes=tuple(hashes),
    )


def _corrupt(position: int, why: str) -> CorruptLog:
    return CorruptLog(f"log {MAIN_LOG} position {position}", why=why)
