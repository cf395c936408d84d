"""The circuit breakers of tools, which the processes of a database share.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "circuit_breakers",
        *(sa.Column(name, sa.Text(), primary_key=True) for name in ("tenant_id", "tool")),
        sa.Column("operation", sa.Text(), primary_key=True),
        sa.Column("failure_count", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("probe_until", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    op.drop_table("circuit_breakers")
