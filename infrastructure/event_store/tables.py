"""The tables of the event store. Triggers keep events append-only: see migration 0001."""

import sqlalchemy as sa

from infrastructure.database.metadata import METADATA

MAIN_LOG = "main"
"""The log that a single database has."""

# Only an INTEGER PRIMARY KEY is SQLite's row id itself, which VACUUM then never renumbers.
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

LOGS = sa.Table(
    "logs",
    METADATA,
    sa.Column("log", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("log_hash", sa.LargeBinary, nullable=False),
)
"""How far each log has come. A writer locks its log's row first: commits keep the order."""

LOG_BATCHES = sa.Table(
    "log_batches",
    METADATA,
    sa.Column("log", sa.Text, primary_key=True),
    sa.Column("last_position", sa.BigInteger, primary_key=True),
    sa.Column("first_position", sa.BigInteger, nullable=False),
    sa.Column("log_hash", sa.LargeBinary, nullable=False),
    # By the database's own clock: a second witness beside `recorded_at` of the events.
    sa.Column(
        "committed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    ),
)
"""Which events were committed together; the log hash grows by one step per batch."""

STREAMS = sa.Table(
    "streams",
    METADATA,
    sa.Column("tenant_id", sa.Text, primary_key=True),
    sa.Column("stream_id", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("head_hash", sa.LargeBinary, nullable=False),
)
"""The head of each stream."""

IS_RUN = sa.literal_column("substr(stream_id, 1, 4)") == sa.literal_column("'run-'")
"""Which streams are runs; see `domain.run.aggregate`."""

IS_NO_RUN = sa.literal_column("substr(stream_id, 1, 4)") != sa.literal_column("'run-'")
# Streams of other kinds are few: this index is small, and the run list has its own.
sa.Index(
    "streams_beside_runs",
    *(STREAMS.c.tenant_id, STREAMS.c.stream_id),
    sqlite_where=IS_NO_RUN,
    postgresql_where=IS_NO_RUN,
)

EVENTS = sa.Table(
    "events",
    METADATA,
    sa.Column("position", _POSITION, primary_key=True, autoincrement=False),
    sa.Column("log", sa.Text, nullable=False),
    sa.Column("tenant_id", sa.Text, nullable=False),
    sa.Column("stream_id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("schema_version", sa.Integer, nullable=False),
    # Text and not a timestamp: exactly what was hashed.
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False),
    sa.Column("actor_id", sa.Text, nullable=False),
    sa.Column("correlation_id", sa.Text, nullable=False),
    sa.Column("causation_id", sa.Text),
    sa.Column("traceparent", sa.Text),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("content_hash", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("tenant_id", "stream_id", "version", name="events_version"),
    sa.UniqueConstraint("event_id", name="events_event_id"),
)
"""The events, in order of position; see `domain.aggregate.envelope.Envelope`."""

IDEMPOTENCY_KEYS = sa.Table(
    "idempotency_keys",
    METADATA,
    sa.Column("tenant_id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("stream_id", sa.Text, nullable=False),
    sa.Column("first_position", sa.BigInteger, nullable=False),
    sa.Column("last_position", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("head_hash", sa.LargeBinary, nullable=False),
)
"""The answers to the appends that came with a key, for when they come again."""

RUN_SUMMARIES = sa.Table(
    "run_summaries",
    METADATA,
    sa.Column("tenant_id", sa.Text, primary_key=True),
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("status", sa.Text),
    sa.Column("route", sa.Text),
    sa.Column("planner", sa.Text),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False),
    sa.Column("actor_id", sa.Text, nullable=False),
    sa.Column("requested_at", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Text, nullable=False),
    sa.Column("ended_at", sa.Text),
    sa.Column("duration_ms", sa.BigInteger),
    sa.Column("call_count", sa.Integer, nullable=False),
    sa.Column("failed_call_count", sa.Integer, nullable=False),
    sa.Column("error_code", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("fingerprint", sa.Text),
    sa.Column("worker", sa.Text),
    sa.Column("origin", sa.Text, nullable=False, server_default="new"),
    sa.Column("parent_run_id", sa.Text),
    sa.Column("golden", sa.Text),
    sa.Column("flag", sa.Text),
    sa.Index("run_summaries_newest", "tenant_id", "requested_at", "run_id"),
    sa.Index("run_summaries_newest_by_state", "tenant_id", "state", "requested_at", "run_id"),
)
"""The run list: one line a run, rewritten with each append; see `domain.ports.RunSummary`."""

_RUN = RUN_SUMMARIES.c
# Only runs that have a value are in these: they are small, and cost most appends nothing.
for _name, _column, _condition in (
    ("status", _RUN.status, _RUN.status.is_not(None)),
    ("error", _RUN.error_code, _RUN.error_code.is_not(None)),
    ("fingerprint", _RUN.fingerprint, _RUN.fingerprint.is_not(None)),
    ("origin", _RUN.origin, sa.text("origin <> 'new'")),
    ("parent", _RUN.parent_run_id, _RUN.parent_run_id.is_not(None)),
    ("flag", _RUN.flag, _RUN.flag.is_not(None)),
):
    sa.Index(
        f"run_summaries_newest_by_{_name}",
        *(_RUN.tenant_id, _column, _RUN.requested_at, _RUN.run_id),
        sqlite_where=_condition,
        postgresql_where=_condition,
    )
_IS_GOLDEN = _RUN.golden.is_not(None)
sa.Index(
    "run_summaries_golden",
    *(_RUN.tenant_id, _RUN.requested_at, _RUN.run_id),
    sqlite_where=_IS_GOLDEN,
    postgresql_where=_IS_GOLDEN,
)
