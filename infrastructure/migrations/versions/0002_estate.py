"""The estate: configuration items, relations, metrics, histories, documents, rules, revisions.

Instants are whole microseconds since 1970 in UTC. On SQLite metric points have no row ids: they
are stored once, in the order of their key.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANT = sa.BigInteger()
_SERIES_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_items()
    _create_metrics()
    _create_histories()
    _create_documents_and_rules()
    _create_revisions()


def downgrade() -> None:
    op.drop_table("estate_revisions")
    op.drop_table("cep_rules")
    op.drop_table("documents")
    op.drop_table("maintenance_history")
    op.drop_table("work_history")
    op.drop_table("event_log")
    op.drop_table("metric_points")
    op.drop_table("metric_series")
    op.drop_table("metrics")
    op.drop_table("relations")
    op.drop_table("cis")


def _create_items() -> None:
    op.create_table(
        "cis",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("ci_id", sa.Text(), nullable=False),
        sa.Column("ci_code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("ci_name", sa.Text(), nullable=False),
        sa.Column("ci_type", sa.Text(), nullable=False),
        sa.Column("ci_subtype", sa.Text(), nullable=False),
        sa.Column("ci_category", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("criticality", sa.Integer(), nullable=True),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=True),
        sa.Column("updated_at", _INSTANT, nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("deleted_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "ci_id"),
    )
    op.create_index(
        "cis_by_code",
        "cis",
        ["tenant_id", "code_key"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "relations",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("rel_type", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "source_id"], ["cis.tenant_id", "cis.ci_id"]),
        sa.ForeignKeyConstraint(["tenant_id", "target_id"], ["cis.tenant_id", "cis.ci_id"]),
        sa.PrimaryKeyConstraint("tenant_id", "source_id", "target_id", "rel_type"),
    )


def _create_metrics() -> None:
    op.create_table(
        "metrics",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("metric_name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "metric_name"),
    )
    op.create_table(
        "metric_series",
        sa.Column("series_id", _SERIES_ID, nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("metric_name", sa.Text(), nullable=False),
        sa.Column("ci_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "ci_id"], ["cis.tenant_id", "cis.ci_id"]),
        sa.ForeignKeyConstraint(
            ["tenant_id", "metric_name"], ["metrics.tenant_id", "metrics.metric_name"]
        ),
        sa.PrimaryKeyConstraint("series_id"),
    )
    op.create_index(
        "metric_series_by_name",
        "metric_series",
        ["tenant_id", "metric_name", "ci_id"],
        unique=True,
    )
    op.create_table(
        "metric_points",
        sa.Column("series_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("measured_at", _INSTANT, autoincrement=False, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("quality", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["metric_series.series_id"]),
        sa.PrimaryKeyConstraint("series_id", "measured_at"),
        sqlite_with_rowid=False,
    )


def _create_histories() -> None:
    op.create_table(
        "event_log",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("ci_id", sa.Text(), nullable=False),
        sa.Column("occurred_at", _INSTANT, nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "ci_id"], ["cis.tenant_id", "cis.ci_id"]),
        sa.PrimaryKeyConstraint("tenant_id", "entry_id"),
    )
    op.create_index("event_log_by_ci", "event_log", ["tenant_id", "ci_id", "occurred_at"])
    op.create_index("event_log_by_time", "event_log", ["tenant_id", "occurred_at"])
    op.create_table(
        "work_history",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("work_id", sa.Text(), nullable=False),
        sa.Column("ci_id", sa.Text(), nullable=False),
        sa.Column("work_type", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("impact_level", sa.Integer(), nullable=True),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("duration_min", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id", "ci_id"], ["cis.tenant_id", "cis.ci_id"]),
        sa.PrimaryKeyConstraint("tenant_id", "work_id"),
    )
    op.create_index("work_history_by_ci", "work_history", ["tenant_id", "ci_id", "started_at"])
    op.create_index("work_history_by_time", "work_history", ["tenant_id", "started_at"])
    op.create_table(
        "maintenance_history",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("maintenance_id", sa.Text(), nullable=False),
        sa.Column("ci_id", sa.Text(), nullable=False),
        sa.Column("maint_type", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("performer", sa.Text(), nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("duration_min", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id", "ci_id"], ["cis.tenant_id", "cis.ci_id"]),
        sa.PrimaryKeyConstraint("tenant_id", "maintenance_id"),
    )
    op.create_index(
        "maintenance_history_by_ci", "maintenance_history", ["tenant_id", "ci_id", "started_at"]
    )
    op.create_index(
        "maintenance_history_by_time", "maintenance_history", ["tenant_id", "started_at"]
    )


def _create_documents_and_rules() -> None:
    op.create_table(
        "documents",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("document_type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "document_id"),
    )
    op.create_table(
        "cep_rules",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("rule_name", sa.Text(), nullable=False),
        sa.Column("trigger_type", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("trigger_spec", sa.JSON(), nullable=False),
        sa.Column("action_spec", sa.JSON(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "rule_id"),
    )


def _create_revisions() -> None:
    op.create_table(
        "estate_revisions",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("load_count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("loaded_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id"),
    )
