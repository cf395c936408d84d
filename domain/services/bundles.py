"""Bundles of a database: runs go out as the bytes of one file, and come in from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.aggregate.envelope import RecordedEvent
from domain.audit.bundle import Bundle, BundleRefused, OtherTenant, Proof
from domain.audit.bundle_contents import named_payloads
from domain.audit.bundle_members import Histories, opened, packed
from domain.errors import CorruptLog, NotFound
from domain.figures import whole_sum
from domain.large_results import erasures_in, filled_in, history_of
from domain.ports import Clock, EventStore
from domain.replay.compare.ignore_rules import NO_RULES, IgnoreRules
from domain.replay.verify.verifier import Verifier
from domain.replay.verify.verify import verify
from domain.run.aggregate import RUN
from domain.run.events import RunRequested
from domain.tools.catalogue import KnownTools
from domain.values.limits import RUN_PAYLOADS_BYTES
from domain.views.bundle import ExportedBundle, ImportedRun
from domain.views.verdict import Verdict


class BundleDatabase(Protocol):
    """What bundles need of a database beside its event store."""

    def proof_of(self, histories: Sequence[Sequence[RecordedEvent]]) -> Proof:
        """Return the batches that the events are in."""

    def import_runs(self, bundle: Bundle) -> list[ImportedRun]:
        """Append what the database lacks of the runs: all in one transaction, or nothing.

        A run that is there with the first events of the bundle's goes on with the others. Raises
        `RunDiffers`, `EventIdTaken`, `CorruptLog` for an event that this version cannot read.
        """


class BundleFormat(Protocol):
    """The file format of bundles, and what stands in one for people."""

    def read(self, content: bytes) -> Bundle:
        """Return the bundle in the bytes of a file, every byte checked. Raises `BundleRefused`."""

    def written(self, members: Mapping[str, bytes]) -> bytes:
        """Return the bytes of a file with these members. Raises `BundleTooLarge`."""

    def documents(
        self, histories: Histories, *, tenant_id: str, engine_version: str, created_at: str
    ) -> dict[str, bytes]:
        """Return the page that shows the runs, and the program that verifies them, by member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles:
    """Exports the runs of a database as bundles, and imports bundles into it."""

    store: EventStore
    database: BundleDatabase
    file_format: BundleFormat
    clock: Clock
    engine_version: str

    def export(
        self, run_ids: Sequence[str], *, tenant_id: str, with_parents: bool
    ) -> ExportedBundle:
        """Return the runs as a bundle, with those that they come from when that is wanted.

        Raises `NotFound`, `BundleTooLarge`, and `CorruptLog` when what is stored does not fit its
        hashes.
        """
        histories = self._histories(run_ids, tenant_id=tenant_id, with_parents=with_parents)
        for run in histories.values():
            history_of(run, self.store.payloads)  # each large result is there, or was erased
        named = {each.digest for run in histories.values() for each in named_payloads(run)}
        version = self.engine_version
        created_at = self.clock.now().isoformat(timespec="microseconds")
        members = packed(
            histories,
            proof=self.database.proof_of([*histories.values()]),
            payloads=self.store.payloads.get(tenant_id, named),
            documents=self.file_format.documents(
                histories, tenant_id=tenant_id, engine_version=version, created_at=created_at
            ),
            engine_version=version,
            created_at=created_at,
        )
        try:
            manifest = opened(members).manifest
        except BundleRefused as error:  # so what is stored does not add up
            where = error.member or "the record"
            raise CorruptLog(where, why=error.why) from error
        return ExportedBundle(**dict(manifest), content=self.file_format.written(members))

    def import_runs(self, content: bytes, *, tenant_id: str) -> list[ImportedRun]:
        """Append what the database lacks of the runs in a bundle: all of it, or nothing.

        Raises `BundleRefused`, `OtherTenant`, and what `BundleDatabase.import_runs` raises.
        """
        bundle = bundle_of(self.file_format, content, tenant_id=tenant_id)
        return self.database.import_runs(bundle)

    def _histories(
        self, run_ids: Sequence[str], *, tenant_id: str, with_parents: bool
    ) -> dict[str, list[RecordedEvent]]:
        histories = dict[str, list[RecordedEvent]]()
        waiting = list(run_ids)
        while waiting:
            run_id = waiting.pop(0)
            if run_id in histories:
                continue
            histories[run_id] = self.store.read(tenant_id, run_id)
            if not histories[run_id]:
                raise NotFound(run_id)
            if with_parents:
                waiting += _parents(histories[run_id])
        return histories


def bundle_of(file_format: BundleFormat, content: bytes, *, tenant_id: str) -> Bundle:
    """Return the bundle in the bytes of a file of this tenant.

    Raises `BundleRefused`, `OtherTenant`.
    """
    bundle = file_format.read(content)
    if bundle.manifest.tenant_id != tenant_id:
        raise OtherTenant(bundle=bundle.manifest.tenant_id, chosen=tenant_id)
    return bundle


async def verify_runs_of(
    bundle: Bundle, tools: KnownTools, verifier: Verifier, ignore: IgnoreRules = NO_RULES
) -> list[Verdict]:
    """Return the verdict on each run of a bundle; no database is needed.

    Raises like `domain.replay.verify.verify`, and `CorruptLog` when an event cannot be read.
    """
    contents = {payload.digest: payload.content for payload in bundle.payloads}
    verdicts = list[Verdict]()
    for recorded in bundle.histories.values():
        _require_room(recorded)
        entries = [RUN.read(each) for each in recorded]
        history = filled_in(entries, contents, erasures_in(recorded))
        verdicts.append(await verify(history, tools, verifier, ignore))
    return verdicts


def _require_room(history: Sequence[RecordedEvent]) -> None:
    """Raise `BundleRefused` for a run whose large results would take too much memory."""
    size = whole_sum(each.ref.size for each in named_payloads(history))
    if size > RUN_PAYLOADS_BYTES:
        why = f"its large results have {size:,} bytes, and at most {RUN_PAYLOADS_BYTES:,} are read"
        raise BundleRefused(None, run_id=history[0].envelope.stream_id, why=why)


def _parents(history: Sequence[RecordedEvent]) -> list[str]:
    """Return the run that this one comes from, if it comes from one."""
    event = RUN.read(history[0]).event
    parent = event.origin.parent_run_id if isinstance(event, RunRequested) else None
    return [] if parent is None else [parent]
