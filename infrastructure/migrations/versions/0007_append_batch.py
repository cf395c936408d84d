"""PostgreSQL's function for appending, defined whole, whatever the database has.

It says what the migrations before it made of it by editing: so there is nothing to undo. The next
one that adds a column to the run list defines it whole, too.
"""

from infrastructure.migrations.append_batch import define_append_batch

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    define_append_batch()


def downgrade() -> None:
    """Leave the function: migration 0006 left the same one."""
