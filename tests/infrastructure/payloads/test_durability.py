"""What a service leaves that stops between putting a payload and appending its event."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.large_results import history_of
from domain.ports import Append, Appended, EventStore
from domain.views.calls import call_views
from infrastructure.database.errors import DiskFull
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.log.verification import verify_log
from infrastructure.named_payloads.sweep import sweep
from tests.contracts.databases import copied
from tests.domain.large import rows
from tests.infrastructure.payloads.keeping import age, stored, write_run


class Stopped(BaseException):
    """The process is gone."""


class Stopping:
    """A store of a service that stops before its append."""

    def __init__(self, store: EventStore) -> None:
        self.payloads = store.payloads

    def append(self, request: Append) -> Appended:
        raise Stopped


def test_a_stop_between_put_and_append_leaves_only_what_a_sweep_takes_away(
    store: EventStore, engine: sa.Engine
) -> None:
    with pytest.raises(Stopped):
        write_run(Stopping(store))  # type: ignore[arg-type]  # a writer asks it for no more
    assert (len(stored(engine)), store.read_log()) == (1, [])
    age(engine)
    assert sweep(engine, is_dry_run=False).payload_count == 1
    assert verify_log(engine, 0, on_progress=lambda _: None).is_sound


def test_a_large_result_survives_the_service(store: EventStore, engine: sa.Engine) -> None:
    write_run(store)
    engine.dispose()
    history = history_of(store.read("acme", "run-1"), store.payloads)
    assert call_views(history)[0].data == rows()


@pytest.fixture
def current(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    with copied(empty_database, tmp_path) as engine:
        yield engine


@pytest.fixture
def sqlite(current: sa.Engine) -> SqliteEventStore:
    return SqliteEventStore(current)


def asked(store: SqliteEventStore, pragma: str) -> tuple[int]:
    """Return what the connection that appends says to a pragma."""
    found: tuple[int] = store._writer.write(lambda cursor: cursor.execute(pragma).fetchone())
    return found


def raising(error: type[Exception]) -> Callable[[sqlite3.Cursor], None]:
    def work(_: sqlite3.Cursor) -> None:
        raise error

    return work


def test_a_large_result_that_does_not_fit_on_the_disk_is_told_and_nothing_is_acknowledged(
    sqlite: SqliteEventStore, current: sa.Engine
) -> None:
    (used,) = asked(sqlite, "PRAGMA page_count")
    asked(sqlite, f"PRAGMA max_page_count = {used + 1}")
    with pytest.raises(DiskFull, match="free some space"):
        write_run(sqlite, data=rows(1_000_000))
    assert (sqlite.read_log(), stored(current)) == ([], [])


def test_appends_still_wait_for_the_disk_after_a_put(sqlite: SqliteEventStore) -> None:
    write_run(sqlite)
    assert asked(sqlite, "PRAGMA synchronous") == (2,)


def test_appends_still_wait_for_the_disk_after_a_put_that_failed(
    sqlite: SqliteEventStore,
) -> None:
    write_run(sqlite)
    for error in (sqlite3.OperationalError, sqlite3.IntegrityError, KeyError):
        with pytest.raises(error):
            sqlite._writer.write(raising(error), is_durable=False)
        assert asked(sqlite, "PRAGMA synchronous") == (2,)


def test_commits_wait_for_the_disk_on_postgresql_after_a_put(postgres_engine: sa.Engine) -> None:
    write_run(PostgresEventStore(postgres_engine))
    with postgres_engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
