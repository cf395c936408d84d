"""Which fields of which records can be searched, filtered, grouped and sorted.

This is the one list that tools and planner share.
"""

from enum import StrEnum


class RecordKind(StrEnum):
    """The kinds of records that a query can ask for."""

    CI = "ci"
    EVENT_LOG = "event_log"
    WORK = "work_history"
    MAINTENANCE = "maintenance_history"
    DOCUMENT = "document"
    CEP_RULE = "cep_rule"


class FieldType(StrEnum):
    """How values of a field compare: as text, as numbers, or as instants."""

    TEXT = "text"
    NUMBER = "number"
    INSTANT = "instant"


_T, _N, _I = FieldType.TEXT, FieldType.NUMBER, FieldType.INSTANT

FIELDS: dict[RecordKind, dict[str, FieldType]] = {
    RecordKind.CI: {
        "ci_id": _T,
        "ci_code": _T,
        "ci_name": _T,
        "ci_type": _T,
        "ci_subtype": _T,
        "ci_category": _T,
        "status": _T,
        "criticality": _N,
        "location": _T,
        "owner": _T,
        "environment": _T,
        "created_at": _I,
        "updated_at": _I,
    },
    RecordKind.EVENT_LOG: {
        "entry_id": _T,
        "ci_id": _T,
        "ci_code": _T,
        "occurred_at": _I,
        "event_type": _T,
        "severity": _N,
        "source": _T,
        "title": _T,
        "message": _T,
    },
    RecordKind.WORK: {
        "work_id": _T,
        "ci_id": _T,
        "ci_code": _T,
        "work_type": _T,
        "summary": _T,
        "detail": _T,
        "requested_by": _T,
        "approved_by": _T,
        "impact_level": _N,
        "started_at": _I,
        "ended_at": _I,
        "duration_min": _N,
        "result": _T,
    },
    RecordKind.MAINTENANCE: {
        "maintenance_id": _T,
        "ci_id": _T,
        "ci_code": _T,
        "maint_type": _T,
        "summary": _T,
        "detail": _T,
        "performer": _T,
        "started_at": _I,
        "ended_at": _I,
        "duration_min": _N,
        "result": _T,
    },
    RecordKind.DOCUMENT: {
        "document_id": _T,
        "title": _T,
        "category": _T,
        "document_type": _T,
        "status": _T,
        "size_bytes": _N,
        "content": _T,
        "created_at": _I,
    },
    RecordKind.CEP_RULE: {
        "rule_id": _T,
        "rule_name": _T,
        "trigger_type": _T,
        "condition": _T,
        "severity": _N,
    },
}

KEYWORD_FIELDS: dict[RecordKind, tuple[str, ...]] = {
    RecordKind.CI: ("ci_code", "ci_name", "ci_type", "ci_subtype", "ci_category"),
    RecordKind.EVENT_LOG: ("ci_code", "event_type", "title", "message"),
    RecordKind.WORK: ("ci_code", "work_type", "summary", "detail"),
    RecordKind.MAINTENANCE: ("ci_code", "maint_type", "summary", "detail"),
    RecordKind.DOCUMENT: ("title", "category", "content"),
    RecordKind.CEP_RULE: ("rule_name", "condition"),
}

INSTANT_FIELD: dict[RecordKind, str] = {
    RecordKind.CI: "created_at",
    RecordKind.EVENT_LOG: "occurred_at",
    RecordKind.WORK: "started_at",
    RecordKind.MAINTENANCE: "started_at",
    RecordKind.DOCUMENT: "created_at",
}
"""The field that a time window restricts; a kind without one (rules) refuses a window."""

OPEN_FIELDS: dict[RecordKind, tuple[str, ...]] = {
    RecordKind.CI: ("tags", "attributes"),
    RecordKind.EVENT_LOG: ("attributes",),
}
"""JSON fields addressed as `tags.<key>`; the keys are those that the estate's records have."""

WORD_FIELDS: dict[RecordKind, tuple[str, ...]] = {
    RecordKind.CI: (
        "ci_type",
        "ci_subtype",
        "ci_category",
        "status",
        "location",
        "owner",
        "environment",
    ),
    RecordKind.EVENT_LOG: ("event_type", "source"),
    RecordKind.WORK: ("work_type", "requested_by", "approved_by", "result"),
    RecordKind.MAINTENANCE: ("maint_type", "performer", "result"),
    RecordKind.DOCUMENT: ("category", "document_type", "status"),
    RecordKind.CEP_RULE: ("trigger_type",),
}
"""The fields whose values classify records; questions repeat them, but not ids and prose."""
