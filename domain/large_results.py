"""Large results: taken out of events before they are written, filled in when streams are read."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
from msgspec import structs

from domain.aggregate.aggregate import Aggregate, StreamEntry
from domain.aggregate.envelope import RecordedEvent
from domain.aggregate.event import EventData
from domain.payloads import KeptPayloads, Payload, Payloads, packed, unpacked
from domain.ports import EventStore
from domain.run.aggregate import RUN
from domain.run.call_events import PayloadRef, ToolCallSucceeded
from domain.run.events import HistoryEntry

E = TypeVar("E", bound=EventData)

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
        if not isinstance(event, ToolCallSucceeded):
            return event
        text = msgspec.json.encode(event.data)
        if len(text) <= INLINE_BYTES:
            return event
        payload = packed(text)
        self._waiting.append(payload)
        return structs.replace(event, data=None, payload=_ref(payload, text))

    def put(self) -> None:
        """Store what waits; to be called before the events are appended.

        Raises what `Payloads.put` raises; what waits then still does.
        """
        waiting = tuple(self._waiting)
        if waiting:
            self._payloads.put(self._tenant_id, waiting)
            del self._waiting[: len(waiting)]

    async def put_async(self) -> None:
        """Do what `put` does, in a thread of its own: other tasks go on meanwhile."""
        if self._waiting:
            await asyncio.to_thread(self.put)


def read_stream(
    store: EventStore, aggregate: Aggregate[Any, Any, E], tenant_id: str, stream_id: str
) -> list[StreamEntry[E]]:
    """Return the decoded events of a stream, large results filled in.

    Raises the aggregate's `not_found`, and `CorruptLog` when an event cannot be read.
    """
    recorded = store.read(tenant_id, stream_id)
    if not recorded:
        raise aggregate.not_found(stream_id)
    return _with_payloads([aggregate.read(each) for each in recorded], store.payloads)


def history_of(recorded: Sequence[RecordedEvent], payloads: KeptPayloads) -> list[HistoryEntry]:
    """Return the decoded events of one run, large results filled in with one look-up.

    An erased result stays out: its event has no data and names what is gone. Raises `CorruptLog`
    when an event cannot be read, or a payload is not what its event names.
    """
    return _with_payloads([RUN.read(each) for each in recorded], payloads)


def _with_payloads(entries: list[StreamEntry[E]], payloads: KeptPayloads) -> list[StreamEntry[E]]:
    """Return the entries of one stream with their large results, found by one look-up.

    Raises `CorruptLog` when a payload is not what its event names.
    """
    named = {bytes.fromhex(ref.digest) for ref in map(_named, entries) if ref}
    if not named:
        return entries
    return filled_in(entries, payloads.get(entries[0].envelope.tenant_id, named))


def filled_in(
    entries: Sequence[StreamEntry[E]], contents: Mapping[bytes, bytes]
) -> list[StreamEntry[E]]:
    """Return the events with the large results whose stored bytes are given, by digest.

    Raises `CorruptLog` when bytes are not what an event names.
    """
    return [_filled(entry, contents) for entry in entries]


def _ref(payload: Payload, text: bytes) -> PayloadRef:
    # A character has four bytes at most, and one that was cut in two is left out.
    beginning = text[: 4 * PREVIEW_CHARACTERS].decode(errors="ignore")
    preview = beginning[:PREVIEW_CHARACTERS]
    return PayloadRef(digest=payload.digest.hex(), size=payload.size, preview=preview)


def _named(entry: StreamEntry[EventData]) -> PayloadRef | None:
    return entry.event.payload if isinstance(entry.event, ToolCallSucceeded) else None


def _filled(entry: StreamEntry[E], found: Mapping[bytes, bytes]) -> StreamEntry[E]:
    ref = _named(entry)
    digest = bytes.fromhex(ref.digest) if ref else b""
    if ref is None or digest not in found:
        return entry
    payload = Payload(digest, ref.size, found[digest])
    text = unpacked(payload, tenant_id=entry.envelope.tenant_id)
    event = structs.replace(entry.event, data=msgspec.json.decode(text))
    return structs.replace(entry, event=event)
