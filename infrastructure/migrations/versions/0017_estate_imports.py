"""Which source brought a document or a rule, so that an import may retire what it lacks.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = ("documents", "cep_rules")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("source", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "source")
