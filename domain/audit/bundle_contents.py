"""What is in a bundle beside its manifest: events, proof and payloads, each hash recomputed."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from domain.aggregate.envelope import GENESIS, Envelope, RecordedEvent
from domain.audit.bundle import (
    PROOF,
    BundledRun,
    BundleRefused,
    LogBatch,
    Proof,
    events_member,
    payload_member,
)
from domain.audit.chain import content_hash, next_head, next_log_hash
from domain.audit.event_lines import EventLine, event_json, json_line, unfit
from domain.large_results import erasures_in, kept_reference
from domain.payloads import Payload, foreign_payload_problem
from domain.run.aggregate import RUN
from domain.run.asset_events import AssetApplied
from domain.run.call_events import PayloadRef, ToolCallLogged, ToolCallSucceeded
from domain.times import recorded_instant
from domain.values.json_text import has_more_values
from domain.values.limits import BATCH_EVENTS, LINE_BYTES, LINE_VALUES
from domain.values.text import shown

_LONG: Final = 1 << 20
"""To look into a line takes longer than to read it, and few are so long."""


_NAMING: Final = frozenset(e.stored_as for e in (ToolCallSucceeded, ToolCallLogged, AssetApplied))


@dataclass(frozen=True, slots=True)
class NamedPayload:
    """A payload as an event names it."""

    envelope: Envelope
    ref: PayloadRef

    @property
    def digest(self) -> bytes:
        """Its address."""
        return bytes.fromhex(self.ref.digest)


def named_payloads(history: Sequence[RecordedEvent]) -> Iterator[NamedPayload]:
    """Yield the payloads that the events of a whole run name, but for those erased since.

    Raises `CorruptLog` for a result of a shape that this version does not know.
    """
    erased = erasures_in(history)
    for recorded in history:
        if recorded.envelope.type in _NAMING:
            ref = kept_reference(RUN.read(recorded), erased)
            if ref is not None:
                yield NamedPayload(recorded.envelope, ref)


def read_run(run: BundledRun, tenant_id: str, content: bytes) -> list[RecordedEvent]:
    """Return the events in the lines of a member.

    Raises `BundleRefused`, which names the version, at the first line that is not as exported.
    """
    events, head = list[RecordedEvent](), GENESIS
    for version, line in enumerate(io.BytesIO(content), start=1):
        if len(line) > LINE_BYTES or version > BATCH_EVENTS:
            why = f"a run has at most {BATCH_EVENTS:,} lines of {LINE_BYTES:,} bytes"
            raise _refused(run, version, why)
        if len(line) > _LONG and has_more_values(line.decode("latin-1"), LINE_VALUES):
            raise _refused(run, version, f"the line has more than {LINE_VALUES:,} values")
        event = _parsed(run, version, line)
        for fault in _faults(event.envelope, run, tenant_id=tenant_id, version=version):
            raise _refused(run, version, fault)
        head = next_head(head, [event.envelope.content_hash])
        if line != f"{json_line(event_json(event, head))}\n".encode():
            raise _refused(run, version, "the line is not as it was exported")
        events.append(event)
    if len(events) != run.version:
        version = min(len(events), run.version) + 1
        raise _refused(run, version, f"there are {len(events)} events, not {run.version}")
    if head.hex() != run.head_hash:
        raise _refused(run, run.version, "the head hash is not that of the manifest")
    return events


def require_proven(proof: Proof, histories: Mapping[str, Sequence[RecordedEvent]]) -> None:
    """Raise `BundleRefused` when a batch does not add up, or an event is not in one."""
    _require_sound(proof.batches)
    hashes = dict(_hashes(proof.batches))
    for run_id, history in histories.items():
        for event in history:
            found = event.log == proof.log and hashes.get(event.position)
            if found != event.envelope.content_hash:
                raise BundleRefused(
                    events_member(run_id),
                    run_id=run_id,
                    version=event.envelope.version,
                    why=f"the proof does not have it at position {event.position} of {event.log}",
                )


def read_payloads(
    histories: Iterable[Sequence[RecordedEvent]], members: Mapping[str, bytes]
) -> tuple[Payload, ...]:
    """Return the payloads in the members that the events name and that were not erased.

    Raises `BundleRefused` when one is missing, or does not fit the event that names it.
    """
    found = dict[bytes, Payload]()
    for history in histories:
        for named in named_payloads(history):
            name = payload_member(named.digest)
            found[named.digest] = _fitting(named, name, members.get(name))
    return tuple(found.values())


def _parsed(run: BundledRun, version: int, line: bytes) -> RecordedEvent:
    try:
        return EventLine.model_validate_json(line).recorded()
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the line"
        raise _refused(run, version, f"{place}: {first['msg']}") from error


def _faults(envelope: Envelope, run: BundledRun, *, tenant_id: str, version: int) -> Iterator[str]:
    if envelope.version != version:
        yield f"the next event has version {envelope.version}"
    if (envelope.tenant_id, envelope.stream_id) != (tenant_id, run.run_id):
        yield f"the event is of {envelope.stream_id} of tenant {envelope.tenant_id}"
    if content_hash(envelope) != envelope.content_hash:
        yield "the content does not fit its hash"
    if recorded_instant(envelope.recorded_at) is None:
        yield f"recorded_at is no time: {shown(envelope.recorded_at)}"
    if why := unfit(envelope):
        yield why


def _refused(run: BundledRun, version: int, why: str) -> BundleRefused:
    return BundleRefused(events_member(run.run_id), run_id=run.run_id, version=version, why=why)


def _require_sound(batches: Sequence[LogBatch]) -> None:
    position, log_hash = 0, GENESIS
    for batch in batches:
        where = f"the batch from position {batch.first_position} on"
        if batch.first_position <= position:
            raise BundleRefused(PROOF, why=f"{where} overlaps the one before")
        if batch.first_position == position + 1 and batch.log_hash_before != log_hash:
            raise BundleRefused(PROOF, why=f"{where} does not continue the one before")
        if len(batch.content_hashes) != batch.last_position - batch.first_position + 1:
            raise BundleRefused(PROOF, why=f"{where} does not have a hash for each position")
        if next_log_hash(batch.log_hash_before, batch.content_hashes) != batch.log_hash_after:
            raise BundleRefused(PROOF, why=f"{where} does not add up to its log hash")
        position, log_hash = batch.last_position, batch.log_hash_after


def _hashes(batches: Sequence[LogBatch]) -> Iterator[tuple[int, bytes]]:
    for batch in batches:
        yield from enumerate(batch.content_hashes, start=batch.first_position)


def _fitting(named: NamedPayload, name: str, content: bytes | None) -> Payload:
    payload = Payload(named.digest, named.ref.size, content or b"")
    problem = named.ref.missing if content is None else foreign_payload_problem(payload)
    if problem:
        envelope = named.envelope
        raise BundleRefused(name, run_id=envelope.stream_id, version=envelope.version, why=problem)
    return payload
