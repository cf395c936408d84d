"""Who waits for new events learns of them, whoever wrote them."""

import threading
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import sqlalchemy as sa

import infrastructure.log.arrivals
from infrastructure.database.engine import create_engine
from infrastructure.database.errors import DatabaseUnavailable
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.log_signal import LogSignal
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.log.arrivals import watching
from tests.contracts.databases import copied
from tests.infrastructure.projections.logs import Log, asked

LONG = 30.0


def test_nothing_arrives_in_a_log_that_nobody_writes(engine: sa.Engine) -> None:
    with watching(engine) as arrivals:
        assert not arrivals.wait(0)


def test_what_was_written_before_the_wait_is_not_missed(engine: sa.Engine, log: Log) -> None:
    with watching(engine) as arrivals:
        log.add(asked())
        assert arrivals.wait(LONG)


def test_each_arrival_is_told_once(engine: sa.Engine, log: Log) -> None:
    with watching(engine) as arrivals:
        log.add(asked())
        assert arrivals.wait(LONG)
        assert not arrivals.wait(0)


def test_what_others_write_arrives(engine: sa.Engine) -> None:
    other = create_engine(str(engine.url))
    is_postgres = engine.dialect.name == "postgresql"
    store = PostgresEventStore(other) if is_postgres else SqliteEventStore(other)
    with watching(engine) as arrivals:
        writer = threading.Timer(0.05, Log(store).add, [asked()])
        writer.start()
        assert arrivals.wait(LONG)
        writer.join()
    other.dispose()


def test_what_this_process_appends_is_announced_to_it(
    empty_database: Path, tmp_path: Path
) -> None:
    with (
        copied(empty_database, tmp_path) as engine,
        closing(GroupCommit(SqliteEventStore(engine))) as group,
    ):
        Log(group).add(asked())
        assert group.signal.count() == 1


def test_who_waits_is_woken_by_the_signal_before_it_looks_at_the_file(
    empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(infrastructure.log.arrivals, "POLL_SECONDS", LONG)
    signal = LogSignal()
    with copied(empty_database, tmp_path) as engine, watching(engine, signal) as arrivals:
        threading.Timer(0.05, signal.announce).start()
        assert arrivals.wait(LONG)


def test_a_server_that_goes_away_is_told(postgres_engine: sa.Engine) -> None:
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with ExitStack() as opened:
        opened.enter_context(pytest.raises(DatabaseUnavailable))
        arrivals = opened.enter_context(watching(postgres_engine))
        with postgres_engine.connect() as other:
            other.exec_driver_sql(end)
        arrivals.wait(LONG)
