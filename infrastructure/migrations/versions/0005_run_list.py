"""The run list: where runs come from, what is wrong with them, and the tool calls they made.

Runs that are there already get the new values from `opstrail projection rebuild-run-list`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COLUMNS = ("fingerprint", "worker", "origin", "parent_run_id", "golden")
# What `append_batch` of migration 0001 says of the columns that are there, and with the new ones.
_BEFORE = (
    "failed_call_count, error_code, error",
    "r.failed_call_count, r.error_code, r.error",
    "error_code = excluded.error_code, error = excluded.error",
)
_AFTER = (
    ", ".join((_BEFORE[0], *_COLUMNS)),
    ", ".join((_BEFORE[1], *(f"r.{name}" for name in _COLUMNS))),
    ", ".join((_BEFORE[2], *(f"{name} = excluded.{name}" for name in _COLUMNS))),
)
# Only runs that have a value are in these: they are small, and cost most appends nothing.
_RARE = {
    "run_summaries_newest_by_status": ("status", "status IS NOT NULL"),
    "run_summaries_newest_by_error": ("error_code", "error_code IS NOT NULL"),
    "run_summaries_newest_by_fingerprint": ("fingerprint", "fingerprint IS NOT NULL"),
    "run_summaries_newest_by_origin": ("origin", "origin <> 'new'"),
    "run_summaries_newest_by_parent": ("parent_run_id", "parent_run_id IS NOT NULL"),
}
_GOLDEN = "run_summaries_golden"
_NEWEST = ("requested_at", "run_id")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("run_summaries", _column(name))
    _edit_append(_BEFORE, _AFTER)
    for name, (column, condition) in _RARE.items():
        _create_rare_index(name, "run_summaries", ["tenant_id", column, *_NEWEST], condition)
    _create_rare_index(_GOLDEN, "run_summaries", ["tenant_id", *_NEWEST], "golden IS NOT NULL")
    _create_run_calls()


def downgrade() -> None:
    op.drop_table("run_calls")
    for name in (*_RARE, _GOLDEN):
        op.drop_index(name, "run_summaries")
    _edit_append(_AFTER, _BEFORE)
    for name in _COLUMNS:
        op.drop_column("run_summaries", name)


def _column(name: str) -> "sa.Column[str]":
    if name == "origin":
        return sa.Column(name, sa.Text(), nullable=False, server_default="new")
    return sa.Column(name, sa.Text(), nullable=True)


def _edit_append(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Let PostgreSQL's function for appending write other columns of the run list."""
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    # With its schema: the check of a database migrates temporary tables, where none is searched.
    name = "quote_ident(current_schema()) || '.append_batch'"
    query = f"SELECT pg_get_functiondef(({name})::regproc)"
    text = bind.exec_driver_sql(query).scalar_one()
    for before, after in zip(old, new, strict=True):
        if text.count(before) != 1:
            message = f"append_batch is not that of migration 0001: {before!r}"
            raise ValueError(message)
        text = text.replace(before, after)
    bind.exec_driver_sql(text.replace("%", "%%"))


def _create_rare_index(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _create_run_calls() -> None:
    op.create_table(
        "run_calls",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.Double(), nullable=True),
        sa.Column("requested_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("generation", "tenant_id", "run_id", "call_id", "attempt"),
        sqlite_with_rowid=False,
    )
    of_tenant = ["generation", "tenant_id"]
    op.create_index("run_calls_by_tool", "run_calls", [*of_tenant, "tool", *_NEWEST])
    failed = "error_code IS NOT NULL"
    _create_rare_index(
        "run_calls_by_error", "run_calls", [*of_tenant, "error_code", *_NEWEST], failed
    )
    _create_rare_index(
        "run_calls_by_tool_and_error",
        "run_calls",
        [*of_tenant, "tool", "error_code", *_NEWEST],
        failed,
    )
