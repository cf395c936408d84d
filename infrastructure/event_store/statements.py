"""The statements of an append on SQLite, as text for the driver.

They are compiled once, from the tables: SQLAlchemy's way of executing a statement takes several
times as long as SQLite's. Parameters go by place: a row of an INSERT in the order of its table's
columns, otherwise as the statement's comment says; SQLite binds names at half the speed.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from infrastructure.event_store.tables import (
    EVENTS,
    IDEMPOTENCY_KEYS,
    LOG_BATCHES,
    LOGS,
    RUN_SUMMARIES,
    STREAMS,
)

_NEVER_CHANGED = ("requested_at", "origin", "parent_run_id")
"""Columns of a summary: to set them would write their indexes anew with each append."""

_DIALECT = sqlite.dialect(paramstyle="qmark")


def _text(statement: sa.ClauseElement, *parameters: str) -> str:
    compiled = statement.compile(dialect=_DIALECT, column_keys=parameters or None)
    return str(compiled)


def _upsert_summary() -> sa.ClauseElement:
    insert = sqlite.insert(RUN_SUMMARIES)
    changed = {
        column.name: insert.excluded[column.name]
        for column in RUN_SUMMARIES.columns
        if not column.primary_key and column.name not in _NEVER_CHANGED
    }
    return insert.on_conflict_do_update(
        index_elements=RUN_SUMMARIES.primary_key.columns, set_=changed
    )


_THE_LOG = LOGS.c.log == sa.bindparam("the_log")
_THE_STREAM = (
    STREAMS.c.tenant_id == sa.bindparam("the_tenant"),
    STREAMS.c.stream_id == sa.bindparam("the_stream"),
)
_EXPECTED = (
    STREAMS.c.version == sa.bindparam("the_version"),
    STREAMS.c.head_hash == sa.bindparam("the_hash"),
)
_THE_KEY = (
    IDEMPOTENCY_KEYS.c.tenant_id == sa.bindparam("the_tenant"),
    IDEMPOTENCY_KEYS.c.key == sa.bindparam("the_key"),
)
_ANSWER = ("digest", "stream_id", "first_position", "last_position", "version", "head_hash")

SELECT_LOG = _text(sa.select(*LOGS.c["position", "log_hash"]).where(_THE_LOG))
# position, log hash; log
UPDATE_LOG = _text(sa.update(LOGS).where(_THE_LOG), "position", "log_hash")
# All but the last column, which has the database's own time.
INSERT_BATCH = _text(sa.insert(LOG_BATCHES), "log", "last_position", "first_position", "log_hash")
INSERT_EVENT = _text(sa.insert(EVENTS))
SELECT_STREAM = _text(sa.select(*STREAMS.c["version", "head_hash"]).where(*_THE_STREAM))
INSERT_STREAM = _text(sa.insert(STREAMS))
# version, head hash; tenant, stream, and the version and head hash that are expected
UPDATE_STREAM = _text(sa.update(STREAMS).where(*_THE_STREAM, *_EXPECTED), "version", "head_hash")
SELECT_KEY = _text(sa.select(*IDEMPOTENCY_KEYS.c[*_ANSWER]).where(*_THE_KEY))
INSERT_KEY = _text(sa.insert(IDEMPOTENCY_KEYS))
UPSERT_SUMMARY = _text(_upsert_summary())
