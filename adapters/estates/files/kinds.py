"""Which files there are and which fields their rows may have."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, JsonValue
from pydantic.fields import FieldInfo

from domain.estate.records import (
    CepRule,
    ConfigurationItem,
    Document,
    EventLogEntry,
    MaintenanceItem,
    MetricDefinition,
    MetricPoint,
    Relation,
    WorkItem,
)
from domain.json import JsonMap
from domain.values.text import NAME

RecordT_co = TypeVar("RecordT_co", bound=BaseModel, covariant=True)


@dataclass(frozen=True)
class Kind(Generic[RecordT_co]):
    """One kind of file: what its rows become, and which fields together no two rows may share.

    `codes` maps each field that names an item by its code to the field that gets the item's id.
    """

    name: str
    record: type[RecordT_co]
    key: tuple[str, ...]
    codes: dict[str, str] = field(default_factory=dict)

    @cached_property
    def key_text(self) -> str:
        """The names of the key's fields, for messages."""
        return ", ".join(self.key)

    @cached_property
    def fields(self) -> list[str]:
        """The fields of a row, in the record's order, codes last."""
        return [*self.record.model_fields, *self.codes]

    @cached_property
    def required(self) -> set[str]:
        """The fields that a row must have; an item's id is its code unless it is given."""
        fields = self.record.model_fields.items()
        found = {name for name, info in fields if info.is_required()}
        return found - {"ci_id"} if self.record is ConfigurationItem else found

    @cached_property
    def names(self) -> set[str]:
        """The fields that hold names and codes."""
        fields = self.record.model_fields.items()
        return {*self.codes, *(name for name, info in fields if NAME in info.metadata)}

    @cached_property
    def maps(self) -> set[str]:
        """The fields that are maps; a column `tags.x` fills the key `x` of one."""
        fields = self.record.model_fields.items()
        return {name for name, info in fields if info.annotation == JsonMap}

    @cached_property
    def instants(self) -> set[str]:
        """The fields that are instants."""
        types = {AwareDatetime, AwareDatetime | None}
        fields = self.record.model_fields.items()
        return {name for name, info in fields if info.annotation in types}

    @cached_property
    def names_items(self) -> set[str]:
        """The fields that say which record it is, or of which item: an empty one is not given."""
        return {*self.key, *self.codes, *self.codes.values(), "ci_code"}

    @cached_property
    def _empty(self) -> dict[str, object]:
        fields = self.record.model_fields.items()
        found = {name: info.default for name, info in fields if not info.is_required()}
        return found | {name: "" for name, info in fields if _takes_empty_text(info)}

    def emptied(self, values: dict[str, JsonValue], empty: JsonValue) -> dict[str, JsonValue]:
        """Return what a row says whose empty cells mean that the value shall be none.

        That is the default of a field, and no key of a map (None); where a value must be, the
        empty one stays, to be refused.
        """
        found: dict[str, JsonValue] = {}
        for name, value in values.items():
            if value != empty:
                found[name] = value
            elif name not in self.names_items:
                found[name] = None if "." in name else self._empty.get(name, empty)  # type: ignore[assignment]  # a default is JSON or None
        return found

    def has(self, name: str) -> bool:
        """Tell whether a row may have this field or column."""
        map_name, dot, key = name.partition(".")
        return name in self.fields or bool(dot and key and map_name in self.maps)

    @cached_property
    def allowed(self) -> str:
        """The names of all fields, for messages."""
        return ", ".join([*self.fields, *(f"{name}.*" for name in sorted(self.maps))])


def _takes_empty_text(info: FieldInfo) -> bool:
    return info.is_required() and info.annotation is str and not info.metadata


_OF_ITEM = {"ci_code": "ci_id"}
_ENDS = {"source_code": "source_id", "target_code": "target_id"}

CIS = Kind("cis", ConfigurationItem, ("ci_id",))
RELATIONS = Kind("relations", Relation, ("source_id", "rel_type", "target_id"), _ENDS)
METRICS = Kind("metrics", MetricDefinition, ("metric_name",))
POINTS = Kind("metric_points", MetricPoint, ("ci_id", "metric_name", "measured_at"), _OF_ITEM)
EVENT_LOG = Kind("event_log", EventLogEntry, ("entry_id",), _OF_ITEM)
WORK = Kind("work_history", WorkItem, ("work_id",), _OF_ITEM)
MAINTENANCE = Kind("maintenance_history", MaintenanceItem, ("maintenance_id",), _OF_ITEM)
DOCUMENTS = Kind("documents", Document, ("document_id",))
CEP_RULES = Kind("cep_rules", CepRule, ("rule_id",))

_ALL: tuple[Kind[BaseModel], ...] = (
    *(CIS, RELATIONS, METRICS, POINTS),
    *(EVENT_LOG, WORK, MAINTENANCE, DOCUMENTS, CEP_RULES),
)
KINDS = {kind.name: kind for kind in _ALL}
"""The kinds by the names of their files without the suffix."""
