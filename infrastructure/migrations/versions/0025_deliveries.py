"""Letters: what servers outside are to be told, and have not taken yet.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        *(sa.Column(name, sa.Text(), primary_key=True) for name in ("target", "event_id")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("tenant_id", "kind")),
        sa.Column("stream_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("due_at", "error")),
    )
    op.create_index("deliveries_due", "deliveries", ["target", "due_at"])
    op.create_index("deliveries_of_tenant", "deliveries", ["tenant_id", "position"])


def downgrade() -> None:
    op.drop_table("deliveries")
