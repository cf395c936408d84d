"""Bulk replays: streams that are no runs, and so have no line in the run list."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_IS_BULK_REPLAY = sa.text("substr(stream_id, 1, 7) = 'replay-'")
# What `append_batch` of migration 0001 says of the lines to write, and with those that are empty.
_BEFORE = "AS r WHERE r.unnest"
_AFTER = f"{_BEFORE} AND r.run_id IS NOT NULL"


def upgrade() -> None:
    op.create_index(
        "bulk_replays",
        "streams",
        ["tenant_id", "stream_id"],
        sqlite_where=_IS_BULK_REPLAY,
        postgresql_where=_IS_BULK_REPLAY,
    )
    _edit_append(_BEFORE, _AFTER)


def downgrade() -> None:
    _edit_append(_AFTER, _BEFORE)
    op.drop_index("bulk_replays", "streams")


def _edit_append(before: str, after: str) -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    # With its schema: the check of a database migrates temporary tables, where none is searched.
    name = "quote_ident(current_schema()) || '.append_batch'"
    query = f"SELECT pg_get_functiondef(({name})::regproc)"
    text = bind.exec_driver_sql(query).scalar_one()
    if text.count(before) != 1:
        message = f"append_batch is not that of migration 0001: {before!r}"
        raise ValueError(message)
    bind.exec_driver_sql(text.replace(before, after).replace("%", "%%"))
