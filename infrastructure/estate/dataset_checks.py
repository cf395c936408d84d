"""What must be true of a dataset that is written."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final, NoReturn, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel

from domain.estate.differences import Mode
from domain.estate.errors import (
    DuplicateCode,
    DuplicateRecord,
    RetiredCi,
    RetiresTooMuch,
    UnknownCi,
)
from domain.estate.port import EstateDataset
from domain.estate.records import Relation
from domain.estate.repeats import Repeats
from domain.values.rows import require_fit
from domain.values.text import code_key
from infrastructure.estate.tables import CIS

KEYS: Final = {
    "cis": ("ci_id",),
    "relations": ("source_id", "rel_type", "target_id"),
    "metrics": ("metric_name",),
    "event_log": ("entry_id",),
    "work": ("work_id",),
    "maintenance": ("maintenance_id",),
    "documents": ("document_id",),
    "cep_rules": ("rule_id",),
}
"""The fields of a key, by the name of the dataset's list."""


_HISTORY = ("event_log", "work", "maintenance")
RecordT = TypeVar("RecordT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class KnownCi:
    """What the estate knows of an item before a load."""

    ci_code: str
    source: str
    is_visible: bool


@dataclass(frozen=True, slots=True)
class CiChanges:
    """How a load changes which items there are.

    `removed` go out of sight; `recoded` are visible ones that get another code. `codes` are those
    of all items in the database or the dataset, by id; `seen` were visible before the load, and
    `visible` are so after it.
    """

    removed: frozenset[str]
    recoded: frozenset[str]
    codes: Mapping[str, str]
    seen: frozenset[str]
    visible: frozenset[str]


def known_cis(connection: sa.Connection, tenant_id: str) -> dict[str, KnownCi]:
    """Return every item of the tenant, also the soft-deleted, by id."""
    columns = (CIS.c.ci_id, CIS.c.ci_code, CIS.c.source)
    query = sa.select(*columns, CIS.c.deleted_at.is_(None)).where(CIS.c.tenant_id == tenant_id)
    rows = connection.execute(query)
    return {ci_id: KnownCi(code, source, bool(seen)) for ci_id, code, source, seen in rows}


def plan_changes(
    known: Mapping[str, KnownCi], dataset: EstateDataset, *, mode: Mode, may_retire_most: bool
) -> CiChanges:
    """Return what the load does to the items. Raises `DuplicateCode`, `RetiresTooMuch`."""
    codes = {ci.ci_id: ci.ci_code for ci in dataset.cis}
    brought = {ci_id: code_key(code) for ci_id, code in codes.items()}
    seen = {ci_id: ci for ci_id, ci in known.items() if ci.is_visible}
    removed: frozenset[str] = frozenset()
    if is_replaced("cis", dataset, mode):
        own = {ci_id for ci_id, ci in seen.items() if ci.source == dataset.source}
        removed = frozenset(own - brought.keys())
        require_few("cis", dataset, gone=len(removed), there=len(own), may=may_retire_most)
    kept = {i: code_key(ci.ci_code) for i, ci in seen.items() if i not in removed}
    after = kept | brought
    _refuse_shared_codes(after, brought.keys())
    return CiChanges(
        removed=removed,
        recoded=frozenset(i for i, code in kept.items() if after[i] != code),
        codes={ci_id: ci.ci_code for ci_id, ci in known.items()} | codes,
        seen=frozenset(seen),
        visible=frozenset(after),
    )


def is_replaced(kind: str, dataset: EstateDataset, mode: Mode) -> bool:
    """Return whether records of this kind are retired that the dataset does not bring."""
    return mode == "replace" and (dataset.kinds is None or kind in dataset.kinds)


def require_few(kind: str, dataset: EstateDataset, *, gone: int, there: int, may: bool) -> None:
    """Raise `RetiresTooMuch` when more than half of a kind would go, and may not."""
    if not may and gone * 2 > there:
        raise RetiresTooMuch(kind, source=dataset.source, gone=gone, there=there)


def checked(
    name: str, records: Iterable[RecordT], changes: CiChanges, repeats: Repeats
) -> Iterator[RecordT]:
    """Yield the records of one of the dataset's lists; each is fit to be written.

    Raises `RetiredCi` for a relation to an item out of sight, `UnknownCi` for a record of one that
    never was. After the last record it raises `DuplicateRecord` if a key came twice.
    """
    known = _may_be_named(name, changes)
    for record in records:
        require_fit(name, record.__dict__)
        for field in known:
            if getattr(record, field) not in known[field]:
                _refuse_unknown(name, record, getattr(record, field), changes)
        repeats.note(key_of(name, record))
        yield record
    if suspects := repeats.suspects():
        _refuse_repeated(name, records, suspects)


def _may_be_named(name: str, changes: CiChanges) -> dict[str, Container[str]]:
    """Which fields name an item, and which items each may name."""
    if name == "relations":
        return {"source_id": changes.visible, "target_id": changes.visible}
    return {"ci_id": changes.codes} if name in _HISTORY else {}


def _refuse_unknown(name: str, record: BaseModel, ci_id: str, changes: CiChanges) -> NoReturn:
    words = f"{name} {key_of(name, record)[0]}"
    if isinstance(record, Relation):
        words = f"relation {record.source_id} {record.rel_type} {record.target_id}"
    if ci_id in changes.codes:
        raise RetiredCi(words, ci_code=changes.codes[ci_id])
    raise UnknownCi(words, ci_id=ci_id)


def _refuse_repeated(name: str, records: Iterable[BaseModel], suspects: set[int]) -> None:
    seen: set[tuple[str, ...]] = set()
    for record in records:
        key = key_of(name, record)
        if key in seen:
            raise DuplicateRecord(name, key=" ".join(key))
        if hash(key) in suspects:
            seen.add(key)


def key_of(name: str, record: BaseModel) -> tuple[str, ...]:
    """Return the key of a record of one of the dataset's lists."""
    return tuple([str(getattr(record, field)) for field in KEYS[name]])


def _refuse_shared_codes(codes: Mapping[str, str], brought: Set[str]) -> None:
    """Raise `DuplicateCode`, but not for what an older estate shares that nobody brings now."""
    owners: dict[str, list[str]] = defaultdict(list)
    for ci_id, code in codes.items():
        owners[code].append(ci_id)
    for code, ci_ids in owners.items():
        if len(ci_ids) > 1 and not brought.isdisjoint(ci_ids):
            raise DuplicateCode(code, ci_ids=ci_ids)
