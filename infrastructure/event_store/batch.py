"""The port of a store that appends several requests in one transaction; see `GroupCommit`."""

from collections.abc import Sequence
from typing import Protocol

from domain.aggregate.envelope import RecordedEvent
from domain.errors import OpstrailError
from domain.payloads import Payloads
from domain.ports import Append, Appended, StreamHead

Outcome = Appended | OpstrailError


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
        ...

    def append_batch(self, requests: Sequence[Append]) -> list[Outcome]:
        """Make all that can be appended durable in one transaction; return an outcome per request.

        At most one request per stream. A request whose precondition fails (`WrongExpectedVersion`,
        `ForkedHistory`, `KeyReused`, `CorruptLog`) fails alone and leaves nothing; the others go
        in, in their order, as one batch of the log. Raises what the database raises when nothing
        was written or nobody knows (then the requests may be tried again with the same content:
        see `GroupCommit`).

        When events contradict what is stored (an event id that was used before), the requests of
        the batch are made durable one by one, each in a transaction of its own.
        """
        ...

    def head(self, tenant_id: str, stream_id: str) -> StreamHead:
        """See `EventStore`."""
        ...

    def read(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        """See `EventStore`."""
        ...

    def read_log(self, *, after: int = 0, limit: int = 1000) -> list[RecordedEvent]:
        """See `EventStore`."""
        ...
