"""Streams as they are stored: read and decoded, and found by their kind."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from domain.aggregate.aggregate import Aggregate, StreamEntry
from domain.aggregate.event import EventData
from domain.large_results import filled
from domain.ports import EventStore

E = TypeVar("E", bound=EventData)


class StreamIds(Protocol):
    """Knows which streams there are beside those of runs, which have a list of their own."""

    def stream_ids(self, tenant_id: str, prefix: str) -> Sequence[str]:
        """Return the ids of the tenant's streams that begin with the prefix, newest first."""


def read_stream(
    store: EventStore, aggregate: Aggregate[Any, Any, E], tenant_id: str, stream_id: str
) -> list[StreamEntry[E]]:
    """Return the decoded events of a stream, large results filled in.

    Raises the aggregate's `not_found`, and `CorruptLog` when an event cannot be read.
    """
    recorded = store.read(tenant_id, stream_id)
    if not recorded:
        raise aggregate.not_found(stream_id)
    return filled([aggregate.read(each) for each in recorded], store.payloads)
