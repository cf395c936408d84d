"""The service of estates: what is imported or removed goes on the record, and is found there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

import msgspec
from msgspec import UNSET

from domain.aggregate.aggregate import StreamEntry
from domain.aggregate.event import removals_of
from domain.errors import ChangedRecord, CorruptLog
from domain.estate.differences import Mode, RecordChange
from domain.estate.errors import NothingToRemove
from domain.estate.port import Estate, EstateDataset
from domain.estate_changes.change import (
    ESTATE_CHANGE,
    EstateChange,
    EstateChangeEvent,
    EstateImported,
    EstateRecordsChanged,
    EstateRemoved,
    RecordEstateChange,
)
from domain.estate_changes.port import EstateWriter, LoadReport
from domain.large_results import read_stream
from domain.payloads import Payload, unpacked
from domain.ports import Append, Clock, EventStore, Ids, StreamIds
from domain.redaction.redaction import NOTHING, Redaction
from domain.run.call_events import PayloadRef
from domain.services.operator_log import OperatorStreams, open_unless_recorded
from domain.times import recorded_text
from domain.values.text import code_key
from domain.views.estate import ChangeAction, DifferingRecord, EstateChangeView, EstateLoad
from domain.writer import Authorship, StreamWriter

Entries = Sequence[StreamEntry[EstateChangeEvent]]
ChangeWriter = StreamWriter[EstateChange, RecordEstateChange, EstateChangeEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estates:
    """Imports into the estates of tenants, removes from them, and tells what changed."""

    estate: Estate
    writer: EstateWriter
    store: EventStore
    stream_ids: StreamIds
    clock: Clock
    ids: Ids
    redaction: Redaction = NOTHING

    def load(
        self,
        dataset: EstateDataset,
        by: Authorship,
        *,
        mode: Mode,
        is_dry_run: bool = False,
        may_retire_most: bool = True,
    ) -> EstateLoad:
        """Import a dataset; the change and its record are one. Raises `EstateError`."""
        named = replace(dataset, source=self.redaction.of_text(dataset.source))

        def event(report: LoadReport) -> EstateImported:
            first, last = report.first_point_at, report.last_point_at
            return EstateImported(
                source=dataset.source,
                mode=mode,
                counts=dict(report.counts),
                revision_before=report.revision_before,
                revision=report.revision,
                files=list(dataset.files) or UNSET,
                first_point_at=UNSET if first is None else recorded_text(first),
                last_point_at=UNSET if last is None else recorded_text(last),
            )

        writer = self._writer(by)
        with open_unless_recorded(by.entry):
            report = self.writer.load(
                by.tenant_id,
                named,
                mode=mode,
                at=self.clock.now(),
                record=lambda report: self._appends(writer, event(report), report),
                is_dry_run=is_dry_run,
                may_retire_most=may_retire_most,
            )
        return self._load(named.source, report, by, None if is_dry_run else writer.stream_id)

    def remove(
        self,
        by: Authorship,
        *,
        ci_code: str | None,
        source: str | None,
        reason: str,
        is_dry_run: bool = False,
    ) -> EstateLoad:
        """Retire an item with its relations, or all that a source has brought.

        Raises `NothingToRemove`.
        """
        item = None if ci_code is None else self.estate.ci_by_code(by.tenant_id, ci_code)
        removed = source or (item.ci_code if item else ci_code) or ""
        writer = self._writer(by)

        def record(report: LoadReport) -> list[Append]:
            if not report.counts:
                raise NothingToRemove(removed, is_source=source is not None)
            event = EstateRemoved(
                retired=removed,
                is_source=source is not None,
                reason=reason,
                counts=dict(report.counts),
                revision_before=report.revision_before,
                revision=report.revision,
            )
            return self._appends(writer, event, report)

        with open_unless_recorded(by.entry):
            report = self.writer.remove(
                by.tenant_id,
                ci_ids=[item.ci_id] if item else [],
                source=None if source is None else self.redaction.of_text(source),
                at=self.clock.now(),
                record=record,
                is_dry_run=is_dry_run,
            )
        what = self.redaction.of_text(removed)
        return self._load(what, report, by, None if is_dry_run else writer.stream_id)

    def history(self, tenant_id: str, limit: int, before: str | None) -> list[EstateChangeView]:
        """Return the newest changes, or those before one, newest first. Raises `CorruptLog`."""
        ids = self.stream_ids.stream_ids(tenant_id, ESTATE_CHANGE.prefix)
        older = [each for each in ids if before is None or each < before]
        return [_view(self._entries(tenant_id, change_id)) for change_id in older[:limit]]

    def changes(
        self, tenant_id: str, *, item: str | None, since: str | None, limit: int
    ) -> Iterator[DifferingRecord]:
        """Yield the records that differ, of the newest changes first.

        `item` is a code in any case, `since` an instant as it is recorded. Chunks are read one by
        one. Raises `CorruptLog`, and `ChangedRecord` when a chunk is missing.
        """
        return islice(self._changes(tenant_id, item and code_key(item), since), limit)

    def _changes(
        self, tenant_id: str, item: str | None, since: str | None
    ) -> Iterator[DifferingRecord]:
        for change_id in self.stream_ids.stream_ids(tenant_id, ESTATE_CHANGE.prefix):
            entries = self._entries(tenant_id, change_id)
            if since is not None and entries[0].envelope.recorded_at < since:
                return
            of = _view(entries)
            for entry in entries:
                for record in self._records(entry):
                    if item is None or item in (code_key(code) for code in record.items):
                        yield DifferingRecord(of.change_id, of.recorded_at, of.by, of.what, record)

    def _records(self, entry: StreamEntry[EstateChangeEvent]) -> list[RecordChange]:
        if not isinstance(entry.event, EstateRecordsChanged):
            return []
        ref, tenant_id = entry.event.payload, entry.envelope.tenant_id
        digest = bytes.fromhex(ref.digest)
        content = self.store.payloads.get(tenant_id, [digest]).get(digest)
        if content is None:
            where = f"{entry.envelope.stream_id} version {entry.envelope.version}"
            raise ChangedRecord(where, why=ref.missing)
        return _unpacked(ref, content, tenant_id)

    def _load(
        self, what: str, report: LoadReport, by: Authorship, change_id: str | None
    ) -> EstateLoad:
        entries = () if change_id is None else self._entries(by.tenant_id, change_id)
        differing = [
            record
            for chunk, content in zip(report.chunks, report.contents, strict=False)
            for record in _unpacked(chunk.payload, content, by.tenant_id)
        ]
        return EstateLoad(
            source=what,
            counts={kind: counts.brought for kind, counts in report.counts.items()},
            by_kind=dict(report.counts),
            revision_before=report.revision_before,
            revision=report.revision,
            change_id=change_id,
            differing=differing if change_id is None else None,
            removed=(*removals_of(entry.event for entry in entries),),
        )

    def _entries(self, tenant_id: str, change_id: str) -> Entries:
        return read_stream(self.store, ESTATE_CHANGE, tenant_id, change_id)

    def _appends(
        self, writer: ChangeWriter, event: EstateImported | EstateRemoved, report: LoadReport
    ) -> list[Append]:
        """Return what puts the change on the record, and before it who asked for it."""
        writer.handle(RecordEstateChange(event, report.chunks))
        request = writer.request()
        operators = OperatorStreams(clock=self.clock, ids=self.ids, redaction=self.redaction)
        return [*operators.beside([request]), request]

    def _writer(self, by: Authorship) -> ChangeWriter:
        stream_id = f"{ESTATE_CHANGE.prefix}{self.ids.new()}"
        return StreamWriter(
            ESTATE_CHANGE,
            stream_id,
            by,
            store=self.store,
            clock=self.clock,
            ids=self.ids,
            redaction=self.redaction,
        )


def _unpacked(ref: PayloadRef, content: bytes, tenant_id: str) -> list[RecordChange]:
    payload = Payload(bytes.fromhex(ref.digest), ref.size, content)
    return _decoder().decode(unpacked(payload, tenant_id=tenant_id))


@cache
def _decoder() -> msgspec.json.Decoder[list[RecordChange]]:
    return msgspec.json.Decoder(list[RecordChange])


def _view(entries: Entries) -> EstateChangeView:
    envelope = entries[0].envelope
    match entries[0].event:
        case EstateImported() as done:
            action: ChangeAction = done.mode
            what, reason, files = done.source, None, done.files or []
        case EstateRemoved() as done:
            action, what, reason, files = "remove", done.retired, done.reason, []
        case _:
            raise CorruptLog(envelope.stream_id, why="it does not begin with what was changed")
    return EstateChangeView(
        change_id=envelope.stream_id,
        recorded_at=envelope.recorded_at,
        by=f"{envelope.actor.kind} {envelope.actor.id}",
        action=action,
        what=what,
        reason=reason,
        files=files,
        by_kind=done.counts,
        revision_before=done.revision_before,
        revision=done.revision,
    )
