"""Loading datasets into the database."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

import sqlalchemy as sa
from pydantic import BaseModel

from domain.estate.phrases import normalised_name
from domain.estate.port import EstateDataset
from domain.estate.records import ConfigurationItem, Relation
from infrastructure.database.engine import begin_immediate
from infrastructure.database.upsert import insert_into, upsert
from infrastructure.estate.dataset_checks import (
    CiChanges,
    checked,
    known_cis,
    plan_changes,
)
from infrastructure.estate.json_sql import values_of
from infrastructure.estate.metric_points import Digest, SeriesIds, write_points
from infrastructure.estate.overview import span
from infrastructure.estate.tables import (
    CEP_RULES,
    CIS,
    DOCUMENTS,
    ESTATE_REVISIONS,
    EVENT_LOG,
    MAINTENANCE_HISTORY,
    METRIC_POINTS,
    METRIC_SERIES,
    METRICS,
    RELATIONS,
    WORK_HISTORY,
)
from infrastructure.estate.words import words_text

Mode = Literal["merge", "replace"]
_CHUNK = 5_000

# The lists of a dataset, what others refer to first.
_TABLES = {
    "cis": CIS,
    "relations": RELATIONS,
    "metrics": METRICS,
    "event_log": EVENT_LOG,
    "work": WORK_HISTORY,
    "maintenance": MAINTENANCE_HISTORY,
    "documents": DOCUMENTS,
    "cep_rules": CEP_RULES,
}


class SqlEstateWriter:
    """The `EstateWriter` of a database. A load holds the write lock from first check to commit."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def load(
        self, tenant_id: str, dataset: EstateDataset, *, mode: Mode, at: datetime
    ) -> dict[str, int]:
        """See `EstateWriter`. History may name an item that was removed; a relation may not.

        Raises `DuplicateRecord`, `DuplicateCode`, `UnknownCi` or `UnknownMetric`.
        """
        with begin_immediate(self._engine) as connection, connection.begin():
            known = known_cis(connection, tenant_id)
            changes = plan_changes(known, dataset, mode=mode)
            return _Load(connection, tenant_id, dataset, at).write(changes, mode=mode)


@dataclass(frozen=True, slots=True)
class _Load:
    """One load within its transaction; what it writes has been checked."""

    connection: sa.Connection
    tenant_id: str
    dataset: EstateDataset
    at: datetime

    def write(self, changes: CiChanges, *, mode: Mode) -> dict[str, int]:
        self._hide(changes)
        if mode == "replace":
            self._drop_relations()
        digest = hashlib.sha256(f"{self._last_digest()} {mode} {self.dataset.source}".encode())
        counts = {
            name: self._write(table, checked(name, getattr(self.dataset, name), changes), digest)
            for name, table in _TABLES.items()
        }
        series = SeriesIds(self.connection, self.tenant_id, changes.known)
        points = self.dataset.metric_points
        counts["metric_points"] = write_points(series, points, digest)
        self._count_load(digest.hexdigest())
        self._tell_planner()
        return counts

    def _tell_planner(self) -> None:
        # PostgreSQL counts rows by itself a minute later. Until then it takes the tables for
        # small, and would read all relations to find a few.
        if self.connection.dialect.name == "postgresql":
            names = (table.name for table in (*_TABLES.values(), METRIC_SERIES, METRIC_POINTS))
            self.connection.exec_driver_sql(f"ANALYZE {', '.join(names)}")

    def _hide(self, changes: CiChanges) -> None:
        # Also what gets another code: two items may swap codes, and the index looks row by row.
        hidden = CIS.c.ci_id.in_(values_of(changes.removed | changes.recoded))
        of_tenant = CIS.c.tenant_id == self.tenant_id
        self.connection.execute(sa.update(CIS).where(of_tenant, hidden).values(deleted_at=self.at))

    def _drop_relations(self) -> None:
        of_source = RELATIONS.c.source == self.dataset.source
        of_tenant = RELATIONS.c.tenant_id == self.tenant_id
        self.connection.execute(sa.delete(RELATIONS).where(of_tenant, of_source))

    def _write(self, table: sa.Table, records: Iterator[BaseModel], digest: Digest) -> int:
        written, statement = 0, upsert(table, self.connection.dialect)
        rows = (self._row(table, record, digest) for record in records)
        while chunk := list(islice(rows, _CHUNK)):
            self.connection.execute(statement, chunk)
            written += len(chunk)
        return written

    def _row(self, table: sa.Table, record: BaseModel, digest: Digest) -> dict[str, object]:
        digest.update(f"{table.name} {record.model_dump_json()}".encode())
        row = {"tenant_id": self.tenant_id, **record.model_dump()}
        if isinstance(record, ConfigurationItem):
            found_by = {
                "code_key": record.ci_code.lower(),
                "name_phrase": normalised_name(record.ci_name),
                "code_phrase": normalised_name(record.ci_code),
            }
            return {**row, **found_by, "source": self.dataset.source, "deleted_at": None}
        if isinstance(record, Relation):
            return {**row, "source": self.dataset.source}
        return row

    def _last_digest(self) -> str:
        of_tenant = ESTATE_REVISIONS.c.tenant_id == self.tenant_id
        last = sa.select(ESTATE_REVISIONS.c.digest).where(of_tenant)
        return self.connection.scalar(last) or ""

    def _count_load(self, digest: str) -> None:
        row = {
            "tenant_id": self.tenant_id,
            "digest": digest,
            "loaded_at": self.at,
            "words": words_text(self.connection, self.tenant_id),
            "newest_at": span(self.connection, self.tenant_id)[1],
        }
        one_more = insert_into(ESTATE_REVISIONS, self.connection.dialect).on_conflict_do_update(
            index_elements=["tenant_id"],
            set_={**row, "load_count": ESTATE_REVISIONS.c.load_count + 1},
        )
        self.connection.execute(one_more, {**row, "load_count": 1})
