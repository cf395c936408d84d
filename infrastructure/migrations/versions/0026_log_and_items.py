"""The landmarks of the log are found by time, and runs by the items that their calls read.

Revision ID: 0026
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_IS_LANDMARK = sa.text(
    "type = 'asset-published' OR type = 'asset-retired' OR type = 'asset-rolled-back'"
    " OR type = 'estate-imported' OR type = 'estate-removed' OR type = 'golden-pinned'"
    " OR type = 'golden-unpinned' OR type = 'run-recovered'"
    " OR version = 1 AND substr(stream_id, 1, 10) = 'operators-'"
)


def upgrade() -> None:
    op.create_index(
        "events_of_landmarks",
        "events",
        ["tenant_id", "recorded_at"],
        sqlite_where=_IS_LANDMARK,
        postgresql_where=_IS_LANDMARK,
    )
    op.create_table(
        "run_items",
        sa.Column("generation", sa.Integer(), primary_key=True, autoincrement=False),
        *(
            sa.Column(each, sa.Text(), primary_key=True)
            for each in ("tenant_id", "item", "run_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("run_items")
    op.drop_index("events_of_landmarks", "events")
