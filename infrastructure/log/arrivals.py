"""Waiting until the log has grown.

Both databases are also looked at regularly: a notification is a hint that may get lost.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final, Protocol, cast

import sqlalchemy as sa

from infrastructure.database.errors import translated
from infrastructure.event_store.log_signal import LogSignal
from infrastructure.event_store.tables import MAIN_LOG

if TYPE_CHECKING:
    import psycopg

POLL_SECONDS: Final = 0.05
"""How often SQLite is asked whether another process has written."""


class Arrivals(Protocol):
    """Waits for events that are appended after it was opened."""

    def wait(self, seconds: float) -> bool:
        """Return True once there may be new events since the last time, False after the time.

        A reader reads either way.
        """


@contextmanager
def watching(engine: sa.Engine, signal: LogSignal | None = None) -> Iterator[Arrivals]:
    """Give an `Arrivals` for the log; opened before the first read, it misses no event.

    `signal` is the one that this process's appends announce themselves with. Raises
    `DatabaseUnavailable`, also out of the block when the server goes away.
    """
    if engine.dialect.name == "postgresql":
        with _listening(engine) as connection:
            yield _Notifications(connection)
        return
    with closing(engine.raw_connection()) as connection:
        yield _Changes(connection, signal or LogSignal())


class _Changes:
    """SQLite: the signal of this process, and a look at the file for the other processes."""

    def __init__(self, connection: sa.PoolProxiedConnection, signal: LogSignal) -> None:
        self._connection, self._signal = connection, signal
        self._seen = (signal.count(), self._data_version())

    def wait(self, seconds: float) -> bool:
        """See `Arrivals`."""
        deadline = time.monotonic() + seconds
        while (now := self._now(deadline)) == self._seen:
            if time.monotonic() >= deadline:
                return False
        self._seen = now
        return True

    def _now(self, deadline: float) -> tuple[int, int]:
        left = min(POLL_SECONDS, max(0.0, deadline - time.monotonic()))
        announced, _ = self._seen
        return self._signal.wait(announced, seconds=left), self._data_version()

    def _data_version(self) -> int:
        """Changes when any connection but this one has committed."""
        cursor = self._connection.cursor()
        cursor.execute("PRAGMA data_version")
        row = cursor.fetchone()
        cursor.close()
        return int(row[0]) if row else 0


class _Notifications:
    """PostgreSQL: one notification per batch."""

    def __init__(self, connection: "psycopg.Connection") -> None:
        self._connection = connection

    def wait(self, seconds: float) -> bool:
        """See `Arrivals`."""
        return any(self._connection.notifies(timeout=seconds, stop_after=1))


@contextmanager
def _listening(engine: sa.Engine) -> "Iterator[psycopg.Connection]":
    import psycopg  # noqa: PLC0415 - only who has PostgreSQL has it

    with translated(engine, psycopg.Error), closing(engine.raw_connection()) as pooled:
        connection = cast("psycopg.Connection", pooled.driver_connection)
        # Not the pool's any more: it listens, in autocommit, until it is closed.
        pooled.detach()
        connection.autocommit = True
        connection.execute(f"LISTEN log_{MAIN_LOG}")
        yield connection
