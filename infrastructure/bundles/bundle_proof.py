"""The batches of the log that the events of runs are in."""

from collections.abc import Iterable

import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS
from domain.audit.bundle import LogBatch, Proof
from domain.errors import CorruptLog
from infrastructure.event_store.tables import EVENTS, LOG_BATCHES, MAIN_LOG

_BATCH = (
    sa.select(LOG_BATCHES)
    .where(LOG_BATCHES.c.log == MAIN_LOG, LOG_BATCHES.c.last_position >= sa.bindparam("position"))
    .order_by(LOG_BATCHES.c.last_position)
    .limit(1)
)
_HASH_AT = sa.select(LOG_BATCHES.c.log_hash).where(
    LOG_BATCHES.c.log == MAIN_LOG, LOG_BATCHES.c.last_position == sa.bindparam("position")
)
_CONTENT_HASHES = (
    sa.select(EVENTS.c.content_hash)
    .where(EVENTS.c.position.between(sa.bindparam("first"), sa.bindparam("last")))
    .order_by(EVENTS.c.position)
)


def proof_of(connection: sa.Connection, positions: Iterable[int]) -> Proof:
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
    hashes = connection.execute(_CONTENT_HASHES, {"first": first, "last": last}).scalars()
    return LogBatch(
        first_position=first,
        last_position=last,
        log_hash_before=_hash_at(connection, first - 1),
        log_hash_after=row.log_hash,
        content_hashes=tuple(hashes),
    )


def _hash_at(connection: sa.Connection, position: int) -> bytes:
    if position == 0:
        return GENESIS
    found = connection.execute(_HASH_AT, {"position": position}).scalar_one_or_none()
    if found is None:
        raise _corrupt(position, "no batch ends there")
    return bytes(found)


def _corrupt(position: int, why: str) -> CorruptLog:
    return CorruptLog(f"log {MAIN_LOG} position {position}", why=why)
