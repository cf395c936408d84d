"""The tables of the estate. Every key begins with the tenant."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from infrastructure.database.metadata import METADATA

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_microseconds(instant: datetime) -> int:
    """Return the whole microseconds from 1970 to the instant."""
    return (instant - _EPOCH) // _MICROSECOND


class Instant(sa.TypeDecorator[datetime]):
    """An instant, kept as the microseconds since 1970 in UTC.

    SQLite has no type for instants. A whole number sorts, compares and subtracts the same on every
    database, loses nothing of a Python instant, and is a third of the size of ISO text.
    """

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:  # noqa: ARG002
        """Return what is stored. Raises `TypeError` for an instant without a time zone."""
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _document(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON, nullable=False)


def _of_a_ci(*columns: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", *columns], ["cis.tenant_id", "cis.ci_id"])


CIS = sa.Table(
    "cis",
    METADATA,
    _key("tenant_id"),
    _key("ci_id"),
    _text("ci_code"),
    # The code in lower case: the index then answers a look-up that ignores case.
    _text("code_key"),
    _text("ci_name"),
    _text("ci_type"),
    _text("ci_subtype"),
    _text("ci_category"),
    _text("status"),
    sa.Column("criticality", sa.Integer),
    _text("location"),
    _text("owner"),
    _text("environment"),
    sa.Column("created_at", Instant),
    sa.Column("updated_at", Instant),
    _document("tags"),
    _document("attributes"),
    _text("source"),
    # Set when an import no longer brings the item: its history still needs the code.
    sa.Column("deleted_at", Instant),
)
sa.Index(
    "cis_by_code",
    CIS.c.tenant_id,
    CIS.c.code_key,
    unique=True,
    sqlite_where=CIS.c.deleted_at.is_(None),
    postgresql_where=CIS.c.deleted_at.is_(None),
)

RELATIONS = sa.Table(
    "relations",
    METADATA,
    _key("tenant_id"),
    _key("source_id"),
    _key("target_id"),
    _key("rel_type"),
    _text("source"),
    _of_a_ci("source_id"),
    _of_a_ci("target_id"),
)

METRICS = sa.Table(
    "metrics",
    METADATA,
    _key("tenant_id"),
    _key("metric_name"),
    _text("unit"),
    _text("kind"),
    _text("description"),
)

METRIC_SERIES = sa.Table(
    "metric_series",
    METADATA,
    sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("tenant_id", sa.Text, nullable=False),
    sa.Column("metric_name", sa.Text, nullable=False),
    sa.Column("ci_id", sa.Text, nullable=False),
    _of_a_ci("ci_id"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "metric_name"], ["metrics.tenant_id", "metrics.metric_name"]
    ),
    sa.Index("metric_series_by_name", "tenant_id", "metric_name", "ci_id", unique=True),
)

METRIC_POINTS = sa.Table(
    "metric_points",
    METADATA,
    sa.Column(
        "series_id",
        sa.BigInteger,
        sa.ForeignKey(METRIC_SERIES.c.series_id),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("measured_at", Instant, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Double, nullable=False),
    # A number of `QUALITY`: three words in a million rows would be most of the table.
    sa.Column("quality", sa.SmallInteger, nullable=False),
    # A row is its key and two numbers: without a row id it is stored once, in reading order.
    sqlite_with_rowid=False,
)
QUALITY = {"good": 0, "noisy": 1, "bad": 2}
"""The stored number of each quality of a metric point."""

EVENT_LOG = sa.Table(
    "event_log",
    METADATA,
    _key("tenant_id"),
    _key("entry_id"),
    sa.Column("ci_id", sa.Text, nullable=False),
    sa.Column("occurred_at", Instant, nullable=False),
    _text("event_type"),
    sa.Column("severity", sa.Integer, nullable=False),
    _text("source"),
    _text("title"),
    _text("message"),
    _document("attributes"),
    _of_a_ci("ci_id"),
    sa.Index("event_log_by_time", "tenant_id", "occurred_at"),
    sa.Index("event_log_by_ci", "tenant_id", "ci_id", "occurred_at"),
)

WORK_HISTORY = sa.Table(
    "work_history",
    METADATA,
    _key("tenant_id"),
    _key("work_id"),
    sa.Column("ci_id", sa.Text, nullable=False),
    _text("work_type"),
    _text("summary"),
    _text("detail"),
    _text("requested_by"),
    _text("approved_by"),
    sa.Column("impact_level", sa.Integer),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("duration_min", sa.Integer),
    sa.Column("result", sa.Text),
    _of_a_ci("ci_id"),
    sa.Index("work_history_by_time", "tenant_id", "started_at"),
    sa.Index("work_history_by_ci", "tenant_id", "ci_id", "started_at"),
)

MAINTENANCE_HISTORY = sa.Table(
    "maintenance_history",
    METADATA,
    _key("tenant_id"),
    _key("maintenance_id"),
    sa.Column("ci_id", sa.Text, nullable=False),
    _text("maint_type"),
    _text("summary"),
    _text("detail"),
    _text("performer"),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("duration_min", sa.Integer),
    sa.Column("result", sa.Text),
    _of_a_ci("ci_id"),
    sa.Index("maintenance_history_by_time", "tenant_id", "started_at"),
    sa.Index("maintenance_history_by_ci", "tenant_id", "ci_id", "started_at"),
)

DOCUMENTS = sa.Table(
    "documents",
    METADATA,
    _key("tenant_id"),
    _key("document_id"),
    _text("title"),
    _text("category"),
    _text("document_type"),
    _text("status"),
    sa.Column("size_bytes", sa.BigInteger),
    _text("content"),
    sa.Column("created_at", Instant),
)

CEP_RULES = sa.Table(
    "cep_rules",
    METADATA,
    _key("tenant_id"),
    _key("rule_id"),
    _text("rule_name"),
    _text("trigger_type"),
    _text("condition"),
    _document("trigger_spec"),
    _document("action_spec"),
    sa.Column("severity", sa.Integer, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
)

ESTATE_REVISIONS = sa.Table(
    "estate_revisions",
    METADATA,
    _key("tenant_id"),
    sa.Column("load_count", sa.Integer, nullable=False),
    _text("digest"),
    sa.Column("loaded_at", Instant, nullable=False),
)
