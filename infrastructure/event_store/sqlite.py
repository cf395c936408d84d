"""The event store on SQLite."""

import sqlite3
import threading
from collections.abc import Sequence

import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.ports import Append, Appended
from infrastructure.database.engine import writing
from infrastructure.event_store.append_checks import sound_only
from infrastructure.event_store.batch import Outcome, answer
from infrastructure.event_store.payloads import SqlitePayloads
from infrastructure.event_store.sqlite_batch import append_all
from infrastructure.event_store.stream_rows import StreamReader


class SqliteEventStore:
    """Appends in one immediate transaction each; see `domain.ports.EventStore`.

    The database must be current (`infrastructure.database.migrate.ensure_current`).
    """

    def __init__(self, engine: sa.Engine) -> None:
        """Nothing is opened yet."""
        self._engine, reader = engine, StreamReader(engine)
        self.head, self.read, self.read_log = reader.head, reader.read, reader.read_log
        # Who waits for SQLite's lock sleeps and polls. Threads of one process queue here instead.
        self._turn = threading.Lock()
        self.payloads = SqlitePayloads(engine, self._turn)

    def append(self, request: Append) -> Appended:
        """See `EventStore`."""
        return answer(self.append_batch([request])[0])

    async def append_async(self, request: Append) -> Appended:
        """See `EventStore`; no other task goes on meanwhile, unless `GroupCommit` is before it."""
        return self.append(request)

    def append_batch(self, requests: Sequence[Append]) -> list[Outcome]:
        """See `BatchStore`."""
        return sound_only(requests, self._append_all)

    def _append_all(self, requests: Sequence[Append]) -> list[Outcome]:
        try:
            with self._turn, writing(self._engine) as cursor:
                return append_all(cursor, requests)
        except sqlite3.IntegrityError as error:
            # The heads fit: an event id was used before, or the tables contradict each other.
            if len(requests) == 1:
                return [CorruptLog(requests[0].stream_id, why=str(error))]
        return [outcome for request in requests for outcome in self._append_all([request])]
