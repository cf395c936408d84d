"""Forbidding our own SQLite connections to change the record, whatever the statement.

SQLite asks when it prepares a statement (https://www.sqlite.org/c3ref/set_authorizer.html), so it
costs nothing when a prepared one runs. Triggers guard the same tables against other programs.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_NEVER_DELETED: Final = {
    "logs",
    "streams",
    "log_batches",
    "events",
    "idempotency_keys",
    "payloads",
}
_NEVER_EMPTIED: Final = _NEVER_DELETED | {"run_summaries"}
"""Also what migrations may alter."""
_NEVER_UPDATED: Final = {"log_batches", "events", "idempotency_keys"}
_NEVER_SET: Final = {"recursive_triggers", "writable_schema"}


def install(connection: sqlite3.Connection) -> None:
    """Make the connection refuse each statement that changes the record or its guards."""
    connection.set_authorizer(_authorize)


@contextmanager
def lifted(connection: sqlite3.Connection) -> Iterator[None]:
    """Let the connection do everything, for as long as the block lasts."""
    connection.set_authorizer(None)
    try:
        yield
    finally:
        install(connection)


def _authorize(
    action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None
) -> int:
    return sqlite3.SQLITE_DENY if _is_refused(action, first, second) else sqlite3.SQLITE_OK


def _is_refused(action: int, first: str | None, second: str | None) -> bool:
    match action:
        case sqlite3.SQLITE_UPDATE:
            is_content = first == "payloads" and second != "stored_at"
            return first in _NEVER_UPDATED or is_content
        case sqlite3.SQLITE_DELETE | sqlite3.SQLITE_DROP_TABLE:
            return first in _NEVER_EMPTIED
        case sqlite3.SQLITE_DROP_TRIGGER | sqlite3.SQLITE_ALTER_TABLE:
            return second in _NEVER_DELETED
        case sqlite3.SQLITE_PRAGMA:
            return first in _NEVER_SET and second is not None
        case _:
            return False
