"""The check of a stream that is read: each event is what was written, and none is missing.

It computes the hashes of `domain.audit.chain`, which has their specification and the last word.
What the events of a stream have in common is encoded once: a page of a long run waits for it.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from domain.aggregate.envelope import GENESIS, Envelope, RecordedEvent
from domain.audit.chain import (
    EVENT_TAG,
    HEAD_TAG,
    LENGTHS,
    content_hash,
    hashed_field,
    head_with,
)
from domain.errors import ChangedRecord
from domain.ports import StreamHead


def verify_stream(events: Sequence[RecordedEvent], *, head: bytes | None = None) -> bytes:
    """Return the head hash of a whole stream, recomputed from its events.

    Raises `ChangedRecord` when versions do not run from 1 without gaps, when a content hash does
    not fit its event, or when the recomputed head is not `head`.
    """
    found, again = GENESIS, _Fields()
    for expected, recorded in enumerate(events, start=1):
        envelope = recorded.envelope
        if envelope.version != expected:
            raise _changed(envelope, expected, f"the next event has version {envelope.version}")
        stored = envelope.content_hash
        if _quick_hash(envelope, again) != stored and _hash(envelope) != stored:
            raise _changed(envelope, expected, "the content does not fit its hash")
        found = sha256(HEAD_TAG + found + stored).digest()
    if head is not None and found != head:
        stream = events[0].envelope.stream_id if events else "stream"
        raise ChangedRecord(stream, why="the events do not add up to the stream's head hash")
    return found


def verify_next(events: Sequence[RecordedEvent], known: StreamHead, *, head: StreamHead) -> None:
    """Raise `ChangedRecord` unless the events lead from one head of their stream to the other."""
    found = known.head_hash
    for expected, recorded in enumerate(events, start=known.version + 1):
        envelope = recorded.envelope
        if envelope.version != expected:
            raise _changed(envelope, expected, f"the next event has version {envelope.version}")
        require_own_hash(envelope)
        found = head_with(found, envelope.content_hash)
    if StreamHead(known.version + len(events), found) != head:
        where = f"a stream after version {known.version}"
        raise ChangedRecord(where, why="the events do not lead to the stream's head")


def require_own_hash(envelope: Envelope) -> None:
    """Raise `ChangedRecord` unless the content of an event fits its hash."""
    if _hash(envelope) != envelope.content_hash:
        raise _changed(envelope, envelope.version, "the content does not fit its hash")


def _changed(envelope: Envelope, version: int, why: str) -> ChangedRecord:
    return ChangedRecord(f"{envelope.stream_id} version {version}", why=why)


def _hash(envelope: Envelope) -> bytes | None:
    """Return the content hash as it is defined; None of what cannot have been hashed."""
    try:
        return content_hash(envelope)
    except (AttributeError, TypeError, ValueError):
        return None  # SQLite keeps any value in any column


class _Fields(dict[str | int | None, str]):
    """Values that come again and again as the bytes that are hashed of them, each a character."""

    def __missing__(self, value: str | int | None) -> str:
        """Return the length and the text of a value, and keep them."""
        found = self[value] = hashed_field(value).decode("latin-1")
        return found


_SIZES: Final = [LENGTHS[size].decode("latin-1") for size in range(256)]


def _quick_hash(envelope: Envelope, again: _Fields) -> bytes | None:
    """Return the content hash; another one or None where numbers, ids and times are not ASCII.

    Fields become bytes together: one by one takes longer than the hash.
    """
    version, event, at = str(envelope.version), envelope.event_id, envelope.recorded_at
    actor, cause, size = envelope.actor, envelope.causation_id, _SIZES
    try:
        data = envelope.data.encode()
        fields = (
            f"{again[envelope.tenant_id]}{again[envelope.stream_id]}"
            f"{size[len(version)]}{version}{size[len(event)]}{event}"
            f"{again[envelope.type]}{again[envelope.schema_version]}{size[len(at)]}{at}"
            f"{again[actor.kind]}{again[actor.id]}{again[envelope.correlation_id]}"
            f"{again[None] if cause is None else size[len(cause)] + cause}"
            f"{again[envelope.traceparent]}"
        ).encode("latin-1")
    except (AttributeError, IndexError, TypeError, ValueError):
        return None
    return sha256(b"".join((EVENT_TAG, fields, LENGTHS[len(data)], data))).digest()
