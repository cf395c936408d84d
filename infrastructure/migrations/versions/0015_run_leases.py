"""The leases of runs: who carries out what has not ended, by the database's own clock.

Runs that go on already get a lease that runs out half a minute after their last commit, as if
their worker had taken one. But for those that were recorded long before they were committed: they
came from elsewhere, and nobody here carries them out without being asked for them by name.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from infrastructure.migrations.append_batch import define_append_batch

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_COLUMNS = ["flag", "waited_ms", "seal"]
_RUNS = """
INSERT INTO run_leases (tenant_id, stream_id, owner, epoch, expires_at)
SELECT r.tenant_id, r.run_id, coalesce(r.worker, ''), 1, {later}
FROM run_summaries AS r
JOIN events AS e
  ON e.tenant_id = r.tenant_id AND e.stream_id = r.run_id AND e.version = r.version
JOIN log_batches AS b ON b.log = e.log AND b.last_position = (
  SELECT min(last_position) FROM log_batches WHERE log = e.log AND last_position >= e.position
)
WHERE r.state NOT IN ('completed', 'rejected', 'failed', 'cancelled') AND {waited} < 60
"""
_DIALECTS = {
    "sqlite": {
        "later": "strftime('%Y-%m-%d %H:%M:%f', b.committed_at, '+30 seconds')",
        "waited": "(julianday(b.committed_at) - julianday(e.recorded_at)) * 86400",
    },
    "postgresql": {
        "later": "b.committed_at + interval '30 seconds'",
        "waited": "extract(epoch FROM b.committed_at - e.recorded_at::timestamptz)",
    },
}


def upgrade() -> None:
    op.create_table(
        "run_leases",
        sa.Column("tenant_id", sa.Text(), primary_key=True),
        sa.Column("stream_id", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    define_append_batch(_COLUMNS, has_leases=True)
    connection = op.get_bind()
    connection.exec_driver_sql(_RUNS.format(**_DIALECTS[connection.dialect.name]))


def downgrade() -> None:
    define_append_batch(_COLUMNS)
    op.drop_table("run_leases")
