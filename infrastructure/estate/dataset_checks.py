"""What must be true of a dataset that is written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel

from domain.estate.errors import DuplicateCode, DuplicateRecord, UnknownCi
from domain.estate.port import EstateDataset
from domain.estate.records import Relation
from domain.estate.repeats import Repeats
from domain.values.rows import require_fit
from infrastructure.estate.tables import CIS

_KEYS = {
    "cis": ("ci_id",),
    "relations": ("source_id", "rel_type", "target_id"),
    "metrics": ("metric_name",),
    "event_log": ("entry_id",),
    "work": ("work_id",),
    "maintenance": ("maintenance_id",),
    "documents": ("document_id",),
    "cep_rules": ("rule_id",),
}


_HISTORY = ("event_log", "work", "maintenance")
RecordT = TypeVar("RecordT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class KnownCi:
    """What the estate knows of an item before a load."""

    code_key: str
    source: str
    is_visible: bool


@dataclass(frozen=True, slots=True)
class CiChanges:
    """How a load changes which items there are.

    `removed` go out of sight; `recoded` are visible ones that get another code; `known` exist in
    the database or the dataset, and `visible` are those of them that can be seen after the load.
    """

    removed: frozenset[str]
    recoded: frozenset[str]
    known: frozenset[str]
    visible: frozenset[str]


def known_cis(connection: sa.Connection, tenant_id: str) -> dict[str, KnownCi]:
    """Return every item of the tenant, also the soft-deleted, by id."""
    columns = (CIS.c.ci_id, CIS.c.code_key, CIS.c.source, CIS.c.deleted_at.is_(None))
    rows = connection.execute(sa.select(*columns).where(CIS.c.tenant_id == tenant_id))
    return {ci_id: KnownCi(code, source, bool(seen)) for ci_id, code, source, seen in rows}


def plan_changes(
    known: Mapping[str, KnownCi], dataset: EstateDataset, *, mode: Literal["merge", "replace"]
) -> CiChanges:
    """Return what the load does to the items. Raises `DuplicateCode`."""
    brought = {ci.ci_id: ci.ci_code.lower() for ci in dataset.cis}
    seen = {ci_id: ci for ci_id, ci in known.items() if ci.is_visible}
    gone = {i for i, ci in seen.items() if ci.source == dataset.source and i not in brought}
    removed = frozenset(gone if mode == "replace" else ())
    kept = {ci_id: ci.code_key for ci_id, ci in seen.items() if ci_id not in removed}
    after = kept | brought
    _refuse_shared_codes(after)
    return CiChanges(
        removed=removed,
        recoded=frozenset(i for i, code in kept.items() if after[i] != code),
        known=frozenset(known.keys() | brought.keys()),
        visible=frozenset(after),
    )


def checked(name: str, records: Iterable[RecordT], changes: CiChanges) -> Iterator[RecordT]:
    """Yield the records of one of the dataset's lists; each is fit to be written.

    Raises `UnknownCi` for a relation to an invisible item, or history of one that never was. After
    the last record it raises `DuplicateRecord` if a key came twice.
    """
    repeats, known = Repeats(), _may_be_named(name, changes)
    for record in records:
        require_fit(name, record.__dict__)
        for field in known:
            _refuse_unknown(name, record, getattr(record, field), known[field])
        repeats.note(_key(name, record))
        yield record
    if suspects := repeats.suspects():
        _refuse_repeated(name, records, suspects)


def _may_be_named(name: str, changes: CiChanges) -> dict[str, frozenset[str]]:
    """Which fields name an item, and which items each may name."""
    if name == "relations":
        return {"source_id": changes.visible, "target_id": changes.visible}
    return {"ci_id": changes.known} if name in _HISTORY else {}


def _refuse_unknown(name: str, record: BaseModel, ci_id: str, known: frozenset[str]) -> None:
    if ci_id in known:
        return
    words = f"{name} {_key(name, record)[0]}"
    if isinstance(record, Relation):
        words = f"relation {record.source_id} {record.rel_type} {record.target_id}"
    raise UnknownCi(words, ci_id=ci_id)


def _refuse_repeated(name: str, records: Iterable[BaseModel], suspects: set[int]) -> None:
    seen: set[tuple[str, ...]] = set()
    for record in records:
        key = _key(name, record)
        if key in seen:
            raise DuplicateRecord(name, key=" ".join(key))
        if hash(key) in suspects:
            seen.add(key)


def _key(name: str, record: BaseModel) -> tuple[str, ...]:
    return tuple([str(getattr(record, field)) for field in _KEYS[name]])


def _refuse_shared_codes(codes: Mapping[str, str]) -> None:
    owners: dict[str, list[str]] = defaultdict(list)
    for ci_id, code in codes.items():
        owners[code].append(ci_id)
    for code, ci_ids in owners.items():
        if len(ci_ids) > 1:
            raise DuplicateCode(code, ci_ids=ci_ids)
