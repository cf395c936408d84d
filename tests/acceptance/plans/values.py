"""Values for plans that a schema cannot give: names and records of an estate, times, filters."""

import random
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from domain.estate.fields import FIELDS, FieldType, RecordKind
from domain.estate.port import EstateDataset
from domain.tools.capabilities import MODE_CAPABILITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Json = dict[str, Any]
_WORDS: Final = ("erp", "srv", "prod", "manual", "linux", "nowhere", "storage", "patch", "a b")
_TIMES: Final = ("last_24h", "last_7d", "last_1h", "last_30d", "today", "yesterday", "2026-06")
_RANGES: Final = (*_TIMES, "2026-06-01..2026-06-15", "-6h..now", "all_time", "2026-06-29")
_MEASURES: Final = {
    FieldType.TEXT: ("count_distinct({0})", "min({0})"),
    FieldType.NUMBER: ("avg({0})", "sum({0})", "max({0})"),
    FieldType.INSTANT: ("min({0})", "max({0})"),
}
_OPS: Final = {
    FieldType.TEXT: ("=", "!=", "ILIKE", "IN"),
    FieldType.NUMBER: ("=", "!=", "<", "<=", ">", ">="),
    FieldType.INSTANT: ("<", "<=", ">", ">="),
}
_COUNTED: Final = {"work": "work_history", "maintenance": "maintenance_history", "cep": "cep_rule"}


class Values:
    """Values by the end of a field's path; None where the type says enough."""

    def __init__(self, estate: EstateDataset) -> None:
        self.chance = random.Random(0)
        self._records: Mapping[RecordKind, Sequence[Any]] = {
            RecordKind.CI: [*estate.cis],
            RecordKind.EVENT_LOG: [*estate.event_log][:500],
            RecordKind.WORK: [*estate.work],
            RecordKind.MAINTENANCE: [*estate.maintenance],
            RecordKind.DOCUMENT: [*estate.documents],
            RecordKind.CEP_RULE: [*estate.cep_rules],
        }
        self._metrics = [metric.metric_name for metric in estate.metrics]
        self._rules = [rule.rule_id for rule in estate.cep_rules]

    def of(self, path: str, beside: Json) -> Any:  # noqa: ANN401 - of any field
        """Return a value for the field at the path, beside these others; None for any."""
        name, kind = path.rpartition(".")[2], _kind_of(path, beside)
        if name in {"filters", "group_by", "metrics", "sort"}:
            drawn: Callable[[RecordKind], Any] = {
                "filters": self._filters,
                "group_by": self._group_by,
                "metrics": self._measure,
                "sort": self._sort,
            }[name]
            return [drawn(kind) for _ in range(self.chance.choice([1, 1, 2]))]
        found = self._named(name)
        return found if found is not None else self._keywords(path, name)

    def _named(self, name: str) -> Any:  # noqa: ANN401 - of any field
        choices: Mapping[str, Sequence[Any]] = {
            "ci_id": self._codes(),
            "ci_code": self._codes(),
            "source_id": self._codes(),
            "target_id": self._codes(),
            "source_ci_code": self._codes(),
            "target_ci_code": self._codes(),
            "text": self._codes(),
            "metric_name": self._metrics,
            "rule_id": self._rules,
            "time_range": _RANGES,
            "query": _WORDS[:5],
            "mode_hint": [*MODE_CAPABILITIES],
            "timeout_seconds": (30, 600, 3600),
            "max_steps": (8, 20, 100),
            "max_iterations": (3, 5, 100),
            "max_branches": (3, 5),
            "date_from": ("2025-01-01", "2026-06"),
            "date_to": ("2026-06-20", "2026-07"),
            "document_types": (["pdf"], ["pdf", "docx"]),
            "at_least": (0, 20, 60.5),
            "at_most": (30, 95),
            "execution_strategy": ("serial", "dag", "dag", "parallel"),
            "test_payload": ({},),
        }
        return self.chance.choice(choices[name]) if name in choices else None

    def _keywords(self, path: str, name: str) -> list[str] | None:
        if name == "ci_ids":
            return [self._code() for _ in range(2)]
        if name != "keywords":
            return None
        is_item = self.chance.random() < 0.8 and path in {"primary.keywords", "secondary.keywords"}
        return [self._code() if is_item else self.word()]

    def item(self) -> Json:
        """Return the part that names one item."""
        return {"keywords": [self._code()]}

    def word(self) -> str:
        """Return any word."""
        return self.chance.choice(_WORDS)

    def _codes(self) -> list[str]:
        return [self._code()]

    def _code(self) -> str:
        code: str = self.chance.choice(self._records[RecordKind.CI]).ci_code
        return code

    def _field(self, kind: RecordKind) -> tuple[str, FieldType]:
        return self.chance.choice([*FIELDS[kind].items()])

    def _filters(self, kind: RecordKind) -> Json:
        name, of_type = self._field(kind)
        record = self.chance.choice(self._records.get(kind, self._records[RecordKind.CI]))
        value = getattr(record, name, None)
        value = value.isoformat() if isinstance(value, datetime) else value
        if value is None or not isinstance(value, str | int | float):
            value = {FieldType.NUMBER: 3, FieldType.INSTANT: "2026-06-15T00:00:00+00:00"}.get(
                of_type, self.word()
            )
        op = self.chance.choice(_OPS[of_type])
        if op == "IN":
            value = [str(value), self.word()]
        return {"field": name, "op": op, "value": f"%{value}%" if op == "ILIKE" else value}

    def _group_by(self, kind: RecordKind) -> str:
        return self._field(kind)[0]

    def _measure(self, kind: RecordKind) -> str:
        name, of_type = self._field(kind)
        measure = self.chance.choice(("count", *_MEASURES[of_type]))
        return measure.format(name)

    def _sort(self, kind: RecordKind) -> Json:
        return {"field": self._field(kind)[0], "direction": self.chance.choice(["ASC", "DESC"])}


def _kind_of(path: str, beside: Json) -> RecordKind:
    """Return of which records the filters, groups or measures at this path are."""
    asked = beside.get("scope") or beside.get("source")
    part, *_ = parts = path.split(".")
    if part == "call":
        asked = asked or (parts[2] if parts[1] == "history" else parts[1])
    elif part == "history":
        asked = beside.get("source", "work_and_maintenance")
    elif part == "document":
        asked = "document"
    kind = _COUNTED.get(str(asked), str(asked))
    return RecordKind(kind) if kind in [*RecordKind] else RecordKind.CI
