"""Keys are found by their ids, entries of the operator log among events; sessions are kept.

Revision ID: 0024
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None

_NO_RUN = sa.text("substr(stream_id, 1, 4) != 'run-'")
_BESIDE = sa.text("substr(stream_id, 1, 4) NOT IN ('run-', 'oper')")
_IS_KEY = sa.text("substr(stream_id, 1, 4) = 'key-'")
_IS_OPERATORS = sa.text("substr(stream_id, 1, 10) = 'operators-'")


def _text(name: str, *, is_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), primary_key=is_key, nullable=False)


def _index(name: str, table: str, columns: list[str], *, where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.create_table(
        "key_uses",
        _text("tenant_id", is_key=True),
        _text("key_id", is_key=True),
        _text("used_at"),
    )
    op.create_table(
        "sessions",
        _text("digest", is_key=True),
        *map(_text, ("tenant_id", "key_id", "key_digest", "begun_at", "expires_at")),
    )
    op.create_index("sessions_expired", "sessions", ["expires_at"])
    _index("streams_of_keys", "streams", ["stream_id"], where=_IS_KEY)
    _index("events_of_operators", "events", ["tenant_id", "position"], where=_IS_OPERATORS)
    op.drop_index("streams_beside_runs", "streams")
    _index("streams_beside_runs", "streams", ["tenant_id", "stream_id"], where=_BESIDE)


def downgrade() -> None:
    op.drop_index("streams_beside_runs", "streams")
    _index("streams_beside_runs", "streams", ["tenant_id", "stream_id"], where=_NO_RUN)
    op.drop_index("events_of_operators", "events")
    op.drop_index("streams_of_keys", "streams")
    op.drop_table("sessions")
    op.drop_table("key_uses")
