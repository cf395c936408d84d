"""The check of a stream that is read: each event is what was written, and none is missing.

It computes the same hashes as `domain.audit.chain`, which has their specification. Whatever the
events of a stream have in common is encoded once: a page of a long run waits for this.
"""

from collections.abc import Sequence
from hashlib import sha256

from domain.aggregate.envelope import GENESIS, Envelope, RecordedEvent
from domain.audit.chain import ABSENT, EVENT_TAG, LENGTHS, head_with
from domain.errors import ChangedRecord


def verify_stream(events: Sequence[RecordedEvent], *, head: bytes | None = None) -> bytes:
    """Return the head hash of a whole stream, recomputed from its events.

    Raises `ChangedRecord` when versions do not run from 1 without gaps, when a content hash does
    not fit its event, or when the recomputed head is not `head`.
    """
    found, hashes = GENESIS, _ContentHashes()
    for expected, recorded in enumerate(events, start=1):
        envelope = recorded.envelope
        if envelope.version != expected:
            raise _changed(envelope, expected, f"the next event has version {envelope.version}")
        content_hash = envelope.content_hash
        if hashes.of(envelope) != content_hash:
            raise _changed(envelope, expected, "the content does not fit its hash")
        found = head_with(found, content_hash)
    if head is not None and found != head:
        stream = events[0].envelope.stream_id if events else "stream"
        raise ChangedRecord(stream, why="the events do not add up to the stream's head hash")
    return found


def _changed(envelope: Envelope, version: int, why: str) -> ChangedRecord:
    return ChangedRecord(f"{envelope.stream_id} version {version}", why=why)


class _Fields(dict[str | int | None, bytes]):
    """Values that come again and again as the bytes that are hashed of them."""

    def __missing__(self, value: str | int | None) -> bytes:
        """Return the length and the text of a value, and keep them."""
        text = str(value).encode()
        found = self[value] = ABSENT if value is None else LENGTHS[len(text)] + text
        return found


class _ContentHashes:
    """The content hashes of the events of one stream."""

    def __init__(self) -> None:
        self._again = _Fields()

    def of(self, envelope: Envelope) -> bytes | None:
        """Return the content hash; None when a value is none that can have been hashed."""
        again, size, actor, cause = self._again, LENGTHS, envelope.actor, envelope.causation_id
        # Name by name, as in `domain.audit.chain`: calls and loops take as long as the hash.
        try:
            version, data = str(envelope.version).encode(), envelope.data.encode()
            event, at = envelope.event_id.encode(), envelope.recorded_at.encode()
            caused = b"" if cause is None else cause.encode()
            parts = (
                EVENT_TAG,
                again[envelope.tenant_id],
                again[envelope.stream_id],
                size[len(version)],
                version,
                size[len(event)],
                event,
                again[envelope.type],
                again[envelope.schema_version],
                size[len(at)],
                at,
                again[actor.kind],
                again[actor.id],
                again[envelope.correlation_id],
                ABSENT if cause is None else size[len(caused)],
                caused,
                again[envelope.traceparent],
                size[len(data)],
                data,
            )
        except (AttributeError, TypeError, ValueError):
            return None  # SQLite keeps any value in any column
        return sha256(b"".join(parts)).digest()
