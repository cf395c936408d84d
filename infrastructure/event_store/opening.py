"""The event store of a database, whichever kind that is; each is imported when it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlalchemy as sa

    from infrastructure.event_store.batch import BatchStore


def event_store_on(engine: sa.Engine) -> BatchStore:
    """Return the event store of this kind of database."""
    if engine.dialect.name == "sqlite":
        from infrastructure.event_store.sqlite import SqliteEventStore

        return SqliteEventStore(engine)
    from infrastructure.event_store.postgres import PostgresEventStore

    return PostgresEventStore(engine)
