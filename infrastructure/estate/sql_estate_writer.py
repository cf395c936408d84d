"""Changing an estate in the database, with the events that put the change on the record."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from domain.estate.differences import Mode
from domain.estate.port import EstateDataset
from domain.estate.repeats import Repeats
from domain.estate_changes.port import LoadReport, Record
from domain.redaction.redaction import NOTHING, Redaction
from infrastructure.database.engine import begin_immediate
from infrastructure.database.json_sql import values_of
from infrastructure.database.upsert import insert_into
from infrastructure.estate.change_chunks import ChangeChunks
from infrastructure.estate.dataset_checks import (
    CiChanges,
    checked,
    is_replaced,
    known_cis,
    plan_changes,
    require_few,
)
from infrastructure.estate.merging import TABLES, Merging
from infrastructure.estate.metric_points import NO_POINTS, PointCounts, SeriesIds, write_points
from infrastructure.estate.overview import revision, span
from infrastructure.estate.retiring import OWNED, Retiring
from infrastructure.estate.tables import CIS, ESTATE_REVISIONS, METRIC_POINTS, METRIC_SERIES
from infrastructure.estate.words import write_words
from infrastructure.event_store.whole import appending_on

_TABLES: Final = (*(each.table for each in TABLES), METRIC_SERIES, METRIC_POINTS)


class SqlEstateWriter:
    """The `EstateWriter` of a database. A load holds the write lock from first check to commit."""

    def __init__(
        self,
        engine: sa.Engine,
        redaction: Redaction = NOTHING,
        *,
        to_try: Callable[[], sa.Engine] | None = None,
    ) -> None:
        """Write where the engine does; a dry run in what `to_try` gives, when that is given.

        What the redaction finds is in the estate, and not in the record of its changes.
        """
        self._engine, self._redaction = engine, redaction
        self._to_try = to_try or (lambda: engine)

    def load(
        self,
        tenant_id: str,
        dataset: EstateDataset,
        *,
        mode: Mode,
        at: datetime,
        record: Record | None = None,
        is_dry_run: bool = False,
        may_retire_most: bool = True,
    ) -> LoadReport:
        """See `EstateWriter`. History may name an item that was removed; a relation may not.

        Raises `DuplicateRecord`, `DuplicateCode`, `UnknownCi`, `RetiredCi`, `UnknownMetric` or
        `RetiresTooMuch`.
        """

        def change(writing: _Writing) -> PointCounts:
            known = known_cis(writing.connection, tenant_id)
            changes = plan_changes(known, dataset, mode=mode, may_retire_most=may_retire_most)
            return writing.load(dataset, changes, mode=mode, may_retire_most=may_retire_most)

        return self._changed(tenant_id, change, at=at, record=record, is_dry_run=is_dry_run)

    def remove(
        self,
        tenant_id: str,
        *,
        ci_ids: Sequence[str],
        source: str | None,
        at: datetime,
        record: Record | None = None,
        is_dry_run: bool = False,
    ) -> LoadReport:
        """See `EstateWriter`."""

        def change(writing: _Writing) -> PointCounts:
            return writing.remove(ci_ids, source)

        return self._changed(tenant_id, change, at=at, record=record, is_dry_run=is_dry_run)

    def _changed(
        self,
        tenant_id: str,
        change: "Callable[[_Writing], PointCounts]",
        *,
        at: datetime,
        record: Record | None,
        is_dry_run: bool,
    ) -> LoadReport:
        engine = self._to_try() if is_dry_run else self._engine
        with begin_immediate(engine) as connection, connection.begin() as transaction:
            append = appending_on(connection)
            chunks = ChangeChunks(
                append if record else None,
                tenant_id,
                redaction=self._redaction,
                keeps_contents=is_dry_run,
            )
            writing = _Writing(connection, tenant_id, at, chunks)
            before = revision(connection, tenant_id)
            report = writing.report(change(writing), revision_before=before)
            if is_dry_run:
                transaction.rollback()
            elif record is not None:
                # Last, as other appends wait for it: with the commit there is all, or nothing.
                append.append(record(report))
            return report


@dataclass(frozen=True, slots=True)
class _Writing:
    """One change within its transaction."""

    connection: sa.Connection
    tenant_id: str
    at: datetime
    chunks: ChangeChunks

    def load(
        self, dataset: EstateDataset, changes: CiChanges, *, mode: Mode, may_retire_most: bool
    ) -> PointCounts:
        retiring = self._retiring(changes.codes)
        # Looked up first: relations also go with the items.
        owned = {
            of.name: retiring.keys_of_source(of, dataset.source)
            for of in OWNED
            if of.table is not CIS and is_replaced(of.name, dataset, mode)
        }
        retiring.retire("cis", [(ci_id,) for ci_id in sorted(changes.removed)])
        self._hide(changes)
        merging = Merging(
            *(self.connection, self.tenant_id, dataset.source),
            *(dataset.is_partial, changes, self.chunks),
        )
        for to in TABLES:
            brought = Repeats()
            records = getattr(dataset, to.name)
            merging.write(to, checked(to.name, records, changes, brought))
            if to.name in owned:
                there = {*owned[to.name], *retiring.keys_of_source(to, dataset.source)}
                hashes = brought.hashes()
                gone = sorted(key for key in there if hash(key) not in hashes)
                may = may_retire_most
                require_few(to.name, dataset, gone=len(gone), there=len(there), may=may)
                retiring.retire(to.name, gone)
        series = SeriesIds(self.connection, self.tenant_id, changes.codes)
        return write_points(series, dataset.metric_points, is_partial=dataset.is_partial)

    def remove(self, ci_ids: Sequence[str], source: str | None) -> PointCounts:
        known = known_cis(self.connection, self.tenant_id)
        retiring = self._retiring({ci_id: ci.ci_code for ci_id, ci in known.items()})
        if source is not None:
            for of in reversed(OWNED):
                retiring.retire(of.name, retiring.keys_of_source(of, source))
        retiring.retire("cis", [(ci_id,) for ci_id in ci_ids])
        return NO_POINTS

    def report(self, points: PointCounts, *, revision_before: str) -> LoadReport:
        """Close the change, and give the estate its next revision if anything differs."""
        self.chunks.note_digest(points.digest)
        digest = self.chunks.close()
        if digest is not None:
            self._count_load(f"{revision_before} {digest}")
            self._tell_planner()
        counts = self.chunks.kind_counts()
        if points.counts.brought:
            counts["metric_points"] = points.counts
        return LoadReport(
            counts=counts,
            revision_before=revision_before,
            revision=revision(self.connection, self.tenant_id),
            chunks=tuple(self.chunks.chunks),
            contents=tuple(self.chunks.contents),
            first_point_at=points.first_at,
            last_point_at=points.last_at,
        )

    def _retiring(self, codes: Mapping[str, str]) -> Retiring:
        return Retiring(self.connection, self.tenant_id, codes, self.chunks, self.at)

    def _tell_planner(self) -> None:
        # PostgreSQL counts rows by itself a minute later. Until then it takes the tables for
        # small, and would read all relations to find a few.
        if self.connection.dialect.name == "postgresql":
            names = (table.name for table in _TABLES)
            self.connection.exec_driver_sql(f"ANALYZE {', '.join(names)}")

    def _hide(self, changes: CiChanges) -> None:
        # Two items may swap codes, and the index looks row by row.
        hidden = CIS.c.ci_id.in_(values_of(changes.recoded))
        of_tenant = CIS.c.tenant_id == self.tenant_id
        self.connection.execute(sa.update(CIS).where(of_tenant, hidden).values(deleted_at=self.at))

    def _count_load(self, what: str) -> None:
        row = {
            "tenant_id": self.tenant_id,
            "digest": hashlib.sha256(what.encode()).hexdigest(),
            "loaded_at": self.at,
            "words": write_words(self.connection, self.tenant_id),
            "newest_at": span(self.connection, self.tenant_id)[1],
        }
        one_more = insert_into(ESTATE_REVISIONS, self.connection.dialect).on_conflict_do_update(
            index_elements=["tenant_id"],
            set_={**row, "load_count": ESTATE_REVISIONS.c.load_count + 1},
        )
        self.connection.execute(one_more, {**row, "load_count": 1})
