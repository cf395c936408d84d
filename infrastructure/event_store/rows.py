"""Events, keys and summaries as rows of the database, and back."""

import operator
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, cast

import sqlalchemy as sa

from domain.aggregate.envelope import Actor, Envelope, RecordedEvent
from domain.ports import Appended, IdempotencyKey
from domain.run.summary import RunSummary
from infrastructure.event_store.line_seal import NAMES, line_seal
from infrastructure.event_store.tables import EVENTS, RUN_SUMMARIES

_EVENT_NAMES: Final = [str(column.name) for column in EVENTS.columns]
_ENVELOPE_VALUES: Final = operator.attrgetter(
    *(name.replace("actor_", "actor.") for name in _EVENT_NAMES if name not in ("log", "position"))
)
_SUMMARY_NAMES: Final = [str(each.name) for each in RUN_SUMMARIES.columns if each.name != "seal"]
"""The columns of a line that say something of its run."""

_LINE_NAMES: Final = (*_SUMMARY_NAMES, "seal")
_SUMMARY_VALUES: Final = operator.attrgetter(*_SUMMARY_NAMES)
_SEALED_VALUES: Final = operator.attrgetter(*NAMES)
_actor = lru_cache(1000)(Actor)
"""The actor of this kind and id: a few have caused millions of events."""


def event_values(envelope: Envelope, *, log: str, position: int) -> tuple[Any, ...]:
    """Return the values of the columns of `EVENTS`, in their order."""
    return (position, log, *_ENVELOPE_VALUES(envelope))


def event_row(envelope: Envelope, *, log: str, position: int) -> dict[str, Any]:
    """Return the values of the columns of `EVENTS`, by name."""
    values = event_values(envelope, log=log, position=position)
    return dict(zip(_EVENT_NAMES, values, strict=True))


def driver_rows(
    connection: sa.Connection, query: sa.Select[Any], parameters: Mapping[str, object]
) -> Sequence[Any]:
    """Return the driver's own tuples, with values as the driver gives them.

    For what is read by the thousand: SQLAlchemy's rows cost as much again.
    """
    with connection.execute(query, parameters) as result:
        return result.cursor.fetchall()


@contextmanager
def driver_cursor(
    connection: sa.Connection, query: sa.Select[Any], parameters: Mapping[str, object]
) -> Iterator[Iterator[Any]]:
    """Give the rows like `driver_rows`, one by one.

    What is done with each row while it is at hand costs less than going over all of them again.
    """
    with connection.execute(query, parameters) as result:
        yield cast("Iterator[Any]", result.cursor)


def to_event(row: Sequence[Any]) -> RecordedEvent:
    """Return the event that the values of the columns of `EVENTS`, in their order, hold."""
    # Value by value: every event that is read comes through here, and by dict takes twice as long.
    (
        position,
        log,
        tenant_id,
        stream_id,
        version,
        event_id,
        kind,
        schema_version,
        recorded_at,
        actor_kind,
        actor_id,
        correlation_id,
        causation_id,
        traceparent,
        data,
        content_hash,
    ) = row
    envelope = Envelope(
        tenant_id=tenant_id,
        stream_id=stream_id,
        version=version,
        event_id=event_id,
        type=kind,
        schema_version=schema_version,
        recorded_at=recorded_at,
        actor=_actor(actor_kind, actor_id),
        correlation_id=correlation_id,
        causation_id=causation_id,
        traceparent=traceparent,
        data=data,
        content_hash=content_hash,
    )
    return RecordedEvent(log, position, envelope)


def as_bytes(connection: sa.Connection, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bytes]:
    """Return a column as the bytes that are stored, also of text that is no longer UTF-8."""
    if connection.dialect.name == "sqlite":
        return sa.cast(column, sa.LargeBinary)
    return sa.func.convert_to(sa.cast(column, sa.Text), "UTF8", type_=sa.LargeBinary)


def key_values(key: IdempotencyKey, tenant_id: str, appended: Appended) -> tuple[Any, ...]:
    """Return the values of the columns of `IDEMPOTENCY_KEYS`, in their order."""
    return (
        tenant_id,
        key.key,
        key.digest,
        appended.stream_id,
        appended.first_position,
        appended.last_position,
        appended.head.version,
        appended.head.head_hash,
    )


def summary_values(summary: RunSummary, head_hash: bytes) -> tuple[Any, ...]:
    """Return the values of the columns of `RUN_SUMMARIES`, in their order.

    `head_hash` is that of the run's stream after the events that the summary is of.
    """
    seal = line_seal(_SEALED_VALUES(summary), head_hash)
    return (*_SUMMARY_VALUES(summary), seal)


def summary_row(summary: RunSummary, head_hash: bytes) -> dict[str, Any]:
    """Return the values of the columns of `RUN_SUMMARIES`, by name; see `summary_values`."""
    return dict(zip(_LINE_NAMES, summary_values(summary, head_hash), strict=True))
