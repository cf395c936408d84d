"""Places between two batches of the log: where it ends, and the log hash at each."""

import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS
from domain.views.log import LOG_START, LogMark, log_mark
from infrastructure.event_store.tables import BATCH_HASH, LOG_BATCHES, LOG_POSITION, LOGS, MAIN_LOG

# Made once: to build a statement takes SQLAlchemy longer than the database takes to answer it.
_END = sa.select(LOG_POSITION, LOGS.c.log_hash).where(LOGS.c.log == MAIN_LOG)

_HASH_AT = sa.select(BATCH_HASH).where(
    LOG_BATCHES.c.log == MAIN_LOG, LOG_BATCHES.c.last_position == sa.bindparam("at")
)


def end_of_log(connection: sa.Connection) -> LogMark:
    """Return where the log ends."""
    row = connection.execute(_END).one_or_none()
    if row is None or not isinstance(row.log_hash, bytes):  # SQLite keeps any value anywhere
        return LOG_START
    return log_mark(*row)


def last_mark(connection: sa.Connection, position: int) -> LogMark:
    """Return the end of the last batch that ends at the position or before it."""
    query = (
        sa.select(LOG_BATCHES.c.last_position, BATCH_HASH)
        .where(LOG_BATCHES.c.log == MAIN_LOG, LOG_BATCHES.c.last_position <= position)
        .order_by(LOG_BATCHES.c.last_position.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return LOG_START if row is None else log_mark(*row)


def log_hash_at(connection: sa.Connection, position: int) -> bytes | None:
    """Return the log hash at the position, or None when no batch ends there."""
    if position == 0:
        return GENESIS
    return connection.execute(_HASH_AT, {"at": position}).scalar_one_or_none()
