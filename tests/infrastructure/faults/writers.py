"""Processes that append until they are killed, and what they were told till then.

They are forked from one process that has imported everything: a test can afford dozens.
"""

import threading
import time
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import NamedTuple

import sqlalchemy as sa

from domain.errors import WrongExpectedVersion
from domain.ports import EventStore
from infrastructure.database.engine import create_engine
from infrastructure.database.errors import DatabaseUnavailable
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.event_samples import TENANT, request

EVENTS = 3
"""The events of each append."""

_THREADS = 4
_PATIENCE = 30
_FORKS = get_context("forkserver")


class Acknowledged(NamedTuple):
    """What a writer was told of an append: the last version, and the position of its event."""

    stream_id: str
    version: int
    position: int


class Writer:
    """A process whose threads append to a stream each, under one group commit.

    They go on when the database comes back, and when another process had written to the stream.
    """

    def __init__(self, url: str) -> None:
        _FORKS.set_forkserver_preload([__name__])
        self._heard, told = _FORKS.Pipe(duplex=False)
        self._process = _FORKS.Process(target=_write, args=(url, told), daemon=True)
        self._process.start()
        told.close()

    def hear(self) -> Acknowledged:
        """Return what is acknowledged next."""
        assert self._heard.poll(_PATIENCE), "nothing was acknowledged"
        return Acknowledged(*self._heard.recv())

    def hear_waiting(self) -> list[Acknowledged]:
        """Return what waits to be heard; whom nobody hears stops when the pipe is full."""
        waiting = []
        while self._heard.poll():
            waiting.append(self.hear())
        return waiting

    def kill(self) -> list[Acknowledged]:
        """Kill the process; return what it was told before that nobody has heard yet."""
        self._process.kill()
        self._process.join()
        rest = []
        with suppress(EOFError), self._heard:
            while True:
                rest.append(Acknowledged(*self._heard.recv()))
        return rest


def store_of(engine: sa.Engine) -> PostgresEventStore | SqliteEventStore:
    """Return the event store of a database."""
    is_postgres = engine.dialect.name == "postgresql"
    return PostgresEventStore(engine) if is_postgres else SqliteEventStore(engine)


def _write(url: str, told: Connection) -> None:
    group = GroupCommit(store_of(create_engine(url)))
    threads = [
        threading.Thread(target=_write_for_ever, args=(group, f"run-{number}", told))
        for number in range(_THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _write_for_ever(store: EventStore, stream: str, told: Connection) -> None:
    while True:
        with suppress(DatabaseUnavailable, WrongExpectedVersion):
            head = store.head(TENANT, stream)
            while True:
                appended = store.append(request(stream, after=head, count=EVENTS))
                head = appended.head
                # One call of the system: a message is whole, or not there.
                told.send((stream, head.version, appended.last_position))
        time.sleep(0.01)
