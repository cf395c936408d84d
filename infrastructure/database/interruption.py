"""Statements of work that was given up are cancelled in the database, wherever they are.

Their connections are closed, and never used by anybody else. What writes events runs in no such
work, so that an append is never interrupted.
"""

import sqlite3
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from domain.threads import Work, current_work

if TYPE_CHECKING:
    import psycopg

_LOOKS_AFTER: Final = 10_000
"""After so many steps, which take about a millisecond, SQLite asks whether to go on."""

_CANCEL_SECONDS: Final = 1.0


def install(engine: sa.Engine) -> None:
    """Let the connections of the engine heed the work that uses them."""
    bind = _bind_postgres if engine.dialect.name == "postgresql" else _bind_sqlite

    def bind_to_work(connection: Any, record: sa.pool.ConnectionPoolEntry, _: object) -> None:  # noqa: ANN401 - of either driver
        if work := current_work():
            record.info["release"] = bind(connection, work)

    sa.event.listen(engine, "checkout", bind_to_work)
    sa.event.listen(engine, "checkin", _release)


def _bind_sqlite(connection: sqlite3.Connection, work: Work) -> "partial[bool]":
    connection.set_progress_handler(lambda: work.is_given_up, _LOOKS_AFTER)
    return partial(_released_sqlite, connection, work)


def _released_sqlite(connection: sqlite3.Connection, work: Work) -> bool:
    connection.set_progress_handler(None, 0)
    return work.is_given_up


def _bind_postgres(
    connection: "psycopg.Connection[tuple[Any, ...]]", work: Work
) -> "partial[bool]":
    cancel = partial(_cancel, connection)
    work.stops_by(cancel)
    return partial(_released_postgres, cancel, work)


def _released_postgres(cancel: "partial[None]", work: Work) -> bool:
    work.is_past(cancel)
    return work.is_given_up


def _cancel(connection: "psycopg.Connection[tuple[Any, ...]]") -> None:
    import psycopg  # noqa: PLC0415 - only who has PostgreSQL has it

    with suppress(psycopg.Error):  # it is tried again
        connection.cancel_safe(timeout=_CANCEL_SECONDS)


def _release(_connection: object, record: sa.pool.ConnectionPoolEntry) -> None:
    release = record.info.pop("release", None)
    if release is not None and release():
        record.invalidate()
