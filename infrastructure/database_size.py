"""What takes the room in a database."""

from collections.abc import Iterator

import sqlalchemy as sa

from domain.views.database import DatabaseSize, EventsOfType, Part
from infrastructure.database.errors import path_of
from infrastructure.event_store.tables import EVENTS

_SQLITE = sa.text(
    "SELECT m.name, m.type AS kind, sum(s.pgsize) AS byte_count"
    " FROM sqlite_master AS m JOIN dbstat AS s ON s.name = m.name"
    " WHERE m.type IN ('table', 'index') GROUP BY m.name, m.type"
)
_POSTGRESQL = sa.text(
    "SELECT relname AS name, CASE relkind WHEN 'i' THEN 'index' ELSE 'table' END AS kind,"
    " CASE relkind WHEN 'i' THEN pg_relation_size(oid) ELSE pg_table_size(oid) END AS byte_count"
    " FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i')"
)
_PAGES = ("page_count", "freelist_count", "page_size")


def size_of(engine: sa.Engine) -> DatabaseSize:
    """Return what takes the room, the largest first; reads everything."""
    with engine.connect() as connection:
        whole, free = _whole(connection)
        return DatabaseSize(
            path=path_of(engine),
            byte_count=whole,
            free_byte_count=free,
            parts=tuple(sorted(_parts(connection), key=lambda part: -part.byte_count)),
            events=tuple(_events(connection)),
        )


def _whole(connection: sa.Connection) -> tuple[int, int]:
    if connection.dialect.name == "postgresql":
        query = "SELECT pg_database_size(current_database())"
        return connection.exec_driver_sql(query).scalar_one(), 0
    pages, free, size = (
        connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in _PAGES
    )
    return pages * size, free * size


def _parts(connection: sa.Connection) -> Iterator[Part]:
    is_sqlite = connection.dialect.name == "sqlite"
    for row in connection.execute(_SQLITE if is_sqlite else _POSTGRESQL).all():
        count = None
        if row.kind == "table":
            query = sa.select(sa.func.count()).select_from(sa.table(row.name))
            count = connection.execute(query).scalar_one()
        yield Part(row.name, row.kind, row.byte_count, count)


def _events(connection: sa.Connection) -> Iterator[EventsOfType]:
    length = sa.func.sum(sa.func.length(EVENTS.c.data))
    query = sa.select(EVENTS.c.type, sa.func.count(), length).group_by(EVENTS.c.type)
    for kind, count, characters in connection.execute(query.order_by(length.desc())):
        yield EventsOfType(kind, count, int(characters))
