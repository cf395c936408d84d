"""The tables of the projections.

A view's rows are kept by generation: a rebuild makes a new one beside the one that is read.
"""

import sqlalchemy as sa

from infrastructure.database.metadata import METADATA

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IS_LIVE = sa.text("status = 'live'")

PROJECTIONS = sa.Table(
    "projections",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("log_hash", sa.LargeBinary, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("lease_until", sa.Text),
    sa.Index(
        "projections_live",
        "name",
        unique=True,
        sqlite_where=_IS_LIVE,
        postgresql_where=_IS_LIVE,
    ),
)
"""The checkpoint of each generation: how far it has come, and who may move it until when.

`status` is building, live (one a projection: the one that is read) or retired.
"""

PARKED_STREAMS = sa.Table(
    "parked_streams",
    METADATA,
    sa.Column("projection", sa.Text, primary_key=True),
    sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("tenant_id", sa.Text, primary_key=True),
    sa.Column("stream_id", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
)
"""The streams that a generation does not follow on from the event at `position`, and why."""

TOOL_STATISTICS = sa.Table(
    "tool_statistics",
    METADATA,
    sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("tenant_id", sa.Text, primary_key=True),
    sa.Column("hour", sa.Text, primary_key=True),
    sa.Column("tool", sa.Text, primary_key=True),
    sa.Column("operation", sa.Text, primary_key=True),
    sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("call_count", sa.BigInteger, nullable=False),
    sa.Column("error_count", sa.BigInteger, nullable=False),
    # Whole numbers: their sum is the same in whatever portions it was added up.
    sa.Column("total_us", sa.BigInteger, nullable=False),
)
"""The calls that ended in an hour (such as 2026-03-01T12), by how long they took.

`bucket` is an index into `domain.tools.statistics.BUCKET_BOUNDS_MS`.
"""

RUN_SEARCH = sa.Table(
    "run_search",
    METADATA,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("tenant_id", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("question", sa.Text),
    sa.Column("answer", sa.Text),
    sa.UniqueConstraint("generation", "tenant_id", "run_id", name="run_search_run"),
)
"""The words of question and answer of each run; triggers keep the index `run_search_words`."""

_FAILED = sa.text("error_code IS NOT NULL")

RUN_CALLS = sa.Table(
    "run_calls",
    METADATA,
    sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("tenant_id", sa.Text, primary_key=True),
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("tool", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("error_code", sa.Text),
    sa.Column("duration_ms", sa.Double),
    # That of the run, so that the newest runs with such a call are found in an index.
    sa.Column("requested_at", sa.Text, nullable=False),
    sa.Index("run_calls_by_tool", "generation", "tenant_id", "tool", "requested_at", "run_id"),
    sa.Index(
        "run_calls_by_error",
        *("generation", "tenant_id", "error_code", "requested_at", "run_id"),
        sqlite_where=_FAILED,
        postgresql_where=_FAILED,
    ),
    sa.Index(
        "run_calls_by_tool_and_error",
        *("generation", "tenant_id", "tool", "error_code", "requested_at", "run_id"),
        sqlite_where=_FAILED,
        postgresql_where=_FAILED,
    ),
    sqlite_with_rowid=False,
)
"""The attempts of tool calls of each run; attempt 0 is a call that was skipped.

`status` is running, succeeded, failed, skipped or interrupted.
"""

WORD_INDEX = "run_search_words"
"""SQLite: an FTS5 table, with tables of its own named after it. PostgreSQL: one of tsvectors."""


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Return whether Alembic compares a table with its definition: the word index has none."""
    return kind != "table" or name is None or not name.startswith(WORD_INDEX)
