"""Which field of which records, or which aggregation of a metric, a word such as "type" names."""

from typing import Literal

from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.question import DoesNotFit, Reading
from domain.estate.fields import RecordKind

_FIELDS: dict[RecordKind, dict[str, str]] = {
    RecordKind.CI: {
        "type": "ci_type",
        "subtype": "ci_subtype",
        "status": "status",
        "owner": "owner",
        "location": "location",
        "environment": "environment",
        "category": "ci_category",
        "criticality": "criticality",
        "name": "ci_name",
        "code": "ci_code",
    },
    RecordKind.EVENT_LOG: {"type": "event_type", "severity": "severity", "source": "source"},
    RecordKind.WORK: {
        "type": "work_type",
        "result": "result",
        "requester": "requested_by",
        "approver": "approved_by",
    },
    RecordKind.MAINTENANCE: {"type": "maint_type", "result": "result", "performer": "performer"},
    RecordKind.DOCUMENT: {
        "type": "document_type",
        "category": "category",
        "status": "status",
        "name": "title",
    },
}
Agg = Literal["max", "min", "avg", "last"]
_WORDS: dict[str, Agg] = {
    "AVERAGE": "avg",
    "HIGHEST": "max",
    "LOWEST": "min",
    "LAST": "last",
    "NOW": "last",
}
TITLES: dict[Agg, str] = {"avg": "average", "max": "highest", "min": "lowest", "last": "last"}


def kind_of(reading: Reading) -> RecordKind:
    """Return the one kind of records asked for; without a noun, the kind that has the fields."""
    kinds = reading.kinds or _kinds_having([m.value for m in reading.every(Slot.FIELD)])
    if len(kinds) != 1:
        raise DoesNotFit
    return kinds[0]


def fields_of(reading: Reading, kind: RecordKind) -> list[str]:
    """Return the fields that the question names. Raises `DoesNotFit` for an unknown one."""
    concepts = dict.fromkeys(mention.value for mention in reading.every(Slot.FIELD))
    if not set(concepts) <= set(_FIELDS.get(kind, {})):
        raise DoesNotFit
    return [_FIELDS[kind][concept] for concept in concepts]


def type_field(kind: RecordKind) -> str:
    """Return the field that tells what kind of event, work or item a record is."""
    return _FIELDS[kind]["type"]


def _kinds_having(concepts: list[str]) -> list[RecordKind]:
    having = [kind for kind, fields in _FIELDS.items() if set(concepts) <= set(fields)]
    # "Types" or "states" alone are those of configuration items.
    return having[:1] if RecordKind.CI in having else having


def aggregations(reading: Reading) -> list[Agg]:
    """Return the aggregations that the question names, each once."""
    said = (_WORDS.get(mention.symbol) for mention in reading.mentions)
    return list(dict.fromkeys(agg for agg in said if agg))
