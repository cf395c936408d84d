"""The right to delete payloads, which nothing has but a sweep and an erasure."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from infrastructure.database.authorizer import lifted

if TYPE_CHECKING:
    import sqlite3


@contextmanager
def may_delete(connection: sa.Connection) -> Iterator[None]:
    """Let the transaction delete payloads for as long as the block lasts; see migration 0004."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL opstrail.sweep = 'on'")
        yield
        return
    with lifted(cast("sqlite3.Connection", connection.connection.driver_connection)):
        # Of what is deleted nothing stays in the file.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        yield
