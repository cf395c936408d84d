"""The tables of the projections.

A view's rows are kept by generation: a rebuild makes a new one beside the one that is read.
"""

import sqlalchemy as sa

from infrastructure.database.metadata import (
    METADATA,
    NUMBERED_ID,
    keys,
    number_key,
    optional,
    partial_index,
    required,
)

PROJECTIONS = sa.Table(
    "projections",
    METADATA,
    *keys("name"),
    number_key("generation"),
    *required(sa.Text, "status"),
    *required(sa.BigInteger, "position"),
    *required(sa.LargeBinary, "log_hash"),
    *optional(sa.Text, "owner", "lease_until"),
    partial_index("projections_live", "name", where=sa.text("status = 'live'"), unique=True),
)
"""The checkpoint of each generation: how far it has come, and who may move it until when.

`status` is building, live (one a projection: the one that is read) or retired.
"""

PARKED_STREAMS = sa.Table(
    "parked_streams",
    METADATA,
    *keys("projection"),
    number_key("generation"),
    *keys("tenant_id", "stream_id"),
    *required(sa.BigInteger, "position"),
    *required(sa.Text, "error"),
)
"""The streams that a generation does not follow on from the event at `position`, and why."""

TOOL_STATISTICS = sa.Table(
    "tool_statistics",
    METADATA,
    number_key("generation"),
    *keys("tenant_id", "hour", "tool", "operation"),
    number_key("bucket"),
    *required(sa.BigInteger, "call_count", "error_count"),
    # Whole numbers: their sum is the same in whatever portions it was added up.
    *required(sa.BigInteger, "total_us"),
)
"""The calls that ended in an hour (such as 2026-03-01T12), by how long they took.

`bucket` is an index into `domain.tools.statistics.BUCKET_BOUNDS_MS`.
"""

RUN_SEARCH = sa.Table(
    "run_search",
    METADATA,
    sa.Column("id", NUMBERED_ID, primary_key=True),
    *required(sa.Integer, "generation"),
    *required(sa.Text, "tenant_id", "run_id"),
    *optional(sa.Text, "question", "answer"),
    sa.UniqueConstraint("generation", "tenant_id", "run_id", name="run_search_run"),
)
"""The words of question and answer of each run; triggers keep the index `run_search_words`."""

_FAILED = sa.text("error_code IS NOT NULL")

RUN_CALLS = sa.Table(
    "run_calls",
    METADATA,
    number_key("generation"),
    *keys("tenant_id", "run_id", "call_id"),
    number_key("attempt"),
    *required(sa.Text, "tool", "operation", "status"),
    *optional(sa.Text, "error_code", "error", "fingerprint", "ended_at"),
    *optional(sa.Double, "duration_ms"),
    # That of the run, so that the newest runs with such a call are found in an index.
    *required(sa.Text, "requested_at"),
    sa.Index("run_calls_by_tool", "generation", "tenant_id", "tool", "requested_at", "run_id"),
    partial_index(
        "run_calls_by_error",
        *("generation", "tenant_id", "error_code", "requested_at", "run_id"),
        where=_FAILED,
    ),
    partial_index(
        "run_calls_by_tool_and_error",
        *("generation", "tenant_id", "tool", "error_code", "requested_at", "run_id"),
        where=_FAILED,
    ),
    partial_index(
        "run_calls_by_fingerprint",
        *("generation", "tenant_id", "fingerprint", "requested_at", "run_id"),
        where=sa.text("fingerprint IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)
"""The attempts of tool calls of each run; attempt 0 is a call that was skipped.

`status` is running, succeeded, failed, skipped or interrupted. `ended_at` is there of calls that
went out and were answered, well or badly: not of answers from a record. Those that failed have a
`fingerprint`, too.
"""

RUN_ITEMS = sa.Table(
    "run_items", METADATA, number_key("generation"), *keys("tenant_id", "item", "run_id")
)
"""Which runs read which items; `item` is an id, or a code where a call has only that."""

WORD_INDEXES = ("run_search_words", "document_words", "document_numbers")
"""SQLite: FTS5 tables, with tables of their own named after them. PostgreSQL: of tsvectors."""


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Return whether Alembic compares a table with its definition: a word index has none."""
    is_word_index = name is not None and name.startswith((*WORD_INDEXES, "documents_by_words"))
    return kind not in ("table", "index") or not is_word_index
