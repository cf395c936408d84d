"""A small estate that the tests of this folder know by heart."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from domain.estate.fields import RecordKind
from domain.estate.port import EstateDataset
from domain.estate.queries import FilterSpec, RecordQuery, Row, Sort
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
from domain.times import Window
from infrastructure.estate.sql_estate import SqlEstate

NOON = datetime(2025, 12, 1, 12, tzinfo=UTC)
DAY = Window(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
TENANT = "acme"

ERP = ConfigurationItem(
    ci_id="1", ci_code="sys-erp", ci_name="ERP System", ci_type="SYSTEM", criticality=5
)
SERVER = ConfigurationItem(
    ci_id="2",
    ci_code="srv-erp-01",
    ci_name="Ölpumpe",
    ci_type="HW",
    ci_subtype="server",
    status="monitoring",
    criticality=4,
    location="zone_a",
    owner="erp-platform",
    created_at=NOON,
    tags={"system": "erp", 'odd"key': True},
    attributes={"cpu_cores": 16, "version": "8.4", "disks": ["sda", "sdb"]},
)
DATABASE = ConfigurationItem(
    ci_id="3",
    ci_code="db-erp-01",
    ci_name="ERP Database",
    ci_type="SW",
    ci_subtype="db",
    location="zoneXa",
    created_at=NOON + timedelta(days=1),
    tags={"system": "erp"},
    attributes={"cpu_cores": 8},
)
SAMPLE = EstateDataset(
    source="files",
    cis=(ERP, SERVER, DATABASE),
    relations=(
        Relation(source_id="3", target_id="2", rel_type=RelationType.DEPLOYED_ON),
        Relation(source_id="1", target_id="2", rel_type=RelationType.COMPOSED_OF),
        Relation(source_id="1", target_id="3", rel_type=RelationType.COMPOSED_OF),
    ),
    metrics=(MetricDefinition(metric_name="cpu_usage", unit="%", description="Busy time"),),
    event_log=tuple(
        EventLogEntry(
            entry_id=f"e{number}",
            ci_id="2" if number % 3 else "3",
            occurred_at=NOON + timedelta(minutes=number),
            event_type="deployment" if number % 2 else "threshold_alarm",
            severity=number % 5 + 1,
            source="device",
            title=f"Entry {number}",
            attributes={"rack": number % 2},
        )
        for number in range(6)
    ),
    work=(
        WorkItem(
            work_id="w1",
            ci_id="2",
            work_type="upgrade",
            started_at=NOON,
            duration_min=30,
            result="failed",
        ),
        WorkItem(
            work_id="w2",
            ci_id="3",
            work_type="audit",
            started_at=NOON + timedelta(hours=1),
            duration_min=60,
            result="success",
        ),
        WorkItem(work_id="w3", ci_id="3", work_type="audit", started_at=NOON),
    ),
    maintenance=(
        MaintenanceItem(
            maintenance_id="m1",
            ci_id="2",
            maint_type="reboot",
            started_at=NOON - timedelta(days=40),
        ),
    ),
    documents=(
        Document(document_id="d1", title="Über ERP", content="how to restart", size_bytes=10),
        Document(document_id="d2", title="Backup", content="x" * 101, size_bytes=20),
    ),
    cep_rules=(
        CepRule(
            rule_id="r1",
            rule_name="High CPU",
            trigger_type="metric",
            condition="metric.value > 80.0",
            trigger_spec={"metric": "cpu_usage"},
        ),
    ),
)


def points(ci_id: str, values: Sequence[float], **more: str) -> tuple[MetricPoint, ...]:
    """One point a minute from noon on."""
    return tuple(
        MetricPoint.model_validate(
            {
                "ci_id": ci_id,
                "metric_name": "cpu_usage",
                "measured_at": NOON + timedelta(minutes=minute),
                "value": value,
                **more,
            }
        )
        for minute, value in enumerate(values)
    )


def found(
    estate: SqlEstate, kind: RecordKind, *filters: FilterSpec, sort: tuple[Sort, ...] = ()
) -> list[Row]:
    """The rows that match the filters."""
    return estate.find(TENANT, RecordQuery(kind=kind, filters=filters, sort=sort)).rows


def codes(rows: Sequence[Mapping[str, object]]) -> list[object]:
    """The codes of the rows, in their order."""
    return [row["ci_code"] for row in rows]
