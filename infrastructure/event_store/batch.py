"""Appends several at a time: the port of a store that takes them, and the checks before.

The checks are the same in every event store; see `GroupCommit` for who appends batches.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from domain.aggregate.envelope import Envelope, RecordedEvent
from domain.audit.chain import content_hash, head_after
from domain.errors import (
    CorruptLog,
    ForkedHistory,
    KeyReused,
    LeaseHeld,
    OpstrailError,
    WrongExpectedVersion,
)
from domain.payloads import Payloads
from domain.ports import Append, Appended, IdempotencyKey, Lease, StreamHead

Outcome = Appended | OpstrailError
CONTRADICTS: Final = "an event has an id that is there already, or contradicts what is stored"
"""Why events are refused that the database itself refuses: whose id it is, nobody is told."""


def answer(outcome: Appended | BaseException) -> Appended:
    """Return where the events went, or raise why they did not go in."""
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


class BatchStore(Protocol):
    """Appends batches, and reads as `domain.ports.EventStore` does."""

    @property
    def payloads(self) -> Payloads:
        """See `EventStore`."""

    def append_batch(self, requests: Sequence[Append]) -> list[Outcome]:
        """Make all that can be appended durable in one transaction; return an outcome per request.

        At most one request per stream. A request whose precondition fails (`WrongExpectedVersion`,
        `ForkedHistory`, `LeaseHeld`, `KeyReused`, `CorruptLog`) fails alone and leaves nothing;
        the others go in, in their order, as one batch of the log. Raises what the database raises
        when nothing was written or nobody knows (then the requests may be tried again with the
        same content: see `GroupCommit`).

        When events contradict what is stored (an event id that was used before), the requests of
        the batch are made durable one by one, each in a transaction of its own.
        """

    def close(self) -> None:
        """Give back what appending holds; a later append takes it again."""

    def head(self, tenant_id: str, stream_id: str) -> StreamHead:
        """See `EventStore`."""

    def read(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        """See `EventStore`."""

    def read_log(self, *, after: int = 0, limit: int = 1000) -> list[RecordedEvent]:
        """See `EventStore`."""


def sound_only(
    requests: Sequence[Append], append: Callable[[Sequence[Append]], Sequence[Outcome]]
) -> list[Outcome]:
    """Return an outcome per request: of those that contradict themselves, `CorruptLog`.

    Only the others reach `append`, together.
    """
    flaws = [_flaw(request) for request in requests]
    sound = [request for request, flaw in zip(requests, flaws, strict=True) if flaw is None]
    outcomes = iter(append(sound) if sound else ())
    return [flaw or next(outcomes) for flaw in flaws]


def require_sound(request: Append) -> None:
    """Raise `CorruptLog` when the request contradicts itself.

    It needs no look at what is stored, and so is called before anything is locked.
    """
    if not request.events:
        raise CorruptLog(request.stream_id, why="there is no event to append")
    if request.summary is not None and request.summary.tenant_id != request.tenant_id:
        raise CorruptLog(request.stream_id, why="the summary belongs to another tenant")
    if request.is_own:
        return
    for version, envelope in enumerate(request.events, start=request.expected.version + 1):
        fault = _fault(envelope, request, version=version)
        if fault:
            where = f"{request.stream_id} version {version}"
            raise CorruptLog(where, why=fault)


def require_expected(request: Append, *, actual: StreamHead) -> None:
    """Raise `WrongExpectedVersion` or `ForkedHistory` when the writer saw another head."""
    if actual.version != request.expected.version:
        raise WrongExpectedVersion(
            request.stream_id, expected=request.expected.version, actual=actual.version
        )
    if actual.head_hash != request.expected.head_hash:
        raise ForkedHistory(request.stream_id, version=actual.version)


def require_free(request: Append, lease: Lease | None) -> None:
    """Raise `LeaseHeld` when the request takes the lease and somebody else has it."""
    wanted = request.lease
    if wanted is None or not wanted.is_taken or lease is None or lease.has_run_out:
        return
    if lease.owner != wanted.owner:
        raise LeaseHeld(request.stream_id)


def require_same_content(key: IdempotencyKey, *, digest: bytes, stream_id: str) -> None:
    """Raise `KeyReused` when the key was used with another digest, for this stream."""
    if key.digest != digest:
        raise KeyReused(key.key, stream_id=stream_id)


def outcome(request: Append, *, last_position: int) -> Appended:
    """Return where the events go in a log that has come to `last_position`."""
    count = len(request.events)
    return Appended(
        request.stream_id, last_position + 1, last_position + count, head_after(request)
    )


def _flaw(request: Append) -> CorruptLog | None:
    try:
        require_sound(request)
    except CorruptLog as flaw:
        return flaw
    return None


def _fault(envelope: Envelope, request: Append, *, version: int) -> str | None:
    if envelope.tenant_id != request.tenant_id:
        return "the event belongs to another tenant"
    if envelope.stream_id != request.stream_id:
        return f"the event belongs to {envelope.stream_id}"
    if envelope.version != version:
        return f"the event has version {envelope.version}"
    if envelope.content_hash != content_hash(envelope):
        return "the content does not fit its hash"
    return None
