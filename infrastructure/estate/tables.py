"""The tables of the estate. Every key begins with the tenant."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from infrastructure.database.metadata import (
    METADATA,
    NUMBERED_ID,
    filled_later,
    keys,
    optional,
    partial_index,
    required,
)

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


# Ordered by their characters on every database: what begins with a text is then a range.
_PHRASE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _of_a_ci(*columns: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", *columns], ["cis.tenant_id", "cis.ci_id"])


CIS = sa.Table(
    "cis",
    METADATA,
    *keys("tenant_id", "ci_id"),
    *required(sa.Text, "ci_code"),
    # The code in lower case: the index then answers a look-up that ignores case.
    *required(sa.Text, "code_key", "ci_name", "ci_type", "ci_subtype", "ci_category", "status"),
    *optional(sa.Integer, "criticality"),
    *required(sa.Text, "location", "owner", "environment"),
    *optional(Instant, "created_at", "updated_at"),
    *required(sa.JSON, "tags", "attributes"),
    *required(sa.Text, "source"),
    # Set when an import no longer brings the item: its history still needs the code.
    *optional(Instant, "deleted_at"),
    # The name and the code as questions say them; see `domain.estate.phrases`.
    *filled_later(_PHRASE, "name_phrase", "code_phrase"),
)
_IS_THERE = CIS.c.deleted_at.is_(None)
partial_index("cis_by_code", CIS.c.tenant_id, CIS.c.code_key, where=_IS_THERE, unique=True)
for _name in ("name_phrase", "code_phrase"):
    _phrase_and_code = (CIS.c.tenant_id, CIS.c[_name], CIS.c.ci_code)
    partial_index(f"cis_by_{_name}", *_phrase_and_code, where=_IS_THERE)

RELATIONS = sa.Table(
    "relations",
    METADATA,
    *keys("tenant_id", "source_id", "target_id", "rel_type"),
    *required(sa.Text, "source"),
    _of_a_ci("source_id"),
    _of_a_ci("target_id"),
    # With all that is read of a relation, or SQLite would rather look through the primary key.
    sa.Index("relations_by_target", "tenant_id", "target_id", "source_id", "rel_type"),
)

METRICS = sa.Table(
    "metrics",
    METADATA,
    *keys("tenant_id", "metric_name"),
    *required(sa.Text, "unit", "kind", "description"),
)

METRIC_SERIES = sa.Table(
    "metric_series",
    METADATA,
    sa.Column("series_id", NUMBERED_ID, primary_key=True),
    *required(sa.Text, "tenant_id", "metric_name", "ci_id"),
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
    *required(sa.Double, "value"),
    # A number of `QUALITY`: three words in a million rows would be most of the table.
    *required(sa.SmallInteger, "quality"),
    # A row is its key and two numbers: without a row id it is stored once, in reading order.
    sqlite_with_rowid=False,
)
QUALITY = {"good": 0, "noisy": 1, "bad": 2}
"""The stored number of each quality of a metric point."""

EVENT_LOG = sa.Table(
    "event_log",
    METADATA,
    *keys("tenant_id", "entry_id"),
    *required(sa.Text, "ci_id"),
    *required(Instant, "occurred_at"),
    *required(sa.Text, "event_type"),
    *required(sa.Integer, "severity"),
    *required(sa.Text, "source", "title", "message"),
    *required(sa.JSON, "attributes"),
    _of_a_ci("ci_id"),
    sa.Index("event_log_by_time", "tenant_id", "occurred_at"),
    sa.Index("event_log_by_ci", "tenant_id", "ci_id", "occurred_at"),
)

WORK_HISTORY = sa.Table(
    "work_history",
    METADATA,
    *keys("tenant_id", "work_id"),
    *required(sa.Text, "ci_id", "work_type", "summary", "detail", "requested_by", "approved_by"),
    *optional(sa.Integer, "impact_level"),
    *required(Instant, "started_at"),
    *optional(Instant, "ended_at"),
    *optional(sa.Integer, "duration_min"),
    *optional(sa.Text, "result"),
    _of_a_ci("ci_id"),
    sa.Index("work_history_by_time", "tenant_id", "started_at"),
    sa.Index("work_history_by_ci", "tenant_id", "ci_id", "started_at"),
)

MAINTENANCE_HISTORY = sa.Table(
    "maintenance_history",
    METADATA,
    *keys("tenant_id", "maintenance_id"),
    *required(sa.Text, "ci_id", "maint_type", "summary", "detail", "performer"),
    *required(Instant, "started_at"),
    *optional(Instant, "ended_at"),
    *optional(sa.Integer, "duration_min"),
    *optional(sa.Text, "result"),
    _of_a_ci("ci_id"),
    sa.Index("maintenance_history_by_time", "tenant_id", "started_at"),
    sa.Index("maintenance_history_by_ci", "tenant_id", "ci_id", "started_at"),
)

DOCUMENTS = sa.Table(
    "documents",
    METADATA,
    *keys("tenant_id", "document_id"),
    *required(sa.Text, "title", "category", "document_type", "status"),
    *optional(sa.BigInteger, "size_bytes"),
    *required(sa.Text, "content"),
    *optional(Instant, "created_at"),
    *filled_later(sa.Text, "source"),
)

CEP_RULES = sa.Table(
    "cep_rules",
    METADATA,
    *keys("tenant_id", "rule_id"),
    *required(sa.Text, "rule_name", "trigger_type", "condition"),
    *required(sa.JSON, "trigger_spec", "action_spec"),
    *required(sa.Integer, "severity"),
    *required(sa.Boolean, "is_active"),
    *filled_later(sa.Text, "source"),
)

ESTATE_WORDS = sa.Table(
    "estate_words",
    METADATA,
    # As `domain.estate.named` writes phrases.
    *keys("tenant_id"),
    sa.Column("phrase", _PHRASE, primary_key=True),
    *keys("kind", "source", "value"),
    *required(sa.Integer, "count"),
    # The most frequent ones, as JSON.
    *required(sa.Text, "classes"),
    sqlite_with_rowid=False,
)

ESTATE_TRIGRAMS = sa.Table(
    "estate_trigrams",
    METADATA,
    *keys("tenant_id", "trigram"),
    sa.Column("word", _PHRASE, primary_key=True),
    sqlite_with_rowid=False,
)

ESTATE_REVISIONS = sa.Table(
    "estate_revisions",
    METADATA,
    *keys("tenant_id"),
    *required(sa.Integer, "load_count"),
    *required(sa.Text, "digest"),
    *required(Instant, "loaded_at"),
    # The vocabulary without the items, as JSON: to find it again takes reading every record.
    *filled_later(sa.Text, "words"),
    # Of the newest dated record.
    *optional(Instant, "newest_at"),
)
