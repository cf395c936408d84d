"""What words name in an estate: values, attributes, metrics and relations, by their phrases.

Revision ID: 0022
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from infrastructure.estate.words import write_words

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "estate_words",
        sa.Column("tenant_id", sa.Text(), primary_key=True),
        sa.Column("phrase", text, primary_key=True),
        *(sa.Column(name, sa.Text(), primary_key=True) for name in ("kind", "source", "value")),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("classes", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "estate_trigrams",
        *(sa.Column(name, sa.Text(), primary_key=True) for name in ("tenant_id", "trigram")),
        sa.Column("word", text, primary_key=True),
        sqlite_with_rowid=False,
    )
    _fill(op.get_bind())


def downgrade() -> None:
    op.drop_table("estate_trigrams")
    op.drop_table("estate_words")


def _fill(connection: sa.Connection) -> None:
    update = sa.text("UPDATE estate_revisions SET words = :words WHERE tenant_id = :tenant_id")
    tenants = connection.scalars(sa.text("SELECT tenant_id FROM estate_revisions")).all()
    for tenant_id in tenants:
        row = {"tenant_id": tenant_id, "words": write_words(connection, tenant_id)}
        connection.execute(update, row)
