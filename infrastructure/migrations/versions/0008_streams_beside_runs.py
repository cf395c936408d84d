"""One index of all streams beside those of runs, in place of one for bulk replays alone.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = ["tenant_id", "stream_id"]
_BESIDE_RUNS = sa.text("substr(stream_id, 1, 4) <> 'run-'")
_BULK_REPLAYS = sa.text("substr(stream_id, 1, 7) = 'replay-'")


def upgrade() -> None:
    _replace("bulk_replays", by="streams_beside_runs", where=_BESIDE_RUNS)


def downgrade() -> None:
    _replace("streams_beside_runs", by="bulk_replays", where=_BULK_REPLAYS)


def _replace(index: str, *, by: str, where: sa.TextClause) -> None:
    op.create_index(by, "streams", _COLUMNS, sqlite_where=where, postgresql_where=where)
    op.drop_index(index, "streams")
