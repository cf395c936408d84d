"""The event store: its tables, and the triggers that guard them.

What is append-only is guarded three ways on SQLite: no UPDATE, no DELETE, and no INSERT that does
not continue what is there, which is what stops INSERT OR REPLACE and upserts as well. What guards
it on PostgreSQL, and the function that appends there, is in 0001_postgres.sql.
`opstrail db check` compares the triggers of a database with those that the migrations make.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# (table, what the trigger looks at, when it refuses, what it says)
_GUARDS = [
    ("events", "UPDATE", "1", "events are never changed"),
    ("events", "DELETE", "1", "events are never deleted"),
    (
        "events",
        "INSERT",
        "NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM events)",
        "the position of an event continues the log",
    ),
    (
        "events",
        "INSERT",
        "NEW.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM events"
        " WHERE tenant_id = NEW.tenant_id AND stream_id = NEW.stream_id)",
        "the version of an event continues its stream",
    ),
    (
        "events",
        "INSERT",
        "EXISTS (SELECT 1 FROM events WHERE event_id = NEW.event_id)",
        "an event id is used once",
    ),
    ("log_batches", "UPDATE", "1", "batches are never changed"),
    ("log_batches", "DELETE", "1", "batches are never deleted"),
    (
        "log_batches",
        "INSERT",
        "NEW.last_position < NEW.first_position OR NEW.first_position IS NOT"
        " (SELECT coalesce(max(last_position), 0) + 1 FROM log_batches WHERE log = NEW.log)",
        "a batch continues the log",
    ),
    ("idempotency_keys", "UPDATE", "1", "idempotency keys are never changed"),
    ("idempotency_keys", "DELETE", "1", "idempotency keys are never deleted"),
    (
        "idempotency_keys",
        "INSERT",
        "EXISTS (SELECT 1 FROM idempotency_keys"
        " WHERE tenant_id = NEW.tenant_id AND key = NEW.key)",
        "an idempotency key is used once",
    ),
    (
        "streams",
        "UPDATE",
        "NEW.tenant_id IS NOT OLD.tenant_id OR NEW.stream_id IS NOT OLD.stream_id"
        " OR NEW.version <= OLD.version",
        "the version of a stream only rises",
    ),
    ("streams", "DELETE", "1", "streams are never deleted"),
    (
        "streams",
        "INSERT",
        "EXISTS (SELECT 1 FROM streams"
        " WHERE tenant_id = NEW.tenant_id AND stream_id = NEW.stream_id)",
        "a stream begins once",
    ),
    (
        "logs",
        "UPDATE",
        "NEW.log IS NOT OLD.log OR NEW.position <= OLD.position",
        "the position of a log only rises",
    ),
    ("logs", "DELETE", "1", "logs are never deleted"),
    (
        "logs",
        "INSERT",
        "EXISTS (SELECT 1 FROM logs WHERE log = NEW.log)",
        "a log begins once",
    ),
]


def upgrade() -> None:
    _create_log()
    _create_streams()
    _create_run_summaries()
    op.execute(
        sa.text(
            "INSERT INTO logs (log, position, log_hash) VALUES ('main', 0, :genesis)"
        ).bindparams(sa.bindparam("genesis", bytes(32), sa.LargeBinary))
    )
    if op.get_bind().dialect.name == "postgresql":
        _run_postgres_script()
        return
    for number, guard in enumerate(_GUARDS, start=1):
        op.execute(_trigger(number, *guard))


def downgrade() -> None:
    message = "the first migration is not undone: that would delete the events"
    raise NotImplementedError(message)


def _run_postgres_script() -> None:
    connection = op.get_bind()
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    script = Path(__file__).with_name("0001_postgres.sql").read_text(encoding="utf-8")
    connection.exec_driver_sql(script.replace("{schema}", schema))


def _trigger(number: int, table: str, action: str, refused: str, message: str) -> str:
    return (
        f"CREATE TRIGGER {table}_guard_{number} BEFORE {action} ON {table} WHEN {refused}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _create_log() -> None:
    op.create_table(
        "logs",
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("log_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log"),
    )
    op.create_table(
        "log_batches",
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("last_position", sa.BigInteger(), nullable=False),
        sa.Column("first_position", sa.BigInteger(), nullable=False),
        sa.Column("log_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "committed_at",
            sa.DateTime(timezone=True),
            server_default=sa.func.now(),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("log", "last_position"),
    )
    op.create_table(
        "events",
        sa.Column("position", _POSITION, autoincrement=False, nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("stream_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.Column("causation_id", sa.Text(), nullable=True),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("tenant_id", "stream_id", "version", name="events_version"),
        sa.UniqueConstraint("event_id", name="events_event_id"),
    )


def _create_streams() -> None:
    op.create_table(
        "streams",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("stream_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "stream_id"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("stream_id", sa.Text(), nullable=False),
        sa.Column("first_position", sa.BigInteger(), nullable=False),
        sa.Column("last_position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key"),
    )


def _create_run_summaries() -> None:
    op.create_table(
        "run_summaries",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("planner", sa.Text(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("call_count", sa.Integer(), nullable=False),
        sa.Column("failed_call_count", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "run_id"),
    )
    op.create_index(
        "run_summaries_newest", "run_summaries", ["tenant_id", "requested_at", "run_id"]
    )
    op.create_index(
        "run_summaries_newest_by_state",
        "run_summaries",
        ["tenant_id", "state", "requested_at", "run_id"],
    )
