"""The verification of everything that the event store holds, against the hash chain."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from domain.audit.chain import content_hash, next_head, next_log_hash
from domain.ports import StreamHead
from domain.run.envelope import GENESIS, RecordedEvent
from infrastructure.event_store.rows import to_event
from infrastructure.event_store.tables import EVENTS, LOG_BATCHES, LOGS, MAIN_LOG, STREAMS

_CHUNK = 1000
_ENDED_BATCH = sa.and_(
    LOG_BATCHES.c.log == EVENTS.c.log, LOG_BATCHES.c.last_position == EVENTS.c.position
)
# Each event, and the batch that it is the last of.
_EVENTS_AND_BATCHES = (
    sa.select(
        EVENTS,
        LOG_BATCHES.c.first_position.label("batch_first_position"),
        LOG_BATCHES.c.log_hash.label("batch_log_hash"),
    )
    .join_from(EVENTS, LOG_BATCHES, _ENDED_BATCH, isouter=True)
    .order_by(EVENTS.c.position)
)


def find_problems(connection: sa.Connection) -> Iterator[str]:
    """Yield what contradicts itself in the log, its batches and its streams.

    Checked are: positions and versions without gaps, each content hash, the head of each stream,
    the log hash of each batch, and the head of the log. Holds the head of every stream in memory.
    """
    progress = _Progress()
    for row in connection.execute(_EVENTS_AND_BATCHES, execution_options={"yield_per": _CHUNK}):
        yield from _event_problems(progress, to_event(row))
        if row.batch_log_hash is not None:
            yield from _batch_problems(progress, row)
    yield from _log_problems(progress, connection)
    yield from _stream_problems(progress, connection)


@dataclass(slots=True)
class _Progress:
    """What the events read so far add up to."""

    position: int = 0
    log_hash: bytes = GENESIS
    batch_count: int = 0
    batch_hashes: list[bytes] = field(default_factory=list)
    heads: dict[tuple[str, str], StreamHead] = field(default_factory=dict)


def _event_problems(progress: _Progress, event: RecordedEvent) -> Iterator[str]:
    envelope = event.envelope
    where = f"position {event.position} ({envelope.stream_id} version {envelope.version})"
    if event.log != MAIN_LOG:
        yield f"{where}: it names another log, {event.log!r}"
    if event.position != progress.position + 1:
        yield f"{where}: position {progress.position + 1} is missing before it"
    stream = (envelope.tenant_id, envelope.stream_id)
    head = progress.heads.get(stream, StreamHead())
    if envelope.version != head.version + 1:
        yield f"{where}: version {head.version + 1} of its stream is missing before it"
    if content_hash(envelope) != envelope.content_hash:
        yield f"{where}: the content does not fit its hash"
    progress.position = event.position
    progress.batch_hashes.append(envelope.content_hash)
    progress.heads[stream] = StreamHead(
        envelope.version, next_head(head.head_hash, [envelope.content_hash])
    )


def _batch_problems(progress: _Progress, row: sa.Row[Any]) -> Iterator[str]:
    where = f"batch {row.batch_first_position} to {row.position}"
    if row.position - row.batch_first_position + 1 != len(progress.batch_hashes):
        yield f"{where}: it does not follow the batch before it"
    if next_log_hash(progress.log_hash, progress.batch_hashes) != row.batch_log_hash:
        yield f"{where}: its events do not add up to its log hash"
    progress.log_hash = row.batch_log_hash
    progress.batch_count += 1
    progress.batch_hashes = []


def _log_problems(progress: _Progress, connection: sa.Connection) -> Iterator[str]:
    if progress.batch_hashes:
        yield f"position {progress.position}: the last events belong to no batch"
    batch_count = _count(connection, LOG_BATCHES)
    if batch_count != progress.batch_count:
        yield f"{batch_count - progress.batch_count} batches do not end at an event"
    found = [(log.position, log.log_hash) for log in connection.execute(sa.select(LOGS))]
    if found != [(progress.position, progress.log_hash)]:
        yield f"the head of the log is not that of its last event, at position {progress.position}"


def _stream_problems(progress: _Progress, connection: sa.Connection) -> Iterator[str]:
    remaining = dict(progress.heads)
    for row in connection.execute(sa.select(STREAMS)):
        head = remaining.pop((row.tenant_id, row.stream_id), StreamHead())
        if head != StreamHead(row.version, row.head_hash):
            yield f"{row.stream_id}: its events do not add up to its head, version {row.version}"
    for _, stream_id in remaining:
        yield f"{stream_id}: its events are there, but the stream is not"


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
