"""A database that may not grow refuses an append as a whole, and goes on when it may again.

That is how a full disk looks to SQLite: `tests/infrastructure/faults` has a real one.
"""

import sqlite3

import pytest
import sqlalchemy as sa

from infrastructure.database.errors import DiskFull
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.event_samples import STREAM, TENANT, request
from tests.infrastructure.event_store.damage import problems


def limit_pages(store: SqliteEventStore, more: int) -> None:
    """Let the store's database grow by so many pages only."""

    def limit(cursor: sqlite3.Cursor) -> None:
        (used,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count = {used + more}")

    store._writer.write(limit)


def test_an_append_to_a_full_disk_writes_nothing(
    store: SqliteEventStore, engine: sa.Engine
) -> None:
    head = store.append(request()).head
    limit_pages(store, 1)
    with pytest.raises(DiskFull, match="free some space"):
        store.append(request(after=head, count=200))
    assert store.head(TENANT, STREAM) == head
    assert len(store.read_log()) == 1
    assert problems(engine) == []


def test_appends_go_on_once_the_disk_has_room(store: SqliteEventStore) -> None:
    limit_pages(store, 1)
    with pytest.raises(DiskFull):
        store.append(request(count=200))
    limit_pages(store, 1000)
    assert store.append(request(count=200)).first_position == 1
