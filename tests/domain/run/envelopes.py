"""Sealed envelopes, and the histories that they make."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from msgspec import structs

from domain.aggregate.aggregate import StreamEntry
from domain.aggregate.envelope import Actor, Envelope, RecordedEvent
from domain.audit.chain import seal
from domain.run.aggregate import RUN
from domain.run.events import HistoryEntry, RunEvent
from domain.times import recorded_text
from tests.fakes import NOON

_FIRST = Envelope(
    tenant_id="acme",
    stream_id="run-1",
    version=1,
    event_id="e1",
    type="run-cancelled",
    schema_version=1,
    recorded_at="2026-03-01T12:00:00.000000Z",
    actor=Actor("person", "ada"),
    correlation_id="run-1",
    causation_id="e0",
    traceparent="00-trace-span-01",
    data='{"why":"enough"}',
    content_hash=b"",
)


def envelope(**fields: Any) -> Envelope:  # noqa: ANN401 - the fields of an envelope
    """Return a sealed envelope with these fields."""
    return seal(structs.replace(_FIRST, **fields))


def stream(length: int) -> list[RecordedEvent]:
    """Return a sound stream of so many events."""
    return [
        RecordedEvent("main", version, envelope(version=version, event_id=f"e{version}"))
        for version in range(1, length + 1)
    ]


def entries(events: Sequence[RunEvent], *, step_ms: int = 10) -> list[HistoryEntry]:
    """Return the events as a history in which each comes `step_ms` after the one before."""
    return [
        StreamEntry(version, _recorded(event, version, step_ms), event)
        for version, event in enumerate(events, start=1)
    ]


def _recorded(event: RunEvent, version: int, step_ms: int) -> Envelope:
    stored_as, schema_version, data = RUN.encode(event)
    at = NOON + timedelta(milliseconds=step_ms * (version - 1))
    return envelope(
        version=version,
        event_id=f"e{version}",
        type=stored_as,
        schema_version=schema_version,
        data=data,
        recorded_at=recorded_text(at),
    )
