"""The event store of a database, whichever kind that is."""

import sqlalchemy as sa

from infrastructure.event_store.batch import BatchStore
from infrastructure.event_store.sqlite import SqliteEventStore


def event_store_on(engine: sa.Engine) -> BatchStore:
    """Return the event store of this kind of database."""
    if engine.dialect.name == "sqlite":
        return SqliteEventStore(engine)
    from infrastructure.event_store.postgres import PostgresEventStore  # noqa: PLC0415 - an extra

    return PostgresEventStore(engine)
