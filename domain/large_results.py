"""Large results: taken out of events before they are written, filled in when streams are read."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
from msgspec import structs

from domain.aggregate.aggregate import Aggregate, StreamEntry
from domain.aggregate.envelope import RecordedEvent
from domain.aggregate.event import EventData
from domain.errors import ChangedRecord, CorruptLog
from domain.payloads import KeptPayloads, Payload, Payloads, packed, unpacked
from domain.ports import EventStore
from domain.run.aggregate import RUN
from domain.run.call_events import PayloadRef
from domain.run.events import HistoryEntry
from domain.run.note_events import ResultErased
from domain.times import recorded_instant
from domain.values.text import shown

E = TypeVar("E", bound=EventData)
Erasures = Mapping[str, int]
"""The digests of erased results of one stream, with the version of the last erasure of each."""

INLINE_BYTES: Final = 4096
"""Results whose JSON text is longer become payloads."""

PREVIEW_CHARACTERS: Final = 500


class LargeResults:
    """Takes the large results out of one run's events, and stores them before those events."""

    def __init__(self, payloads: Payloads, tenant_id: str) -> None:
        """Nothing was taken out yet."""
        self._payloads, self._tenant_id = payloads, tenant_id
        self._waiting: list[Payload] = []

    def taken_out(self, event: E) -> E:
        """Return the event as it is stored; a large result then waits to be put."""
        if event.large is None:
            return event
        text = msgspec.json.encode(getattr(event, event.large))
        if len(text) <= INLINE_BYTES:
            return event
        payload = packed(text)
        self._waiting.append(payload)
        return structs.replace(event, **{event.large: None, "payload": _ref(payload, text)})

    def put(self) -> None:
        """Store what waits; to be called before the events are appended.

        Raises what `Payloads.put` raises; what waits then still does.
        """
        waiting = tuple(self._waiting)
        if waiting:
            self._payloads.put(self._tenant_id, waiting)
            del self._waiting[: len(waiting)]

    async def put_async(self) -> None:
        """Do what `put` does, in a thread of its own: other tasks go on meanwhile.

        What has begun comes to its end: who is cancelled meanwhile gets the CancelledError after.
        """
        if not self._waiting:
            return
        putting = asyncio.create_task(asyncio.to_thread(self.put))
        try:
            await asyncio.shield(putting)
        except asyncio.CancelledError:
            await asyncio.wait({putting})
            raise


def read_stream(
    store: EventStore, aggregate: Aggregate[Any, Any, E], tenant_id: str, stream_id: str
) -> list[StreamEntry[E]]:
    """Return the decoded events of a stream, large results filled in.

    Raises the aggregate's `not_found`, and like `history_of`.
    """
    recorded = store.read(tenant_id, stream_id)
    if not recorded:
        raise aggregate.not_found(stream_id)
    entries = [aggregate.read(each) for each in recorded]
    return _with_payloads(entries, store.payloads, erasures_in(recorded))


def history_of(
    recorded: Sequence[RecordedEvent], payloads: KeptPayloads, *, until: int | None = None
) -> list[HistoryEntry]:
    """Return the decoded events of a whole run up to a version, with their large results.

    A result with an erasure on the record, be it after that version, stays out: its event has no
    data and names what is gone. Raises `CorruptLog` when an event cannot be read or a payload is
    not what its event names, `ChangedRecord` when one is missing.
    """
    entries = [RUN.read(each) for each in recorded[:until]]
    return _with_payloads(entries, payloads, erasures_in(recorded))


def erasures_in(recorded: Iterable[RecordedEvent]) -> Erasures:
    """Return which results of a stream were erased. Raises `CorruptLog`."""
    erased: dict[str, int] = {}
    for each in recorded:
        if each.envelope.type == ResultErased.stored_as:
            event = RUN.read(each).event
            if isinstance(event, ResultErased):
                erased[event.digest] = each.envelope.version
    return erased


def kept_reference(entry: StreamEntry[Any], erased: Erasures) -> PayloadRef | None:
    """Return the payload that an event names, unless it was erased since."""
    ref = (entry.event.payload or None) if entry.event.large else None
    return None if ref and erased.get(ref.digest, 0) > entry.envelope.version else ref


def _with_payloads(
    entries: list[StreamEntry[E]], payloads: KeptPayloads, erased: Erasures
) -> list[StreamEntry[E]]:
    """Return the entries of one stream with their large results, found by one look-up.

    Raises `CorruptLog` when one was recorded at no time: whatever shows a run reckons with them.
    """
    for entry in entries:
        if recorded_instant(entry.envelope.recorded_at) is None:
            where = f"{entry.envelope.stream_id} version {entry.envelope.version}"
            why = f"recorded_at is no time: {shown(entry.envelope.recorded_at)}"
            raise CorruptLog(where, why=why)
    kept = (kept_reference(entry, erased) for entry in entries)
    named = {bytes.fromhex(ref.digest) for ref in kept if ref}
    if not named:
        return entries
    return filled_in(entries, payloads.get(entries[0].envelope.tenant_id, named), erased)


def filled_in(
    entries: Sequence[StreamEntry[E]], contents: Mapping[bytes, bytes], erased: Erasures
) -> list[StreamEntry[E]]:
    """Return the events with the large results whose stored bytes are given, by digest.

    Raises `CorruptLog` when bytes are not what an event names, `ChangedRecord` when those of a
    result that was not erased are missing.
    """
    return [_filled(entry, contents, kept_reference(entry, erased)) for entry in entries]


def _ref(payload: Payload, text: bytes) -> PayloadRef:
    # A character has four bytes at most, and one that was cut in two is left out.
    beginning = text[: 4 * PREVIEW_CHARACTERS].decode(errors="ignore")
    preview = beginning[:PREVIEW_CHARACTERS]
    return PayloadRef(digest=payload.digest.hex(), size=payload.size, preview=preview)


def _filled(
    entry: StreamEntry[E], found: Mapping[bytes, bytes], ref: PayloadRef | None
) -> StreamEntry[E]:
    if ref is None:
        return entry
    digest = bytes.fromhex(ref.digest)
    if digest not in found:
        where = f"{entry.envelope.stream_id} version {entry.envelope.version}"
        raise ChangedRecord(where, why=ref.missing)
    payload = Payload(digest, ref.size, found[digest])
    text = unpacked(payload, tenant_id=entry.envelope.tenant_id)
    content = {str(entry.event.large): msgspec.json.decode(text)}
    event = structs.replace(entry.event, **content)
    return structs.replace(entry, event=event)
