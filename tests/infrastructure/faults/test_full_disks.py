"""A disk that is really full: the append is refused, nothing is lost, and with room it goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from domain.ports import StreamHead
from infrastructure.database.engine import create_engine
from infrastructure.database.errors import DiskFull
from infrastructure.event_store.batch import BatchStore
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.databases import copied
from tests.contracts.event_samples import STREAM, TENANT, request
from tests.infrastructure.event_store.damage import problems
from tests.infrastructure.faults.small_disks import SmallDisk, small_disk
from tests.postgres_server import PostgresServer

EVENTS = 100
APPENDS = 100
"""Much more than there is room for."""


def test_a_full_disk_below_sqlite_loses_nothing(empty_database: Path) -> None:
    with small_disk(8) as disk, copied(empty_database, disk.folder) as engine:
        assert_survives(disk, SqliteEventStore(engine), engine)


def test_a_full_disk_below_postgresql_loses_nothing(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    template = str(sa.make_url(postgres_url).database)
    with small_disk(32) as disk, on_disk(disk, postgres_server, template=template) as engine:
        assert_survives(disk, PostgresEventStore(engine), engine)


def assert_survives(disk: SmallDisk, store: BatchStore, engine: sa.Engine) -> None:
    group = GroupCommit(store)
    began = group.append(request()).head
    disk.fill()
    head = append_until_full(group, began)
    assert store.head(TENANT, STREAM) == head
    assert len(store.read_log(limit=EVENTS * APPENDS)) == head.version
    disk.make_room()
    head = group.append(request(after=head, count=EVENTS)).head
    assert store.head(TENANT, STREAM) == head
    assert problems(engine) == []
    group.close()


def append_until_full(group: GroupCommit, head: StreamHead) -> StreamHead:
    """Return what was acknowledged last before the disk was full."""
    try:
        for _ in range(APPENDS):
            head = group.append(request(after=head, count=EVENTS)).head
    except DiskFull:
        return head
    raise AssertionError(head)


@contextmanager
def on_disk(disk: SmallDisk, server: PostgresServer, *, template: str) -> Iterator[sa.Engine]:
    """Give an engine for a copy of the database whose tables are on the disk."""
    where = sql.SQL("CREATE TABLESPACE small LOCATION {}").format(str(disk.folder))
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(where)
    server.execute("CREATE DATABASE small TEMPLATE {} TABLESPACE small", template)
    engine = create_engine(server.url("small"))
    try:
        yield engine
    finally:
        engine.dispose()
        server.execute("DROP DATABASE small WITH (FORCE)")
        server.execute("DROP TABLESPACE small")
