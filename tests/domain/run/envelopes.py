"""Sealed envelopes, and the histories that they make."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from domain.aggregate.aggregate import StreamEntry
from domain.aggregate.envelope import Actor, Envelope, RecordedEvent
from domain.audit.chain import seal
from domain.run.aggregate import RUN
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
)
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


class RecordedTimes:
    """Says when events of one run are recorded: a call ends no earlier than it says."""

    def __init__(self) -> None:
        self._began: dict[tuple[str, int], datetime] = {}

    def of(self, event: RunEvent, at: datetime) -> datetime:
        """Return when the event is recorded, at the earliest at this time."""
        if isinstance(event, ToolCallStarted):
            self._began[event.call_id, event.attempt] = at
        if not isinstance(event, ToolCallSucceeded | ToolCallFailed | ToolCallThrottled):
            return at
        began = self._began.get((event.call_id, event.attempt), at)
        took_ms = event.waited_ms if isinstance(event, ToolCallThrottled) else event.duration_ms
        return max(at, began + timedelta(milliseconds=took_ms))


def entries(events: Sequence[RunEvent], *, step_ms: int = 10) -> list[HistoryEntry]:
    """Return the events as a history in which each comes `step_ms` after the one before.

    A call, or what it waited for, ends no earlier than it says that it took.
    """
    at, times, history = NOON, RecordedTimes(), list[HistoryEntry]()
    for version, event in enumerate(events, start=1):
        at = times.of(event, at)
        history.append(StreamEntry(version, _recorded(event, version, at), event))
        at += timedelta(milliseconds=step_ms)
    return history


def _recorded(event: RunEvent, version: int, at: datetime) -> Envelope:
    stored_as, schema_version, data = RUN.encode(event)
    return envelope(
        version=version,
        event_id=f"e{version}",
        type=stored_as,
        schema_version=schema_version,
        data=data,
        recorded_at=recorded_text(at),
    )
