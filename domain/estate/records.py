"""The records of an estate, as importers hand them over and the estate's tables keep them.

Every record is frozen and refuses unknown fields, so that a misspelt column of an imported file is
an error and not a silent loss. Instants are timezone-aware; importers convert to UTC.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from domain.json import JsonMap
from domain.values.limits import LARGEST_INTEGER, LARGEST_SHORT_INTEGER
from domain.values.text import NAME

Text = Annotated[str, Field(min_length=1, max_length=4000)]
Code = Annotated[str, Field(min_length=1, max_length=NAME.limit), NAME]
Level = Annotated[int, Field(ge=1, le=5)]
Minutes = Annotated[int, Field(ge=0, le=LARGEST_SHORT_INTEGER)]
Bytes = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]


class RelationType(StrEnum):
    """The relation types that view policies know; other types are refused at import."""

    COMPOSED_OF = "COMPOSED_OF"
    DEPENDS_ON = "DEPENDS_ON"
    RUNS_ON = "RUNS_ON"
    DEPLOYED_ON = "DEPLOYED_ON"
    USES = "USES"
    PROTECTED_BY = "PROTECTED_BY"
    CONNECTED_TO = "CONNECTED_TO"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class ConfigurationItem(_Record):
    """One thing of the estate: a server, a disk, a package, a business system.

    `ci_code` is the name people type and unique in a tenant; `ci_id` is the key that relations
    and history use, and equals the code when an importer gives none. `criticality` runs from 1
    (low) to 5.
    """

    ci_id: Code
    ci_code: Code
    ci_name: Text
    ci_type: Code
    ci_subtype: str = ""
    ci_category: str = ""
    status: Code = "active"
    criticality: Level | None = None
    location: str = ""
    owner: str = ""
    environment: str = ""
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    tags: JsonMap = {}
    attributes: JsonMap = {}

    @model_validator(mode="before")
    @classmethod
    def _id_defaults_to_code(cls, row: object) -> object:
        if isinstance(row, dict) and not row.get("ci_id"):
            return {**row, "ci_id": row.get("ci_code")}
        return row


class Relation(_Record):
    """A directed edge between two configuration items.

    It reads "source TYPE target": app RUNS_ON server.
    """

    source_id: Code
    target_id: Code
    rel_type: RelationType


class MetricDefinition(_Record):
    """What a metric measures, in which unit; a counter only rises, a gauge goes both ways."""

    metric_name: Code
    unit: str
    kind: Literal["gauge", "counter"] = "gauge"
    description: str = ""


class MetricPoint(_Record):
    """One measured value of one configuration item."""

    ci_id: Code
    metric_name: Code
    measured_at: AwareDatetime
    value: float
    quality: Literal["good", "noisy", "bad"] = "good"


class EventLogEntry(_Record):
    """Something that happened in the estate: an alarm, a deployment, an installed package.

    Severity 5 is the worst.
    """

    entry_id: Code
    ci_id: Code
    occurred_at: AwareDatetime
    event_type: Code
    severity: Level
    source: str = ""
    title: str = ""
    message: str = ""
    attributes: JsonMap = {}


class WorkItem(_Record):
    """A planned piece of work on a configuration item, and how it ended."""

    work_id: Code
    ci_id: Code
    work_type: Code
    summary: str = ""
    detail: str = ""
    requested_by: str = ""
    approved_by: str = ""
    impact_level: Level | None = None
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    duration_min: Minutes | None = None
    result: Literal["success", "degraded", "failed"] | None = None


class MaintenanceItem(_Record):
    """A maintenance of a configuration item, and how it ended."""

    maintenance_id: Code
    ci_id: Code
    maint_type: Code
    summary: str = ""
    detail: str = ""
    performer: str = ""
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    duration_min: Minutes | None = None
    result: Literal["success", "degraded", "failed"] | None = None


class Document(_Record):
    """A document about the estate; `content` is its searchable text."""

    document_id: Code
    title: Text
    category: str = ""
    document_type: str = ""
    status: str = ""
    size_bytes: Bytes | None = None
    content: str = ""
    created_at: AwareDatetime | None = None


class CepRule(_Record):
    """A complex-event-processing rule: a condition, and what it would do.

    The condition is CEL over `ci`, `metric` and `history`.
    """

    rule_id: Code
    rule_name: Text
    trigger_type: Literal["metric", "event", "schedule", "anomaly"]
    condition: Annotated[str, Field(min_length=1, max_length=4096)] = "true"
    trigger_spec: JsonMap = {}
    action_spec: JsonMap = {}
    severity: Level = 3
    is_active: bool = True
