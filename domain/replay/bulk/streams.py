"""The stored form of bulk replays, and where their streams are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, get_args

from domain.aggregate.envelope import Envelope, RecordedEvent
from domain.ports import EventStore
from domain.replay.bulk.errors import NoSuchBulkReplay
from domain.replay.bulk.events import BulkReplayEvent
from domain.run.codec import Codec
from domain.run.errors import CorruptLog

BULK_CODEC: Final = Codec(
    types={kind.stored_as: kind for kind in get_args(BulkReplayEvent)}, upcasters={}
)


class BulkReplayIds(Protocol):
    """Knows which bulk replays there are."""

    def bulk_replay_ids(self, tenant_id: str) -> Sequence[str]:
        """Return the ids of the tenant's bulk replays, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class BulkEntry:
    """One event of a bulk replay: its envelope, and what happened."""

    envelope: Envelope
    event: BulkReplayEvent


def read_entry(recorded: RecordedEvent) -> BulkEntry:
    """Return the decoded event. Raises `CorruptLog` when it cannot be read."""
    envelope = recorded.envelope
    try:
        event = BULK_CODEC.decode(
            envelope.type, schema_version=envelope.schema_version, data=envelope.data
        )
    except ValueError as error:
        where = f"{envelope.stream_id} version {envelope.version}"
        raise CorruptLog(where, why=str(error)) from error
    return BulkEntry(envelope, event)  # type: ignore[arg-type]  # BULK_CODEC knows BulkReplayEvents only


def read_entries(store: EventStore, tenant_id: str, replay_id: str) -> list[BulkEntry]:
    """Return the events of a bulk replay. Raises `NoSuchBulkReplay`, `CorruptLog`."""
    recorded = store.read(tenant_id, replay_id)
    if not recorded:
        raise NoSuchBulkReplay(replay_id)
    return [read_entry(each) for each in recorded]
