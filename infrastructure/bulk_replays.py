"""Which bulk replays there are, by SQL."""

import sqlalchemy as sa

from infrastructure.event_store.tables import IS_BULK_REPLAY, STREAMS


class SqlBulkReplayIds:
    """See `domain.replay.bulk.streams.BulkReplayIds`."""

    def __init__(self, engine: sa.Engine) -> None:
        """Nothing is opened yet."""
        self._engine = engine

    def bulk_replay_ids(self, tenant_id: str) -> list[str]:
        """See `BulkReplayIds`."""
        of_tenant = STREAMS.c.tenant_id == tenant_id
        query = sa.select(STREAMS.c.stream_id).where(of_tenant, IS_BULK_REPLAY)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(STREAMS.c.stream_id.desc()))
            return list(found.scalars())
