"""Which streams there are beside those of runs, by SQL."""

from typing import Any, Final

import sqlalchemy as sa

from infrastructure.event_store.tables import IS_NO_RUN, STREAMS

_SMALL_INDEX: Final = "INDEXED BY streams_beside_runs"
"""SQLite takes the index of all streams otherwise: it cannot know that this one is small."""


class SqlStreamIds:
    """See `domain.ports.StreamIds`."""

    def __init__(self, engine: sa.Engine) -> None:
        """Nothing is opened yet."""
        self._engine = engine

    def stream_ids(self, tenant_id: str, prefix: str) -> list[str]:
        """See `StreamIds`."""
        with self._engine.connect() as connection:
            return list(connection.execute(select_ids(tenant_id, prefix)).scalars())


def select_ids(tenant_id: str, prefix: str) -> sa.Select[Any]:
    """Return the query for the ids of the tenant that begin with the prefix, newest first."""
    stream_id = STREAMS.c.stream_id
    begins = sa.func.substr(stream_id, 1, len(prefix)) == prefix
    found = sa.select(stream_id).where(STREAMS.c.tenant_id == tenant_id, IS_NO_RUN, begins)
    return found.with_hint(STREAMS, _SMALL_INDEX, "sqlite").order_by(stream_id.desc())
