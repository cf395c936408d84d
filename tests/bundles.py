"""Runs in memory, and the members of a bundle of them."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta

from domain.aggregate.envelope import GENESIS, Actor
from domain.audit.bundle import MANIFEST, PAGE, VERIFIER, LogBatch, Proof
from domain.audit.bundle_contents import named_payloads
from domain.audit.bundle_members import packed
from domain.audit.chain import next_log_hash
from domain.ports import EventStore
from domain.run.aggregate import RUN
from domain.run.commands import Command, RequestRun
from domain.run.events import RunEvent
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.desk import ASK
from tests.domain.large import answered
from tests.fakes import CountingIds, FrozenClock

TENANT = "acme"
CREATED_AT = "2026-03-01T12:00:00.000000+00:00"
VERSION = "1.2.3"


class Recorder:
    """Writes runs into a store, each in one append."""

    def __init__(self, store: EventStore, *, step: timedelta = timedelta(milliseconds=10)) -> None:
        self._store, self._clock, self._ids = store, FrozenClock(step=step), CountingIds()

    def record(self, run_id: str, command: RequestRun, events: Sequence[RunEvent] = ()) -> None:
        by = Authorship(TENANT, Actor("person", "Ödön"))
        writer = StreamWriter(RUN, run_id, by, store=self._store, clock=self._clock, ids=self._ids)
        writer.handle(command)
        for event in events:
            writer.report(event)
        writer.append()

    def command(self, run_id: str, command: Command) -> None:
        """Obey a command on a run that is there."""
        by = Authorship(TENANT, Actor("person", "Ödön"))
        writer = StreamWriter(RUN, run_id, by, store=self._store, clock=self._clock, ids=self._ids)
        writer.take_up()
        writer.commit(command)


class Log:
    """A log in memory, and bundles of its runs."""

    def __init__(self, step: timedelta = timedelta(milliseconds=10)) -> None:
        self.store = MemoryEventStore()
        self._recorder = Recorder(self.store, step=step)

    def record(self, run_id: str, command: RequestRun, events: Sequence[RunEvent] = ()) -> "Log":
        self._recorder.record(run_id, command, events)
        return self

    def command(self, run_id: str, command: Command) -> "Log":
        self._recorder.command(run_id, command)
        return self

    def proof(self) -> Proof:
        """Return the proof, the whole log being one batch."""
        hashes = tuple(event.envelope.content_hash for event in self.store.read_log(limit=100_000))
        batch = LogBatch(
            first_position=1,
            last_position=len(hashes),
            log_hash_before=GENESIS,
            log_hash_after=next_log_hash(GENESIS, hashes),
            content_hashes=hashes,
        )
        return Proof(log="main", batches=(batch,))

    def members(self, *run_ids: str, proof: Proof | None = None) -> dict[str, bytes]:
        histories = {run_id: self.store.read(TENANT, run_id) for run_id in run_ids}
        named = {each.digest for run in histories.values() for each in named_payloads(run)}
        return packed(
            histories,
            proof=proof or self.proof(),
            payloads=self.store.payloads.get(TENANT, named),
            documents={PAGE: b"<!doctype html>", VERIFIER: b"print()\n"},
            engine_version=VERSION,
            created_at=CREATED_AT,
        )


def two_runs() -> Log:
    """Return a log of two runs, the first with a large result."""
    log = Log().record("run-1", ASK, answered()[1:])
    return log.record("run-2", RequestRun(question="Wie groß?"))


def named_again(members: dict[str, bytes]) -> dict[str, bytes]:
    """Return the members with a manifest that has their digests, as a forger would write it."""
    manifest = json.loads(members[MANIFEST])
    manifest["members"] = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in members.items()
        if name != MANIFEST
    }
    return {**members, MANIFEST: json.dumps(manifest).encode()}
