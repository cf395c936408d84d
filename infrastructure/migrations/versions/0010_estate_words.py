"""What questions look up: phrases of items, relations by target, an estate's words and end.

Revision ID: 0010
Revises: 0009
"""

from itertools import islice

import sqlalchemy as sa
from alembic import op

from domain.estate.phrases import normalised_name
from infrastructure.estate.overview import span
from infrastructure.estate.tables import to_microseconds
from infrastructure.estate.words import words_text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_CHUNK = 5_000
_IS_THERE = sa.text("deleted_at IS NULL")
_PHRASES = ("name_phrase", "code_phrase")


def upgrade() -> None:
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    for name in _PHRASES:
        op.add_column("cis", sa.Column(name, text, nullable=False, server_default=""))
    words = sa.Column("words", sa.Text(), nullable=False, server_default="")
    op.add_column("estate_revisions", words)
    op.add_column("estate_revisions", sa.Column("newest_at", sa.BigInteger()))
    _fill_phrases(op.get_bind())
    for name in _PHRASES:
        op.create_index(
            f"cis_by_{name}",
            "cis",
            ["tenant_id", name, "ci_code"],
            sqlite_where=_IS_THERE,
            postgresql_where=_IS_THERE,
        )
    op.create_index(
        "relations_by_target", "relations", ["tenant_id", "target_id", "source_id", "rel_type"]
    )
    _fill_words(op.get_bind())


def downgrade() -> None:
    op.drop_index("relations_by_target", "relations")
    for name in _PHRASES:
        op.drop_index(f"cis_by_{name}", "cis")
        op.drop_column("cis", name)
    op.drop_column("estate_revisions", "newest_at")
    op.drop_column("estate_revisions", "words")


def _fill_phrases(connection: sa.Connection) -> None:
    items = iter(
        connection.execute(sa.text("SELECT tenant_id, ci_id, ci_name, ci_code FROM cis")).all()
    )
    update = sa.text(
        "UPDATE cis SET name_phrase = :name, code_phrase = :code"
        " WHERE tenant_id = :tenant_id AND ci_id = :ci_id"
    )
    while chunk := list(islice(items, _CHUNK)):
        rows = [
            {
                "tenant_id": item.tenant_id,
                "ci_id": item.ci_id,
                "name": normalised_name(item.ci_name),
                "code": normalised_name(item.ci_code),
            }
            for item in chunk
        ]
        connection.execute(update, rows)


def _fill_words(connection: sa.Connection) -> None:
    update = sa.text(
        "UPDATE estate_revisions SET words = :words, newest_at = :newest_at"
        " WHERE tenant_id = :tenant_id"
    )
    tenants = connection.scalars(sa.text("SELECT tenant_id FROM estate_revisions")).all()
    for tenant_id in tenants:
        _, newest_at = span(connection, tenant_id)
        row = {
            "tenant_id": tenant_id,
            "words": words_text(connection, tenant_id),
            "newest_at": None if newest_at is None else to_microseconds(newest_at),
        }
        connection.execute(update, row)
