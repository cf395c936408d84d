"""Entries of the operator log are known by their type: that is cheaper to ask of each new event.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_LANDMARKS = (
    "type = 'asset-published' OR type = 'asset-retired' OR type = 'asset-rolled-back'"
    " OR type = 'estate-imported' OR type = 'estate-removed' OR type = 'golden-pinned'"
    " OR type = 'golden-unpinned' OR type = 'run-recovered'"
    " OR version = 1 AND "
)
_BY_TYPE = "type = 'operator-acted'"
_BY_STREAM = "substr(stream_id, 1, 10) = 'operators-'"


def _index(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.drop_index(name, "events")
    op.create_index(
        name, "events", ["tenant_id", column], sqlite_where=where, postgresql_where=where
    )


def _make(entry: str) -> None:
    _index("events_of_operators", "position", entry)
    _index("events_of_landmarks", "recorded_at", _LANDMARKS + entry)


def upgrade() -> None:
    _make(_BY_TYPE)


def downgrade() -> None:
    _make(_BY_STREAM)
