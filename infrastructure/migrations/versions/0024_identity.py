"""Keys are found by their ids, their uses and the sessions of browsers are kept.

Revision ID: 0024
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0020"
branch_labels = None
depends_on = None

_IS_KEY = sa.text("substr(stream_id, 1, 4) = 'key-'")
_IS_OPERATORS = sa.text("substr(stream_id, 1, 10) = 'operators-'")


def _text(name: str, *, is_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), primary_key=is_key, nullable=False)


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
        *map(_text, ("tenant_id", "key_id", "begun_at", "expires_at")),
    )
    op.create_index("sessions_expired", "sessions", ["expires_at"])
    op.create_index(
        "streams_of_keys",
        "streams",
        ["stream_id"],
        sqlite_where=_IS_KEY,
        postgresql_where=_IS_KEY,
    )


def downgrade() -> None:
    op.drop_index("streams_of_keys", "streams")
    op.drop_table("sessions")
    op.drop_table("key_uses")
