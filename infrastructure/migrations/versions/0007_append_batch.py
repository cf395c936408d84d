"""PostgreSQL's function for appending, defined whole, whatever the database has.

It says what the migrations before it made of it by editing: so there is nothing to undo. The next
one that changes it brings the whole function too, and replaces this text.
"""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    text = Path(__file__).with_name("0007_append_batch.sql").read_text(encoding="utf-8")
    connection.exec_driver_sql(text.replace("{schema}", schema))


def downgrade() -> None:
    """Leave the function: migration 0006 left the same one."""
