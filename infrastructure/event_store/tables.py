"""The tables of the event store. Triggers keep events append-only: see migration 0001."""

from typing import Any

import sqlalchemy as sa

from infrastructure.database.metadata import (
    METADATA,
    NUMBERED_ID,
    keys,
    optional,
    partial_index,
    required,
    stamp,
)

MAIN_LOG = "main"
"""The log that a single database has."""

LOGS = sa.Table(
    "logs",
    METADATA,
    *keys("log"),
    *required(sa.BigInteger, "position"),
    *required(sa.LargeBinary, "log_hash"),
)
"""How far each log has come. A writer locks its log's row first: commits keep the order."""

LOG_BATCHES = sa.Table(
    "log_batches",
    METADATA,
    *keys("log"),
    sa.Column("last_position", sa.BigInteger, primary_key=True),
    *required(sa.BigInteger, "first_position"),
    *required(sa.LargeBinary, "log_hash"),
    # A second witness beside `recorded_at` of the events.
    stamp("committed_at"),
)
"""Which events were committed together; the log hash grows by one step per batch."""

STREAMS = sa.Table(
    "streams",
    METADATA,
    *keys("tenant_id", "stream_id"),
    *required(sa.BigInteger, "version"),
    *required(sa.LargeBinary, "head_hash"),
)
"""The head of each stream."""

IS_RUN = sa.literal_column("substr(stream_id, 1, 4)") == sa.literal_column("'run-'")
"""Which streams are runs; see `domain.run.aggregate`."""

IS_BESIDE_RUNS = sa.literal_column("substr(stream_id, 1, 4)").not_in(
    [sa.literal_column("'run-'"), sa.literal_column("'oper'")]
)
# Streams of other kinds are few: this index is small, and the run list has its own. Each process
# has one of the operator log, which nobody looks for by its name.
partial_index(
    "streams_beside_runs", STREAMS.c.tenant_id, STREAMS.c.stream_id, where=IS_BESIDE_RUNS
)

EVENTS = sa.Table(
    "events",
    METADATA,
    sa.Column("position", NUMBERED_ID, primary_key=True, autoincrement=False),
    *required(sa.Text, "log", "tenant_id", "stream_id"),
    *required(sa.BigInteger, "version"),
    *required(sa.Text, "event_id", "type"),
    *required(sa.Integer, "schema_version"),
    # The time is text and not a timestamp: exactly what was hashed.
    *required(sa.Text, "recorded_at", "actor_kind", "actor_id", "correlation_id"),
    *optional(sa.Text, "causation_id", "traceparent"),
    *required(sa.Text, "data"),
    *required(sa.LargeBinary, "content_hash"),
    sa.UniqueConstraint("tenant_id", "stream_id", "version", name="events_version"),
    sa.UniqueConstraint("event_id", name="events_event_id"),
)
"""The events, in order of position; see `domain.aggregate.envelope.Envelope`."""

EVENT_JSON: dict[str, sa.ColumnElement[Any]] = {
    "sqlite": EVENTS.c.data,
    "postgresql": sa.literal_column("CAST(events.data AS json)"),
}
"""The data of events as JSON, by dialect."""

IS_ENTRY = EVENTS.c.type == sa.literal_column("'operator-acted'")
"""Which events are entries of the operator log; see `domain.operator_log`."""
partial_index("events_of_operators", EVENTS.c.tenant_id, EVENTS.c.position, where=IS_ENTRY)

_LANDMARKS = (
    *("asset-published", "asset-retired", "asset-rolled-back", "estate-imported"),
    *("estate-removed", "golden-pinned", "golden-unpinned", "run-recovered"),
)
_HAS_BEGUN = EVENTS.c.version == sa.literal_column("1")
# No IN: SQLite makes a table of a list for each event that is written.
IS_LANDMARK = sa.or_(
    *(EVENTS.c.type == sa.literal_column(f"'{each}'") for each in _LANDMARKS),
    sa.and_(_HAS_BEGUN, IS_ENTRY),
)
"""Which events people find their way in the log by; see `domain.ports.Landmarks`."""
partial_index("events_of_landmarks", EVENTS.c.tenant_id, EVENTS.c.recorded_at, where=IS_LANDMARK)

IDEMPOTENCY_KEYS = sa.Table(
    "idempotency_keys",
    METADATA,
    *keys("tenant_id", "key"),
    *required(sa.LargeBinary, "digest"),
    *required(sa.Text, "stream_id"),
    *required(sa.BigInteger, "first_position", "last_position", "version"),
    *required(sa.LargeBinary, "head_hash"),
)
"""The answers to the appends that came with a key, for when they come again."""

RUN_SUMMARIES = sa.Table(
    "run_summaries",
    METADATA,
    *keys("tenant_id", "run_id"),
    *required(sa.BigInteger, "version"),
    *required(sa.Text, "state"),
    *optional(sa.Text, "status", "route", "planner"),
    *required(sa.Text, "question", "actor_kind", "actor_id", "requested_at", "updated_at"),
    *optional(sa.Text, "ended_at"),
    *optional(sa.BigInteger, "duration_ms"),
    *required(sa.Integer, "call_count", "failed_call_count"),
    *optional(sa.Text, "error_code", "error", "fingerprint", "worker"),
    sa.Column("origin", sa.Text, nullable=False, server_default="new"),
    *optional(sa.Text, "parent_run_id", "golden", "flag"),
    sa.Column("waited_ms", sa.BigInteger, nullable=False, server_default="0"),
    # Shows that the line is the one that was written: see `infrastructure.event_store.line_seal`.
    *optional(sa.LargeBinary, "seal"),
    sa.Index("run_summaries_newest", "tenant_id", "requested_at", "run_id"),
    sa.Index("run_summaries_newest_by_state", "tenant_id", "state", "requested_at", "run_id"),
)
"""The run list: one line a run, rewritten with each append; see `domain.ports.RunSummary`."""

_RUN = RUN_SUMMARIES.c
_PLACE = (_RUN.requested_at, _RUN.run_id)
# Only runs that have a value are in these: they are small, and cost most appends nothing.
for _name, _column, _condition in (
    ("status", _RUN.status, _RUN.status.is_not(None)),
    ("error", _RUN.error_code, _RUN.error_code.is_not(None)),
    ("fingerprint", _RUN.fingerprint, _RUN.fingerprint.is_not(None)),
    ("origin", _RUN.origin, sa.text("origin <> 'new'")),
    ("parent", _RUN.parent_run_id, _RUN.parent_run_id.is_not(None)),
    ("flag", _RUN.flag, _RUN.flag.is_not(None)),
):
    _columns = (_RUN.tenant_id, _column, *_PLACE)
    partial_index(f"run_summaries_newest_by_{_name}", *_columns, where=_condition)
partial_index("run_summaries_golden", _RUN.tenant_id, *_PLACE, where=_RUN.golden.is_not(None))

RUN_LEASES = sa.Table(
    "run_leases",
    METADATA,
    *keys("tenant_id", "stream_id"),
    *required(sa.Text, "owner"),
    *required(sa.Integer, "epoch"),
    *required(sa.DateTime(timezone=True), "expires_at"),
)
"""Who carries out what has not ended, by the database's own clock; see `domain.ports.Leases`."""

# SQLite keeps any value in any column: what reads the log gets numbers and bytes all the same, and
# finds that they do not fit.
LOG_POSITION: sa.ColumnElement[int] = sa.cast(LOGS.c.position, sa.BigInteger)
BATCH_FIRST: sa.ColumnElement[int] = sa.cast(LOG_BATCHES.c.first_position, sa.BigInteger)
BATCH_HASH: sa.ColumnElement[bytes] = sa.cast(LOG_BATCHES.c.log_hash, sa.LargeBinary)

PAYLOADS = sa.Table(
    "payloads",
    METADATA,
    *keys("tenant_id"),
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    *required(sa.BigInteger, "size"),
    # When it was put last: by the same clock as a sweep's.
    stamp("stored_at"),
    # The last column: SQLite then rewrites nothing of it when `stored_at` changes.
    *required(sa.LargeBinary, "content"),
)
"""Large data by tenant and digest, guarded by migration 0004; see `domain.payloads.Payload`."""

PAYLOAD_KEY = sa.tuple_(PAYLOADS.c.tenant_id, PAYLOADS.c.digest)
