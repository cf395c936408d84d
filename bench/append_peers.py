"""What appends are compared with: a loop written by hand for the driver, and eventsourcing."""

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from bench.harness import NotMeasured
from domain.aggregate.envelope import GENESIS
from domain.audit.chain import head_after, next_log_hash
from domain.ports import Append
from infrastructure.event_store.rows import event_values, summary_values
from infrastructure.event_store.sqlite import (
    INSERT_BATCH,
    INSERT_EVENT,
    INSERT_STREAM,
    UPDATE_LOG,
    UPDATE_STREAM,
    UPSERT_SUMMARY,
)
from infrastructure.event_store.tables import MAIN_LOG

_NOT_INSTALLED = "eventsourcing is not installed"
_POSTGRES_CONNECTIONS = 8
_POSTGRES_PORT = 5432


class HandWrittenLog:
    """Writes the same columns of the same tables as the event store, in as few calls as can be.

    It makes the rows and extends the hash chain, as any writer of these columns must. It has one
    caller, checks nothing that it is given, and gives no answers.
    """

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        """Begin an empty log."""
        self._cursor = cursor
        self._position, self._log_hash = 0, GENESIS

    def commit(self, batch: Sequence[Append]) -> None:
        """Make the appends of the batch durable."""
        events = [event for append in batch for event in append.events]
        first = self._position + 1
        self._position += len(events)
        self._log_hash = next_log_hash(self._log_hash, [event.content_hash for event in events])
        rows = (
            event_values(event, log=MAIN_LOG, position=position)
            for position, event in enumerate(events, start=first)
        )
        execute, executemany = self._cursor.execute, self._cursor.executemany
        execute("BEGIN IMMEDIATE")
        executemany(INSERT_STREAM, [_begun(each) for each in batch if not each.expected.version])
        executemany(UPDATE_STREAM, [_moved(each) for each in batch if each.expected.version])
        executemany(INSERT_EVENT, rows)
        executemany(
            UPSERT_SUMMARY,
            [
                summary_values(each.summary, head_after(each).head_hash)
                for each in batch
                if each.summary
            ],
        )
        execute(INSERT_BATCH, (MAIN_LOG, self._position, first, self._log_hash))
        execute(UPDATE_LOG, (self._position, self._log_hash, MAIN_LOG))
        execute("COMMIT")


def _begun(append: Append) -> tuple[Any, ...]:
    head = head_after(append)
    return (append.tenant_id, append.stream_id, head.version, head.head_hash)


def _moved(append: Append) -> tuple[Any, ...]:
    head, expected = head_after(append), append.expected
    names = (append.tenant_id, append.stream_id, expected.version, expected.head_hash)
    return (head.version, head.head_hash, *names)


class Recorder(Protocol):
    """The recorder of eventsourcing."""

    def insert_events(self, stored_events: Sequence[Any]) -> object:
        """Make the events durable."""
        ...


def sqlite_recorder(folder: Path, *, writer_count: int) -> Recorder:
    """Return a recorder on a new database, with a connection for each writer.

    It writes ahead and syncs fully, as SQLite does when nothing else is said. Raises `NotMeasured`
    when eventsourcing is not installed.
    """
    try:
        from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore  # noqa: PLC0415 - only who compares needs it
    except ImportError:
        raise NotMeasured(_NOT_INSTALLED) from None
    datastore = SQLiteDatastore(str(folder / "peer.db"), pool_size=writer_count, pool_timeout=60)
    recorder: Recorder = SQLiteApplicationRecorder(datastore)
    recorder.create_table()  # type: ignore[attr-defined]  # it is set-up, and no part of the work
    return recorder


@contextmanager
def postgres_recorder(url: str, *, writer_count: int) -> Iterator[Recorder]:
    """Give a recorder on an empty database, as `sqlite_recorder` does.

    It locks the table of events for each append, so that readers miss none. More connections than
    eight would only wait for that lock.
    """
    try:
        from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore  # noqa: PLC0415 - as above
    except ImportError:
        raise NotMeasured(_NOT_INSTALLED) from None
    at = sa.make_url(url)
    with PostgresDatastore(
        dbname=str(at.database),
        host=str(at.host or at.query["host"]),
        port=at.port or _POSTGRES_PORT,
        user=str(at.username),
        password="",
        pool_size=min(writer_count, _POSTGRES_CONNECTIONS),
        max_waiting=writer_count,
    ) as datastore:
        recorder: Recorder = PostgresApplicationRecorder(datastore)
        recorder.create_table()  # type: ignore[attr-defined]  # as above
        yield recorder


def stored_events(chains: Sequence[Sequence[Append]]) -> list[list[list[Any]]]:
    """Return the appends of each writer as eventsourcing takes them."""
    from eventsourcing.persistence import StoredEvent  # noqa: PLC0415 - as above

    return [
        [
            [
                StoredEvent(
                    uuid.UUID(append.stream_id.removeprefix("run-")),
                    event.version,
                    event.type,
                    event.data.encode(),
                )
                for event in append.events
            ]
            for append in chain
        ]
        for chain in chains
    ]
