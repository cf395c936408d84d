"""What must be true of a dataset before it is written."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from domain.estate.errors import DuplicateCode, DuplicateRecord, UnknownCi
from domain.estate.port import EstateDataset
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


def refuse_unknown_cis(dataset: EstateDataset, changes: CiChanges) -> None:
    """Raise `UnknownCi` for a relation to an invisible item, or history of one that never was."""
    for relation in dataset.relations:
        for ci_id in (relation.source_id, relation.target_id):
            if ci_id not in changes.visible:
                words = f"relation {relation.source_id} {relation.rel_type} {relation.target_id}"
                raise UnknownCi(words, ci_id=ci_id)
    history = (
        *((f"event_log {entry.entry_id}", entry.ci_id) for entry in dataset.event_log),
        *((f"work {item.work_id}", item.ci_id) for item in dataset.work),
        *((f"maintenance {item.maintenance_id}", item.ci_id) for item in dataset.maintenance),
    )
    for words, ci_id in history:
        if ci_id not in changes.known:
            raise UnknownCi(words, ci_id=ci_id)


def refuse_duplicates(dataset: EstateDataset) -> None:
    """Raise `DuplicateRecord` if a list holds a key twice; metric points are not looked at."""
    for kind, fields in _KEYS.items():
        seen = Counter(
            tuple(str(getattr(record, field)) for field in fields)
            for record in getattr(dataset, kind)
        )
        for key, count in seen.most_common(1):
            if count > 1:
                raise DuplicateRecord(kind, key=" ".join(key))


def _refuse_shared_codes(codes: Mapping[str, str]) -> None:
    owners: dict[str, list[str]] = defaultdict(list)
    for ci_id, code in codes.items():
        owners[code].append(ci_id)
    for code, ci_ids in owners.items():
        if len(ci_ids) > 1:
            raise DuplicateCode(code, ci_ids=ci_ids)
