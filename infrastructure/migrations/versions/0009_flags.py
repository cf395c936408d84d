"""What a person thinks of an answer: a column of the run list.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from infrastructure.migrations.append_batch import define_append_batch

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_IS_FLAGGED = sa.text("flag IS NOT NULL")


def upgrade() -> None:
    op.add_column("run_summaries", sa.Column("flag", sa.Text))
    op.create_index(
        "run_summaries_newest_by_flag",
        "run_summaries",
        ["tenant_id", "flag", "requested_at", "run_id"],
        sqlite_where=_IS_FLAGGED,
        postgresql_where=_IS_FLAGGED,
    )
    define_append_batch(["flag"])


def downgrade() -> None:
    define_append_batch()
    op.drop_index("run_summaries_newest_by_flag", "run_summaries")
    op.drop_column("run_summaries", "flag")
