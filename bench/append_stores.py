"""The stores that appends are measured on, and what they are without a part of them."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from infrastructure.database.authorizer import lifted
from infrastructure.database.engine import create_engine
from infrastructure.database.migrate import ensure_current
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore

_GUARDED = ("events", "log_batches", "idempotency_keys", "streams", "logs")


@contextmanager
def new_sqlite(folder: Path) -> Iterator[sa.Engine]:
    """Give an engine on a new database in the folder."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        yield from _current(f"sqlite:///{place}/bench.db")


@contextmanager
def new_postgres(new_url: Callable[[], str]) -> Iterator[sa.Engine]:
    """Give an engine on a new database."""
    yield from _current(new_url())


@contextmanager
def group_commit(engine: sa.Engine) -> Iterator[GroupCommit]:
    """Give the store as the service has it."""
    is_postgres = engine.dialect.name == "postgresql"
    store = PostgresEventStore(engine) if is_postgres else SqliteEventStore(engine)
    with closing(GroupCommit(store)) as group:
        yield group


@contextmanager
def without_chain() -> Iterator[None]:
    """Let no hash be made or compared within the block, not even for the appends themselves."""
    store = "infrastructure.event_store"
    with (
        patch("domain.audit.chain.sha256", _NoHash),
        patch("domain.audit.chain.next_head", _same_hash),
        patch(f"{store}.batch.content_hash", _no_hash),
        patch(f"{store}.sqlite.next_log_hash", _same_hash),
    ):
        yield


def drop_triggers(engine: sa.Engine) -> None:
    """Take the guards of the record away."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for table in _GUARDED:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            return
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN "
        names = connection.exec_driver_sql(f"{query}{_GUARDED}").scalars().all()
        driver: Any = connection.connection.driver_connection
        with lifted(driver):
            for name in names:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")


def _current(url: str) -> Iterator[sa.Engine]:
    engine = create_engine(url)
    ensure_current(engine)
    try:
        yield engine
    finally:
        engine.dispose()


class _NoHash:
    def __init__(self, _: bytes) -> None:
        pass

    def digest(self) -> bytes:
        return bytes(32)


def _no_hash(_: object) -> bytes:
    return bytes(32)


def _same_hash(before: bytes, _: Iterable[bytes]) -> bytes:
    return before
