"""Whether projections say what the events say: each is built again beside the live one.

What is built is compared and never kept. On SQLite appends wait meanwhile.
"""

import math
from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from domain.aggregates import aggregate_of
from domain.errors import CorruptLog
from domain.json import JsonMap
from infrastructure.database.engine import begin_immediate
from infrastructure.event_store.stream_rows import read_log
from infrastructure.projections import checkpoints
from infrastructure.projections.checkpoints import Checkpoint
from infrastructure.projections.equivalence import compare
from infrastructure.projections.parked_streams import parked_positions
from infrastructure.projections.projection import Projection
from infrastructure.projections.projections import CATALOGUE

_APART: Final = -1
"""The generation that is built: no other has this number."""

_CHUNK: Final = 2000


def projection_problems(engine: sa.Engine) -> Iterator[str]:
    """Yield which projections are not what the events up to their checkpoints make."""
    for projection in CATALOGUE:
        with begin_immediate(engine) as connection, connection.begin() as transaction:
            live = checkpoints.live(connection, projection.name)
            if live is not None:
                yield from _problems(connection, projection, live)
            transaction.rollback()


def _problems(
    connection: sa.Connection, projection: Projection, live: Checkpoint
) -> Iterator[str]:
    try:
        _build(connection, projection, live)
    except CorruptLog as error:
        yield f"projection {projection.name} cannot be compared: {error}"
        return
    found = compare(connection, projection.view, live=live.generation, rebuilt=_APART)
    if found.differing_count:
        name, first = projection.name, _shown(found.differences[0].key)
        yield (
            f"projection {name}: {found.differing_count} rows are not what the events say, the"
            f" first of {first}; `opstrail projection rebuild {name}` names more, and with"
            " `--accept-differences` it takes their place"
        )


def _build(connection: sa.Connection, projection: Projection, live: Checkpoint) -> None:
    position, last = 0, live.cursor.position
    parked_at = parked_positions(connection, live)
    while position < last:
        events = read_log(connection, after=position, limit=min(_CHUNK, last - position))
        if not events:
            where = f"its position {last}"
            raise CorruptLog(where, why=f"the log ends at {position}")
        entries = [
            aggregate_of(event.envelope.stream_id).read(event)
            for event in events
            if event.envelope.type in projection.types
            and event.position
            < parked_at.get((event.envelope.tenant_id, event.envelope.stream_id), math.inf)
        ]
        projection.apply(connection, entries, generation=_APART)
        position = events[-1].position


def _shown(key: JsonMap) -> str:
    return ", ".join(f"{name} {value}" for name, value in key.items())
