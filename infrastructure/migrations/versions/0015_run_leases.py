"""The leases of runs: who carries out what has not ended, by the database's own clock.

Runs that are on the record already get none: nothing tells those that were begun here from those
that were imported, and what was imported is carried out only by who asks for it by name.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from infrastructure.migrations.append_batch import define_append_batch

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_COLUMNS = ["flag", "waited_ms", "seal"]


def upgrade() -> None:
    op.create_table(
        "run_leases",
        sa.Column("tenant_id", sa.Text(), primary_key=True),
        sa.Column("stream_id", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    define_append_batch(_COLUMNS, has_leases=True)


def downgrade() -> None:
    define_append_batch(_COLUMNS)
    op.drop_table("run_leases")
