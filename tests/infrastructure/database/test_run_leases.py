"""Runs that go on already get a lease, but for those that came from elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from domain.aggregate.envelope import Actor
from domain.ports import Clock, EventStore
from domain.run.aggregate import RUN
from domain.run.commands import CancelRun, RequestRun
from domain.writer import Authorship, StreamWriter
from infrastructure.clock import SystemClock
from infrastructure.database.migrate import ensure_current
from infrastructure.event_store.leases import SqlLeases
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.ids import UuidIds
from tests.contracts.databases import copied
from tests.fakes import FrozenClock
from tests.infrastructure.database.test_migrate import on

BY = Authorship("acme", Actor("service", "w1"))
RUNS = ("run-goes-on", "run-ended", "run-imported")


@pytest.fixture(params=["sqlite", "postgres"])
def engine(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path
) -> Iterator[sa.Engine]:
    """A database with a run that goes on, one that has ended and one of long ago."""
    if request.param == "postgres":
        opened = request.getfixturevalue("postgres_engine")
        fill(PostgresEventStore(opened))
        yield opened
        return
    with copied(empty_database, tmp_path) as opened:
        fill(SqliteEventStore(opened))
        yield opened


def fill(store: EventStore) -> None:
    write(store, "run-goes-on", clock=SystemClock())
    write(store, "run-ended", CancelRun("enough"), clock=SystemClock())
    write(store, "run-imported", clock=FrozenClock())


def write(store: EventStore, run: str, *more: CancelRun, clock: Clock) -> None:
    writer = StreamWriter(RUN, run, BY, store=store, clock=clock, ids=UuidIds())
    writer.handle(RequestRun(question="?"))
    for each in more:
        writer.handle(each)
    writer.append()


def test_a_run_that_goes_on_has_half_a_minute_after_its_last_commit(engine: sa.Engine) -> None:
    with engine.connect() as connection, connection.begin():
        command.downgrade(on(connection), "0014")
    assert "run_leases" not in sa.inspect(engine).get_table_names()
    ensure_current(engine)
    leases = SqlLeases(engine).leases("acme", RUNS)
    assert {run: lease.owner for run, lease in leases.items()} == {"run-goes-on": "w1"}
    assert 0 < leases["run-goes-on"].seconds_left <= 30


def test_a_run_is_written_after_the_way_back_and_forth(
    engine: sa.Engine,
) -> None:
    with engine.connect() as connection, connection.begin():
        command.downgrade(on(connection), "0014")
    ensure_current(engine)
    postgres = engine.dialect.name == "postgresql"
    store: EventStore = PostgresEventStore(engine) if postgres else SqliteEventStore(engine)
    write(store, "run-new", clock=SystemClock())
    assert [event.envelope.type for event in store.read("acme", "run-new")] == ["run-requested"]
