"""The one connection that a process appends to SQLite with."""

import sqlite3
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

import sqlalchemy as sa

from infrastructure.database.engine import file_of
from infrastructure.database.errors import translated

if TYPE_CHECKING:
    from infrastructure.database.database_file import DatabaseFile, Identity

R = TypeVar("R")


class SqliteWriter:
    """Writes in transactions that take SQLite's lock at once, one at a time in this process.

    For the one hot path, with the driver's own cursor: SQLAlchemy's share of a small transaction,
    and that of its pool, are larger than SQLite's. Who waits for SQLite's lock sleeps and polls;
    threads of one process queue here instead. The connection is opened when it is needed first,
    and again after a failure.
    """

    def __init__(self, engine: sa.Engine) -> None:
        """Connect as the engine does; when the engine is disposed, the connection ends, too."""
        self._engine = engine
        self._turn = threading.Lock()
        self._connection: sa.PoolProxiedConnection | None = None
        self._cursor: sqlite3.Cursor | None = None
        self._file: DatabaseFile = cast("DatabaseFile", file_of(engine))
        self._wal: Identity | None = None
        sa.event.listen(engine, "engine_disposed", lambda _: self.close())

    def write(self, work: Callable[[sqlite3.Cursor], R], *, is_durable: bool = True) -> R:
        """Return what the work returns, once what it wrote is durable.

        Unless `is_durable`, it is so with the next write that is. When the work raises, nothing
        was written. Raises as every use of the engine does: `DatabaseReplaced` when the file or
        its log is no longer the one that was opened, and so nobody finds what was written.
        """
        with self._turn, translated(self._engine, sqlite3.Error):
            try:
                cursor = self._cursor or self._opened()
                if not is_durable:
                    return _soon(cursor, work)
                return self._acknowledged(_durably(cursor, work))
            except sqlite3.IntegrityError:
                raise  # about the rows, not the connection
            except BaseException:
                self._drop()
                raise

    def close(self) -> None:
        """Close the connection; a later write opens another one."""
        with self._turn:
            self._drop()

    def _acknowledged(self, done: R) -> R:
        # After the commit: what is there before it may be gone when it returns.
        self._wal = self._wal or self._file.wal()
        self._file.require_same(wal=self._wal)
        return done

    def _opened(self) -> sqlite3.Cursor:
        self._connection = self._engine.raw_connection()
        self._cursor = cast("sqlite3.Cursor", self._connection.cursor())
        return self._cursor

    def _drop(self) -> None:
        connection, self._connection, self._cursor = self._connection, None, None
        self._wal = None  # who closes a database last removes it
        if connection is not None:
            connection.invalidate()  # closed for good: nobody gets it from the pool again


def _durably(cursor: sqlite3.Cursor, work: Callable[[sqlite3.Cursor], R]) -> R:
    cursor.execute("BEGIN IMMEDIATE")
    try:
        done = work(cursor)
        cursor.execute("COMMIT")
    except BaseException:
        cursor.connection.rollback()
        raise
    return done


def _soon(cursor: sqlite3.Cursor, work: Callable[[sqlite3.Cursor], R]) -> R:
    # In WAL mode NORMAL commits without a sync; the log is synced before it is copied back.
    cursor.execute("PRAGMA synchronous=NORMAL")
    try:
        return _durably(cursor, work)
    finally:
        cursor.execute("PRAGMA synchronous=FULL")
