"""Bundles of a database: runs go out into a file, and in from one."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from adapters.exporters.bundle_file import read_bundle, write_bundle
from adapters.exporters.html_page import page
from domain.aggregate.envelope import RecordedEvent
from domain.audit.bundle import (
    PAGE,
    VERIFIER,
    BundleDatabase,
    ImportedRun,
    Manifest,
    OtherTenant,
)
from domain.audit.bundle_members import Histories, opened, packed
from domain.audit.bundle_payloads import named_payloads
from domain.errors import NotFound
from domain.ports import Clock, EventStore
from domain.run.aggregate import RUN
from domain.run.events import RunRequested
from domain.times import recorded_text


class Bundles:
    """Exports the runs of a database as bundles, and imports bundles into it."""

    def __init__(
        self,
        store: EventStore,
        *,
        database: BundleDatabase,
        clock: Clock,
        engine_version: str,
    ) -> None:
        """Keep what is needed."""
        self._store, self._database = store, database
        self._clock, self._engine_version = clock, engine_version

    def export(
        self, path: Path, run_ids: Sequence[str], *, tenant_id: str, with_parents: bool
    ) -> Manifest:
        """Write the runs to a new file, with those that they come from when that is wanted.

        Raises `NotFound`, `FileExistsError`, `BundleTooLarge`, and `CorruptLog` when what is
        stored does not fit its hashes.
        """
        histories = self._histories(run_ids, tenant_id=tenant_id, with_parents=with_parents)
        named = {each.digest for run in histories.values() for each in named_payloads(run)}
        created_at = recorded_text(self._clock.now())
        members = packed(
            histories,
            proof=self._database.proof_of([*histories.values()]),
            payloads=self._store.payloads.get(tenant_id, named),
            documents=self._documents(histories, tenant_id=tenant_id, created_at=created_at),
            engine_version=self._engine_version,
            created_at=created_at,
        )
        manifest = opened(members).manifest
        write_bundle(path, members)
        return manifest

    def import_file(self, path: Path, *, tenant_id: str) -> list[ImportedRun]:
        """Append what the database lacks of the runs in a bundle: all of it, or nothing.

        Raises `BundleRefused`, `OtherTenant`, and what `BundleDatabase.import_runs` raises.
        """
        bundle = read_bundle(path)
        if bundle.manifest.tenant_id != tenant_id:
            raise OtherTenant(bundle=bundle.manifest.tenant_id, chosen=tenant_id)
        return self._database.import_runs(bundle)

    def _histories(
        self, run_ids: Sequence[str], *, tenant_id: str, with_parents: bool
    ) -> dict[str, list[RecordedEvent]]:
        histories = dict[str, list[RecordedEvent]]()
        waiting = list(run_ids)
        while waiting:
            run_id = waiting.pop(0)
            if run_id in histories:
                continue
            histories[run_id] = self._store.read(tenant_id, run_id)
            if not histories[run_id]:
                raise NotFound(run_id)
            if with_parents:
                waiting += _parents(histories[run_id])
        return histories

    def _documents(
        self, histories: Histories, *, tenant_id: str, created_at: str
    ) -> dict[str, bytes]:
        shown = page(
            histories.values(),
            tenant_id=tenant_id,
            engine_version=self._engine_version,
            created_at=created_at,
        )
        verifier = files("adapters.exporters") / VERIFIER
        return {PAGE: shown, VERIFIER: verifier.read_bytes()}


def _parents(history: Sequence[RecordedEvent]) -> list[str]:
    """Return the run that this one comes from, if it comes from one."""
    event = RUN.read(history[0]).event
    parent = event.origin.parent_run_id if isinstance(event, RunRequested) else None
    return [] if parent is None else [parent]
