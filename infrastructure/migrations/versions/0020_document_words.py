"""Documents are found through an index of their words: FTS5 on SQLite, GIN on PostgreSQL.

Revision ID: 0020
Revises: 0018
"""

from alembic import op

from infrastructure.estate.word_index import DROPPED, MADE

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in MADE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in DROPPED[op.get_bind().dialect.name]:
        op.execute(statement)
