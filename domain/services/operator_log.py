"""Puts entries of the operator log on the record: with what a command writes, or by themselves."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from domain.aggregate.envelope import Envelope
from domain.audit.chain import StreamSeal, head_after
from domain.errors import OpstrailError
from domain.operator_log.entries import OPERATOR_LOG, PREFIX, OpenEntry
from domain.ports import Append, Appended, Clock, EventStore, Ids, StreamHead
from domain.redaction.redaction import NOTHING, Redaction
from domain.times import recorded_text

_WITHIN_SECONDS: Final = 1.0


@dataclass(slots=True)
class _Stream:
    """A stream of entries as far as it is durable, and what is not yet."""

    tenant_id: str
    stream_id: str
    seal: StreamSeal
    durable: StreamHead = field(default_factory=StreamHead)
    pending: list[Envelope] = field(default_factory=list)

    def request(self) -> Append:
        return Append(
            tenant_id=self.tenant_id,
            stream_id=self.stream_id,
            expected=self.durable,
            events=tuple(self.pending),
            summary=None,
            is_own=True,
        )


@dataclass(slots=True, kw_only=True)
class OperatorStreams:
    """The streams of this process, one a tenant; one thread at a time uses them."""

    clock: Clock
    ids: Ids
    redaction: Redaction = NOTHING
    _streams: dict[str, _Stream] = field(default_factory=dict)

    def beside(self, requests: Sequence[Append]) -> list[Append]:
        """Return what puts the entries of these requests on the record, an append a tenant.

        What it returned before and nobody called durable is in it, too.
        """
        tenants = dict.fromkeys(each.tenant_id for each in requests if self._takes(each))
        return [self._streams[tenant_id].request() for tenant_id in tenants]

    def went_in(self, requests: Sequence[Append], outcomes: Sequence[object]) -> None:
        """Hear what became of them; a stream that was refused is not gone on with."""
        for request, outcome in zip(requests, outcomes, strict=True):
            stream = self._streams[request.tenant_id]
            if isinstance(outcome, Appended):
                del stream.pending[: len(request.events)]
                stream.durable = head_after(request)
            elif isinstance(outcome, OpstrailError):
                del self._streams[request.tenant_id]

    def _takes(self, request: Append) -> bool:
        target = request.stream_id if request.events else None
        entries = [entry for entry in request.entries if entry.is_open]
        for entry in entries:
            self._add(request.tenant_id, entry, target)
        return bool(entries)

    def _add(self, tenant_id: str, entry: OpenEntry, target: str | None) -> None:
        stream = self._stream(tenant_id)
        acted, encode = entry.taken(target), OPERATOR_LOG.encode
        _, encoded = self.redaction.recordable(acted, encode(acted), encode)
        stream.pending.append(
            stream.seal.sealed(
                stream.durable.version + len(stream.pending) + 1,
                self.ids.new(),
                encoded,
                recorded_at=recorded_text(self.clock.now()),
                actor=entry.actor,
                causation_id=None,
                traceparent=entry.traceparent,
            )
        )

    def _stream(self, tenant_id: str) -> _Stream:
        if tenant_id not in self._streams:
            stream_id = f"{PREFIX}{self.ids.new()}"
            seal = StreamSeal(tenant_id, stream_id)
            self._streams[tenant_id] = _Stream(tenant_id, stream_id, seal)
        return self._streams[tenant_id]


def entries_alone(tenant_id: str, name: str, entries: Sequence[OpenEntry]) -> Append:
    """Return the append of no event but entries: they go to the stream of the process."""
    return Append(
        tenant_id=tenant_id,
        stream_id=f"{PREFIX}{name}",
        expected=StreamHead(),
        events=(),
        summary=None,
        entries=tuple(entries),
        is_own=True,
    )


@contextmanager
def open_unless_recorded(entry: OpenEntry | None) -> Iterator[None]:
    """Let an entry be open still where the transaction that took it fails."""
    try:
        yield
    except BaseException:
        if entry is not None:
            entry.is_open = True
        raise


class OperatorLog:
    """Records entries by themselves: at once, or together with others within a second."""

    def __init__(self, store: EventStore, streams: OperatorStreams) -> None:
        """Nothing waits yet; the store puts entries on the record, into these streams."""
        self._store, self._streams = store, streams
        self._waiting: dict[str, list[OpenEntry]] = {}
        self._mutex = threading.Lock()
        self._timer: threading.Timer | None = None

    async def record(self, tenant_id: str, entry: OpenEntry) -> None:
        """Record an entry durably. Raises what `EventStore.append_async` raises."""
        await self._store.append_async(self._request(tenant_id, [entry]))

    def note(self, tenant_id: str, entry: OpenEntry) -> None:
        """Record an entry within a second, together with those that come meanwhile."""
        with self._mutex:
            self._waiting.setdefault(tenant_id, []).append(entry)
            if self._timer is None:
                self._timer = threading.Timer(_WITHIN_SECONDS, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Record what waits. Raises what `EventStore.append` raises."""
        with self._mutex:
            waiting, self._waiting = self._waiting, {}
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        for tenant_id, entries in waiting.items():
            self._store.append(self._request(tenant_id, entries))

    def close(self) -> None:
        """Record what waits still."""
        self.flush()

    def _request(self, tenant_id: str, entries: Sequence[OpenEntry]) -> Append:
        return entries_alone(tenant_id, self._streams.ids.new(), entries)
