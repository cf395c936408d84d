"""The envelope of an event: who, when, where in which stream, and the exact text of the fact."""

from dataclasses import dataclass

import msgspec

GENESIS = bytes(32)
"""The hash before the first event of a stream or log."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who caused an event; kind is "person", "service" or "system"."""

    kind: str
    id: str


# Nothing in an event holds the event: without `gc`, no collection goes over a long history.
class Envelope(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event of one stream, sealed.

    `content_hash` covers every other field (see `domain.audit.chain`). `recorded_at` is
    text, ISO 8601 in UTC with microseconds and `Z`, exactly as
    hashed. `data` is the exact JSON text. Versions of a stream run from 1 without gaps.
    """

    tenant_id: str
    stream_id: str
    version: int
    event_id: str
    type: str
    schema_version: int
    recorded_at: str
    actor: Actor
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    data: str
    content_hash: bytes


class RecordedEvent(msgspec.Struct, frozen=True, gc=False):
    """An envelope with its place in the log.

    Positions of a log run from 1 without gaps, in order of commit.
    """

    log: str
    position: int
    envelope: Envelope
