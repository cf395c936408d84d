"""Events, keys and summaries as rows of the database, and back."""

import dataclasses
from typing import Any, Final

import sqlalchemy as sa

from domain.ports import Appended, IdempotencyKey, RunSummary
from domain.run.envelope import Actor, Envelope, RecordedEvent

_SUMMARY_NAMES: Final = [field.name for field in dataclasses.fields(RunSummary)]


def event_row(envelope: Envelope, *, log: str, position: int) -> dict[str, Any]:
    """Return the values of the columns of `EVENTS`."""
    return {
        "position": position,
        "log": log,
        "tenant_id": envelope.tenant_id,
        "stream_id": envelope.stream_id,
        "version": envelope.version,
        "event_id": envelope.event_id,
        "type": envelope.type,
        "schema_version": envelope.schema_version,
        "recorded_at": envelope.recorded_at,
        "actor_kind": envelope.actor.kind,
        "actor_id": envelope.actor.id,
        "correlation_id": envelope.correlation_id,
        "causation_id": envelope.causation_id,
        "traceparent": envelope.traceparent,
        "data": envelope.data,
        "content_hash": envelope.content_hash,
    }


def to_event(row: sa.Row[Any]) -> RecordedEvent:
    """Return the event that a row of `EVENTS` holds."""
    envelope = Envelope(
        tenant_id=row.tenant_id,
        stream_id=row.stream_id,
        version=row.version,
        event_id=row.event_id,
        type=row.type,
        schema_version=row.schema_version,
        recorded_at=row.recorded_at,
        actor=Actor(row.actor_kind, row.actor_id),
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        traceparent=row.traceparent,
        data=row.data,
        content_hash=row.content_hash,
    )
    return RecordedEvent(row.log, row.position, envelope)


def key_row(key: IdempotencyKey, tenant_id: str, appended: Appended) -> dict[str, Any]:
    """Return the values of the columns of `IDEMPOTENCY_KEYS`."""
    return {
        "tenant_id": tenant_id,
        "key": key.key,
        "digest": key.digest,
        "stream_id": appended.stream_id,
        "first_position": appended.first_position,
        "last_position": appended.last_position,
        "version": appended.head.version,
        "head_hash": appended.head.head_hash,
    }


def summary_row(summary: RunSummary) -> dict[str, Any]:
    """Return the values of the columns of `RUN_SUMMARIES`."""
    return {name: getattr(summary, name) for name in _SUMMARY_NAMES}


def to_summary(row: sa.Row[Any]) -> RunSummary:
    """Return the summary that a row of `RUN_SUMMARIES` holds."""
    return RunSummary(**row._mapping)  # noqa: SLF001 - the public name of a row's columns by name
