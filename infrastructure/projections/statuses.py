"""How far the generations of a projection are, and what keeps them from going on."""

from typing import Final

import sqlalchemy as sa

from domain.errors import ForkedLog
from domain.views.projection import ProjectionStatus
from infrastructure.log.subscriptions import head_position, require_same_log
from infrastructure.projections.checkpoints import Checkpoint
from infrastructure.projections.parked_streams import parked_count, parked_streams

PARKED_LIMIT: Final = 20
"""How many parked streams a status names."""


def status_of(connection: sa.Connection, checkpoint: Checkpoint) -> ProjectionStatus:
    """Return how far a generation is."""
    return ProjectionStatus(
        name=checkpoint.name,
        generation=checkpoint.generation,
        status=checkpoint.status,
        position=checkpoint.cursor.position,
        lag=max(0, head_position(connection) - checkpoint.cursor.position),
        problem=_problem(connection, checkpoint),
        lease_until=checkpoint.lease_until,
        parked_count=parked_count(connection, checkpoint),
        parked=tuple(parked_streams(connection, checkpoint, limit=PARKED_LIMIT)),
    )


def _problem(connection: sa.Connection, checkpoint: Checkpoint) -> str | None:
    try:
        require_same_log(connection, checkpoint.cursor)
    except ForkedLog as error:
        return str(error)
    return None
