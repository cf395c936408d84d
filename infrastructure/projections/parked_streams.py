"""The streams that a projection follows no further, because of an event that it cannot apply."""

from collections.abc import Sequence

import sqlalchemy as sa

from domain.aggregate.envelope import RecordedEvent
from domain.views.projection import ParkedStream
from infrastructure.projections.tables import PARKED_STREAMS


def park(
    connection: sa.Connection,
    name: str,
    *,
    generation: int,
    event: RecordedEvent,
    error: Exception,
) -> None:
    """Follow the stream of the event no further; a rebuild tries again."""
    connection.execute(
        sa.insert(PARKED_STREAMS).values(
            projection=name,
            generation=generation,
            tenant_id=event.envelope.tenant_id,
            stream_id=event.envelope.stream_id,
            position=event.position,
            error=f"{type(error).__name__}: {error}".replace("\x00", ""),
        )
    )


def parked_among(
    connection: sa.Connection, name: str, *, generation: int, events: Sequence[RecordedEvent]
) -> set[tuple[str, str]]:
    """Return those streams of the events, by tenant and id, that are parked."""
    streams = {(event.envelope.tenant_id, event.envelope.stream_id) for event in events}
    key = sa.tuple_(PARKED_STREAMS.c.tenant_id, PARKED_STREAMS.c.stream_id)
    rows = connection.execute(
        sa.select(PARKED_STREAMS.c.tenant_id, PARKED_STREAMS.c.stream_id).where(
            _of(name, generation), key.in_(streams)
        )
    )
    return {(row.tenant_id, row.stream_id) for row in rows}


def parked_count(connection: sa.Connection, name: str, *, generation: int) -> int:
    """Return how many streams are parked."""
    query = sa.select(sa.func.count()).select_from(PARKED_STREAMS)
    return connection.execute(query.where(_of(name, generation))).scalar_one()


def parked_streams(
    connection: sa.Connection, name: str, *, generation: int, limit: int
) -> list[ParkedStream]:
    """Return the parked streams, those first that were parked first."""
    columns = PARKED_STREAMS.c["tenant_id", "stream_id", "position", "error"]
    query = sa.select(*columns).where(_of(name, generation))
    rows = connection.execute(query.order_by(PARKED_STREAMS.c.position).limit(limit))
    return [ParkedStream(*row) for row in rows]


def forget_parked(connection: sa.Connection, name: str, *, generation: int) -> None:
    """Delete what is known of the parked streams of a generation."""
    connection.execute(sa.delete(PARKED_STREAMS).where(_of(name, generation)))


def _of(name: str, generation: int) -> sa.ColumnElement[bool]:
    return sa.and_(PARKED_STREAMS.c.projection == name, PARKED_STREAMS.c.generation == generation)
