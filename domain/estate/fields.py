"""Which fields of which records can be searched, filtered, grouped and sorted.

This is the one list that tools and planner share.
"""

from enum import StrEnum


class RecordKind(StrEnum):
    """The kinds of records that a query can ask for; tools only count those of the last two."""

    CI = "ci"
    EVENT_LOG = "event_log"
    WORK = "work_history"
    MAINTENANCE = "maintenance_history"
    DOCUMENT = "document"
    CEP_RULE = "cep_rule"
    WORK_AND_MAINTENANCE = "work_and_maintenance"
    AUDIT_LOG = "audit_log"


class FieldType(StrEnum):
    """How values of a field compare: as text, as numbers, or as instants."""

    TEXT = "text"
    NUMBER = "number"
    INSTANT = "instant"


_NUMBERS = frozenset({"criticality", "severity", "impact_level", "duration_min", "size_bytes"})


def _fields(*names: str) -> dict[str, FieldType]:
    """Return the fields with their types: a name that ends in _at is that of an instant."""
    return {name: _type(name) for name in names}


def _type(name: str) -> FieldType:
    if name.endswith("_at"):
        return FieldType.INSTANT
    return FieldType.NUMBER if name in _NUMBERS else FieldType.TEXT


FIELDS: dict[RecordKind, dict[str, FieldType]] = {
    RecordKind.CI: _fields(
        *("ci_id", "ci_code", "ci_name", "ci_type", "ci_subtype", "ci_category", "status"),
        *("criticality", "location", "owner", "environment", "created_at", "updated_at"),
    ),
    RecordKind.EVENT_LOG: _fields(
        *("entry_id", "ci_id", "ci_code", "occurred_at", "event_type", "severity", "source"),
        *("title", "message"),
    ),
    RecordKind.WORK: _fields(
        *("work_id", "ci_id", "ci_code", "work_type", "summary", "detail", "requested_by"),
        *("approved_by", "impact_level", "started_at", "ended_at", "duration_min", "result"),
    ),
    RecordKind.MAINTENANCE: _fields(
        *("maintenance_id", "ci_id", "ci_code", "maint_type", "summary", "detail", "performer"),
        *("started_at", "ended_at", "duration_min", "result"),
    ),
    RecordKind.DOCUMENT: _fields(
        *("document_id", "title", "category", "document_type", "status", "size_bytes", "content"),
        "created_at",
    ),
    RecordKind.CEP_RULE: _fields("rule_id", "rule_name", "trigger_type", "condition", "severity"),
    RecordKind.WORK_AND_MAINTENANCE: _fields(
        *("record_id", "source", "ci_id", "ci_code", "type", "summary", "detail", "person"),
        *("started_at", "ended_at", "duration_min", "result"),
    ),
    RecordKind.AUDIT_LOG: _fields(
        *("change_id", "changed_at", "action", "actor_kind", "actor_id"),
    ),
}

NAMING_FIELDS = ("ci_code", "ci_name", "ci_type", "ci_subtype", "ci_category")
"""The fields whose words name one configuration item."""

OWN_NAMES = {
    RecordKind.WORK: {"record_id": "work_id", "type": "work_type", "person": "requested_by"},
    RecordKind.MAINTENANCE: {
        "record_id": "maintenance_id",
        "type": "maint_type",
        "person": "performer",
    },
}
"""The names that records of work and of maintenance have for what both have."""

KEYWORD_FIELDS: dict[RecordKind, tuple[str, ...]] = {
    RecordKind.CI: (*NAMING_FIELDS, "environment"),
    RecordKind.EVENT_LOG: ("ci_code", "event_type", "title", "message"),
    RecordKind.WORK: ("ci_code", "work_type", "summary", "detail"),
    RecordKind.MAINTENANCE: ("ci_code", "maint_type", "summary", "detail"),
    RecordKind.DOCUMENT: ("title", "category", "content"),
    RecordKind.CEP_RULE: ("rule_name", "condition"),
    RecordKind.WORK_AND_MAINTENANCE: ("ci_code", "type", "summary", "detail"),
    RecordKind.AUDIT_LOG: ("action", "actor_id"),
}

INSTANT_FIELD: dict[RecordKind, str] = {
    RecordKind.CI: "created_at",
    RecordKind.EVENT_LOG: "occurred_at",
    RecordKind.WORK: "started_at",
    RecordKind.MAINTENANCE: "started_at",
    RecordKind.DOCUMENT: "created_at",
    RecordKind.WORK_AND_MAINTENANCE: "started_at",
    RecordKind.AUDIT_LOG: "changed_at",
}
"""The field that a time window restricts; a kind without one (rules) refuses a window."""

OPEN_FIELDS: dict[RecordKind, tuple[str, ...]] = {
    RecordKind.CI: ("tags", "attributes"),
    RecordKind.EVENT_LOG: ("attributes",),
}
"""JSON fields addressed as `tags.<key>`; the keys are those that the estate's records have."""

WORD_FIELDS: dict[RecordKind, tuple[str, ...]] = {
    RecordKind.CI: (
        *("ci_type", "ci_subtype", "ci_category", "status", "location", "owner", "environment"),
    ),
    RecordKind.EVENT_LOG: ("event_type", "source"),
    RecordKind.WORK: ("work_type", "requested_by", "approved_by", "result"),
    RecordKind.MAINTENANCE: ("maint_type", "performer", "result"),
    RecordKind.DOCUMENT: ("category", "document_type", "status"),
    RecordKind.CEP_RULE: ("trigger_type",),
}
"""The fields whose values classify records; questions repeat them, but not ids and prose."""
