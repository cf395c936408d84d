"""A small estate that tests of tools know by heart."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from domain.estate.port import EstateDataset
from domain.estate.records import (
    CepRule,
    ConfigurationItem,
    Document,
    EventLogEntry,
    MaintenanceItem,
    MetricDefinition,
    MetricPoint,
    Relation,
    RelationType,
    WorkItem,
)
from infrastructure.database.engine import create_engine
from infrastructure.database.metadata import METADATA
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from infrastructure.estate.word_index import MADE

NOW = datetime(2025, 12, 31, 12, tzinfo=UTC)
TENANT = "acme"


def hours_ago(hours: float) -> datetime:
    """Return the instant that many hours before now."""
    return NOW - timedelta(hours=hours)


def item(code: str, name: str, *, ci_type: str = "SW", **more: object) -> ConfigurationItem:
    """Return a configuration item whose id is not its code."""
    fields = {"ci_id": f"id-{code}", "ci_code": code, "ci_name": name, "ci_type": ci_type}
    return ConfigurationItem.model_validate({**fields, **more})


CIS = (
    item("sys-shop", "Shop System", ci_type="SYSTEM", ci_subtype="business_system"),
    item("srv-01", "Shop Server 01", ci_type="HW", ci_subtype="server", location="zone-a"),
    item("srv-02", "Shop Server 02", ci_type="HW", ci_subtype="server", status="monitoring"),
    item("storage-01", "Shop Storage", ci_type="HW", ci_subtype="storage"),
    item("app-web", "Web App", ci_subtype="app", tags={"role": "front", "api_key": "k-123"}),
    item("app-pay", "Payment App", ci_subtype="app"),
    item("db-01", "Orders Database", ci_subtype="db", environment="production"),
    item("twin-a", "Twin", ci_subtype="app"),
    item("twin-b", "Twin", ci_subtype="app"),
    item("lone-01", "Lone Printer", ci_type="HW", ci_subtype="printer"),
)


def relation(source: str, rel_type: RelationType, *, target: str) -> Relation:
    """Return a relation between two codes."""
    return Relation(source_id=f"id-{source}", target_id=f"id-{target}", rel_type=rel_type)


RELATIONS = (
    *(
        relation("sys-shop", RelationType.COMPOSED_OF, target=part)
        for part in ("srv-01", "srv-02", "app-web", "app-pay", "db-01")
    ),
    relation("app-web", RelationType.DEPENDS_ON, target="app-pay"),
    relation("app-pay", RelationType.DEPENDS_ON, target="db-01"),
    relation("db-01", RelationType.RUNS_ON, target="srv-01"),
    relation("app-web", RelationType.RUNS_ON, target="srv-02"),
    relation("srv-01", RelationType.USES, target="storage-01"),
)


def _points() -> Iterator[MetricPoint]:
    for code, base in (("srv-01", 50.0), ("srv-02", 70.0), ("app-web", 10.0)):
        for hour in range(1, 25):
            yield MetricPoint(
                ci_id=f"id-{code}",
                metric_name="cpu_usage",
                measured_at=hours_ago(hour),
                value=base + hour,
            )


def _entry(number: int, code: str, *, event_type: str, severity: int) -> EventLogEntry:
    return EventLogEntry(
        entry_id=f"ev-{number}",
        ci_id=f"id-{code}",
        occurred_at=hours_ago(number),
        event_type=event_type,
        severity=severity,
        title=f"{event_type} on {code}",
    )


EVENT_LOG = (
    _entry(1, "srv-01", event_type="threshold_alarm", severity=5),
    _entry(2, "srv-01", event_type="deployment", severity=1),
    _entry(3, "app-web", event_type="deployment", severity=1),
    _entry(30, "srv-02", event_type="security_alert", severity=4),
)
WORK = (
    WorkItem(
        work_id="w-1",
        ci_id="id-srv-01",
        work_type="upgrade",
        summary="New kernel",
        requested_by="alice",
        started_at=hours_ago(5),
        duration_min=30,
        result="success",
    ),
    WorkItem(
        work_id="w-2",
        ci_id="id-app-web",
        work_type="upgrade",
        summary="New release",
        requested_by="bob",
        started_at=hours_ago(50),
        duration_min=90,
        result="failed",
    ),
)
MAINTENANCE = (
    MaintenanceItem(
        maintenance_id="m-1",
        ci_id="id-srv-01",
        maint_type="reboot",
        summary="Restart",
        performer="infra-team",
        started_at=hours_ago(4),
        duration_min=10,
        result="success",
    ),
)
DOCUMENTS = (
    Document(
        document_id="d-1",
        title="Shop handbook",
        category="manual",
        content="How the payment works. " * 20 + "In an emergency call the shop desk.",
        created_at=hours_ago(1000),
    ),
    Document(
        document_id="d-2",
        title="Minutes",
        category="other",
        content="The shop was discussed.",
        created_at=hours_ago(10),
    ),
)
RULES = (
    CepRule(
        rule_id="r-cpu",
        rule_name="High CPU",
        trigger_type="metric",
        condition="metric.value > 73.5 && ci.status == 'active'",
        trigger_spec={"metric_name": "cpu_usage", "agg": "max", "time_range": "last_24h"},
        action_spec={"endpoint": "https://example.org", "token": "t-123"},
    ),
    CepRule(
        rule_id="r-burst",
        rule_name="Burst",
        trigger_type="event",
        condition="history.count >= 2 && history.recent.exists(e, e.severity >= 5)",
        trigger_spec={"source": "event_log", "time_range": "last_24h"},
        is_active=False,
    ),
    CepRule(
        rule_id="r-number", rule_name="Number", trigger_type="metric", condition="metric.value"
    ),
    CepRule(
        rule_id="r-broken", rule_name="Broken", trigger_type="metric", condition="ci.status ="
    ),
    CepRule(
        rule_id="r-key", rule_name="Key", trigger_type="metric", condition="ci.colour == 'red'"
    ),
    CepRule(
        rule_id="r-trigger",
        rule_name="Trigger",
        trigger_type="metric",
        condition="metric.value > 1.0",
        trigger_spec={"metric_name": "cpu_usage", "agg": "median"},
    ),
)
SMALL_ESTATE = EstateDataset(
    source="test",
    cis=CIS,
    relations=RELATIONS,
    metrics=(
        MetricDefinition(metric_name="cpu_usage", unit="%"),
        MetricDefinition(metric_name="memory_usage", unit="%"),
    ),
    metric_points=tuple(_points()),
    event_log=EVENT_LOG,
    work=WORK,
    maintenance=MAINTENANCE,
    documents=DOCUMENTS,
    cep_rules=RULES,
)


def make_tables(engine: sa.Engine) -> None:
    """Make the tables on SQLite, and the index of the words of documents."""
    METADATA.create_all(engine)
    with engine.begin() as connection:
        for statement in MADE["sqlite"]:
            connection.exec_driver_sql(statement)


@contextmanager
def small_estate(folder: Path, *, dataset: EstateDataset = SMALL_ESTATE) -> Iterator[SqlEstate]:
    """Yield the estate of a database in the folder, filled with the dataset."""
    engine = create_engine(f"sqlite:///{folder / 'estate.db'}")
    make_tables(engine)
    SqlEstateWriter(engine).load(TENANT, dataset, mode="replace", at=NOW)
    try:
        yield SqlEstate(engine)
    finally:
        engine.dispose()
