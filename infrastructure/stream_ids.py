"""Which streams there are beside those of runs, by SQL."""

import sqlalchemy as sa

from infrastructure.event_store.tables import IS_NO_RUN, STREAMS


class SqlStreamIds:
    """See `domain.streams.StreamIds`."""

    def __init__(self, engine: sa.Engine) -> None:
        """Nothing is opened yet."""
        self._engine = engine

    def stream_ids(self, tenant_id: str, prefix: str) -> list[str]:
        """See `StreamIds`."""
        stream_id = STREAMS.c.stream_id
        begins = sa.func.substr(stream_id, 1, len(prefix)) == prefix
        # The condition that it is no run lets the database use the small index of all others.
        query = sa.select(stream_id).where(STREAMS.c.tenant_id == tenant_id, IS_NO_RUN, begins)
        with self._engine.connect() as connection:
            return list(connection.execute(query.order_by(stream_id.desc())).scalars())
