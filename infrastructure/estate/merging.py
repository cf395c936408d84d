"""Records become rows: those that differ from what is there are written, and each is noted."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from pydantic import BaseModel

from domain.estate.errors import UnknownCi
from domain.estate.phrases import normalised_name
from domain.estate.records import (
    CepRule,
    ConfigurationItem,
    Document,
    EventLogEntry,
    MaintenanceItem,
    MetricDefinition,
    Relation,
    WorkItem,
)
from infrastructure.database.upsert import upsert
from infrastructure.estate.change_chunks import ChangeChunks
from infrastructure.estate.dataset_checks import KEYS, CiChanges, key_of
from infrastructure.estate.tables import (
    CEP_RULES,
    CIS,
    DOCUMENTS,
    EVENT_LOG,
    MAINTENANCE_HISTORY,
    METRICS,
    RELATIONS,
    WORK_HISTORY,
)

_CHUNK: Final = 5_000
_KEYS_AT_ONCE: Final = 500
_REQUIRED_OF_ITEM: Final = {"ci_name", "ci_type"}
Key = tuple[str, ...]
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordTable:
    """A list of a dataset, and the table that keeps its records.

    `is_owned` says that a row has the source that brought it last.
    """

    name: str
    table: sa.Table
    record: type[BaseModel]
    is_owned: bool = False

    @property
    def fields(self) -> list[str]:
        """The fields of a record."""
        return list(self.record.model_fields)

    @property
    def key(self) -> sa.Tuple:
        """The columns of the key, in its order."""
        return sa.tuple_(*(self.table.c[name] for name in KEYS[self.name]))

    @property
    def columns(self) -> list[sa.Column[Any]]:
        """The columns that are read of a row: the fields, and the source of one that is owned."""
        owner = ["source"] if self.is_owned else []
        return [self.table.c[name] for name in (*self.fields, *owner)]


TABLES: Final = (
    RecordTable("cis", CIS, ConfigurationItem, is_owned=True),
    RecordTable("relations", RELATIONS, Relation, is_owned=True),
    RecordTable("metrics", METRICS, MetricDefinition),
    RecordTable("event_log", EVENT_LOG, EventLogEntry),
    RecordTable("work", WORK_HISTORY, WorkItem),
    RecordTable("maintenance", MAINTENANCE_HISTORY, MaintenanceItem),
    RecordTable("documents", DOCUMENTS, Document, is_owned=True),
    RecordTable("cep_rules", CEP_RULES, CepRule, is_owned=True),
)
"""The lists of a dataset, what others refer to first."""


@dataclass(frozen=True, slots=True)
class Merging:
    """Writes the records of one source; what it is given has been checked."""

    connection: sa.Connection
    tenant_id: str
    source: str
    is_partial: bool
    changes: CiChanges
    chunks: ChangeChunks

    def write(self, to: RecordTable, records: Iterator[BaseModel]) -> None:
        """Write the records that differ from what is there."""
        chunk = list(islice(records, _CHUNK))
        has_rows = bool(chunk) and _has_rows(self.connection, self.tenant_id, to)
        while chunk:
            there = self._there(to, chunk) if has_rows else {}
            rows = [*self._different(to, chunk, there)]
            if rows:
                self.connection.execute(upsert(to.table, self.connection.dialect), rows)
            chunk = list(islice(records, _CHUNK))

    def _there(self, to: RecordTable, chunk: Sequence[BaseModel]) -> dict[Key, Values]:
        """Return the rows that there are of these records; of items, those that can be seen."""
        keys = [key_of(to.name, record) for record in chunk]
        if to.name == "cis":
            keys = [key for key in keys if key[0] in self.changes.seen]
        return dict(rows_of_keys(self.connection, self.tenant_id, to, keys))

    def _different(
        self, to: RecordTable, chunk: Sequence[BaseModel], there: Mapping[Key, Values]
    ) -> Iterator[dict[str, object]]:
        defaults = defaults_of(to)
        for record in chunk:
            key = key_of(to.name, record)
            old = there.get(key)
            new = self._after(record, old)
            note = partial(self.chunks.note, to.name, key, items=self._items(to, new))
            if old is None:
                note("added", before={}, after=told(new, defaults))
                yield self._row(to, new)
                continue
            names = [name for name in to.fields if not _is_same(old[name], new[name])]
            if names:
                before, after = ({name: of[name] for name in names} for of in (old, new))
                note("changed", before=before, after=after)
            else:
                self.chunks.counts[to.name]["unchanged"] += 1
            if names or (to.is_owned and old["source"] != self.source):
                yield self._row(to, new)

    def _items(self, to: RecordTable, values: Values) -> list[str]:
        return items_of(to.name, values, self.changes.codes)

    def _after(self, record: BaseModel, old: Values | None) -> Values:
        """Return the values of the record; what a partial one does not give is as before."""
        given = record.model_fields_set
        if old is None and self.is_partial:
            self._require_whole(record, given)
        if old is None or not self.is_partial:
            return record.__dict__
        new = {name: value if name in given else old[name] for name, value in record}
        for name in given:
            map_name, dot, key = name.partition(".")
            if dot and map_name not in given:
                new[map_name] = _with_key(new[map_name], key, getattr(record, map_name))
        return new

    def _require_whole(self, record: BaseModel, given: Set[str]) -> None:
        """Raise `UnknownCi` for an item that was there when its row was read, and is gone now."""
        if isinstance(record, ConfigurationItem) and not given >= _REQUIRED_OF_ITEM:
            row = f"a row without {' and '.join(sorted(_REQUIRED_OF_ITEM - given))}"
            raise UnknownCi(row, ci_id=record.ci_id)

    def _row(self, to: RecordTable, values: Values) -> dict[str, object]:
        row: dict[str, object] = {"tenant_id": self.tenant_id, **values}
        if to.is_owned:
            row["source"] = self.source
        if to.name == "cis":
            row["code_key"] = values["ci_code"].lower()
            row["name_phrase"] = normalised_name(values["ci_name"])
            row["code_phrase"] = normalised_name(values["ci_code"])
            row["deleted_at"] = None
        return row


def rows_of_keys(
    connection: sa.Connection, tenant_id: str, of: RecordTable, keys: Sequence[Key]
) -> Iterator[tuple[Key, Values]]:
    """Yield the rows with these keys."""
    own = of.table.c.tenant_id == tenant_id
    query = sa.select(*of.columns).where(own, of.key.in_(sa.bindparam("keys", expanding=True)))
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        for row in connection.execute(query, {"keys": some}).mappings():
            values = {str(name): value for name, value in row.items()}
            yield tuple([values[name] for name in KEYS[of.name]]), values


def defaults_of(table: RecordTable) -> dict[str, object]:
    """Return the values that the fields have of which a record says nothing."""
    fields = table.record.model_fields.items()
    return {name: info.default for name, info in fields if not info.is_required()}


def told(values: Values, defaults: Values) -> dict[str, object]:
    """Return the values of a record that say more than the default."""
    nothing = object()
    return {name: value for name, value in values.items() if value != defaults.get(name, nothing)}


def items_of(kind: str, values: Values, codes: Mapping[str, str]) -> list[str]:
    """Return the codes of the items that a record is of."""
    if kind == "cis":
        return [values["ci_code"]]
    names = ("source_id", "target_id") if kind == "relations" else ("ci_id",)
    return [codes.get(values[name], values[name]) for name in names if name in values]


def _has_rows(connection: sa.Connection, tenant_id: str, of: RecordTable) -> bool:
    one = sa.select(sa.literal(1)).where(of.table.c.tenant_id == tenant_id).limit(1)
    return connection.scalar(one.select_from(of.table)) is not None


def _with_key(there: Mapping[str, Any], key: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a map with one key as it is given: with its value, or without it."""
    rest = {name: value for name, value in there.items() if name != key}
    return {**rest, key: given[key]} if key in given else rest


def _is_same(old: object, new: object) -> bool:
    # Python takes 1, 1.0 and true for the same, and JSON does not.
    return old == new and (
        not isinstance(old, dict)
        or msgspec.json.encode(old, order="deterministic")
        == msgspec.json.encode(new, order="deterministic")
    )
