"""Events and payloads in a transaction of somebody else: what they tell of is in it as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from infrastructure.event_store.batch import answer
from infrastructure.event_store.payloads import insert_payloads, rows_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    import psycopg
    import sqlalchemy as sa

    from domain.payloads import Payload
    from domain.ports import Append, Appended


def put_within(connection: sa.Connection, tenant_id: str, payloads: Sequence[Payload]) -> None:
    """Store payloads; the transaction's commit makes them durable."""
    connection.execute(insert_payloads(connection.dialect), rows_of(tenant_id, payloads))


def append_within(connection: sa.Connection, request: Append) -> Appended:
    """Append as `EventStore.append` does; the transaction's commit makes it durable.

    To be called last: other appends wait for the end of the transaction.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        from infrastructure.event_store import postgres  # noqa: PLC0415 - only who has it

        cursor = cast("psycopg.Connection[tuple[object, ...]]", driver).cursor()
        return answer(postgres.append_with(cursor, [request])[0])
    from infrastructure.event_store.sqlite import append_all  # noqa: PLC0415 - only who needs it

    return answer(append_all(cast("sqlite3.Connection", driver).cursor(), [request])[0])
