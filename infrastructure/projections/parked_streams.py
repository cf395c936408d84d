"""The streams that a projection follows no further, because of an event that it cannot apply."""

from collections.abc import Sequence

import sqlalchemy as sa

from domain.aggregate.envelope import RecordedEvent
from domain.views.projection import ParkedStream
from infrastructure.projections.checkpoints import Checkpoint
from infrastructure.projections.tables import PARKED_STREAMS

# Made once: it is asked for each chunk.
_COUNT = (
    sa.select(sa.func.count())
    .select_from(PARKED_STREAMS)
    .where(
        PARKED_STREAMS.c.projection == sa.bindparam("of_name"),
        PARKED_STREAMS.c.generation == sa.bindparam("of_generation"),
    )
)


def park(
    connection: sa.Connection, held: Checkpoint, event: RecordedEvent, *, error: Exception
) -> None:
    """Follow the stream of the event no further; a rebuild tries again."""
    connection.execute(
        sa.insert(PARKED_STREAMS).values(
            projection=held.name,
            generation=held.generation,
            tenant_id=event.envelope.tenant_id,
            stream_id=event.envelope.stream_id,
            position=event.position,
            error=f"{type(error).__name__}: {error}".replace("\x00", ""),
        )
    )


def parked_among(
    connection: sa.Connection, held: Checkpoint, events: Sequence[RecordedEvent]
) -> set[tuple[str, str]]:
    """Return those streams of the events, by tenant and id, that are parked."""
    if not parked_count(connection, held):
        return set()
    streams = {(event.envelope.tenant_id, event.envelope.stream_id) for event in events}
    key = sa.tuple_(PARKED_STREAMS.c.tenant_id, PARKED_STREAMS.c.stream_id)
    columns = PARKED_STREAMS.c["tenant_id", "stream_id"]
    rows = connection.execute(sa.select(*columns).where(_of(held), key.in_(streams)))
    return {(row.tenant_id, row.stream_id) for row in rows}


def parked_positions(connection: sa.Connection, of: Checkpoint) -> dict[tuple[str, str], int]:
    """Return the position from which on each parked stream, by tenant and id, is not followed."""
    query = sa.select(*PARKED_STREAMS.c["tenant_id", "stream_id", "position"]).where(_of(of))
    return {(tenant_id, stream): at for tenant_id, stream, at in connection.execute(query)}


def parked_count(connection: sa.Connection, of: Checkpoint) -> int:
    """Return how many streams are parked."""
    place = {"of_name": of.name, "of_generation": of.generation}
    return connection.execute(_COUNT, place).scalar_one()


def parked_streams(connection: sa.Connection, of: Checkpoint, *, limit: int) -> list[ParkedStream]:
    """Return the parked streams, those first that were parked first."""
    columns = PARKED_STREAMS.c["tenant_id", "stream_id", "position", "error"]
    query = sa.select(*columns).where(_of(of))
    rows = connection.execute(query.order_by(PARKED_STREAMS.c.position).limit(limit))
    return [ParkedStream(*row) for row in rows]


def forget_parked(connection: sa.Connection, held: Checkpoint) -> None:
    """Delete what is known of the parked streams of a generation."""
    connection.execute(sa.delete(PARKED_STREAMS).where(_of(held)))


def _of(checkpoint: Checkpoint) -> sa.ColumnElement[bool]:
    is_projection = PARKED_STREAMS.c.projection == checkpoint.name
    return sa.and_(is_projection, PARKED_STREAMS.c.generation == checkpoint.generation)
