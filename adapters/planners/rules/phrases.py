"""The planner's own words for what it understood."""

from collections.abc import Sequence

from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec

NOUNS: dict[RecordKind, str] = {
    RecordKind.CI: "configuration items",
    RecordKind.EVENT_LOG: "event log entries",
    RecordKind.WORK: "work items",
    RecordKind.MAINTENANCE: "maintenance items",
    RecordKind.DOCUMENT: "documents",
}


def conditions(filters: Sequence[FilterSpec]) -> str:
    """Return the filters as words: " where status = active and location = zone-a"."""
    texts = [f"{spec.field} {spec.op} {_value(spec)}" for spec in filters]
    return f" where {' and '.join(texts)}" if texts else ""


def during(time_range: str) -> str:
    """Return the span of time as words."""
    return "" if time_range == "all_time" else f" during {time_range}"


def _value(spec: FilterSpec) -> str:
    return ", ".join(spec.value) if isinstance(spec.value, list) else str(spec.value)
