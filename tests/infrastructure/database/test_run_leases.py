"""No run has a lease that was on the record before there were leases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from domain.aggregate.envelope import Actor
from domain.ports import EventStore
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.writer import Authorship, StreamWriter
from infrastructure.clock import SystemClock
from infrastructure.database.migrate import ensure_current
from infrastructure.event_store.leases import SqlLeases
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.ids import UuidIds
from tests.contracts.databases import copied
from tests.infrastructure.database.test_migrate import on

BY = Authorship("acme", Actor("service", "w1"))


@pytest.fixture(params=["sqlite", "postgres"])
def engine(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path
) -> Iterator[sa.Engine]:
    """A database with a run that goes on."""
    if request.param == "postgres":
        opened = request.getfixturevalue("postgres_engine")
        write(PostgresEventStore(opened), "run-goes-on")
        yield opened
        return
    with copied(empty_database, tmp_path) as opened:
        write(SqliteEventStore(opened), "run-goes-on")
        yield opened


def write(store: EventStore, run: str) -> None:
    writer = StreamWriter(RUN, run, BY, store=store, clock=SystemClock(), ids=UuidIds())
    writer.handle(RequestRun(question="?"))
    writer.append()


def test_a_run_of_before_has_no_lease_for_it_may_have_been_imported(engine: sa.Engine) -> None:
    with engine.connect() as connection, connection.begin():
        command.downgrade(on(connection), "0014")
    assert "run_leases" not in sa.inspect(engine).get_table_names()
    ensure_current(engine)
    assert SqlLeases(engine).leases("acme", ["run-goes-on"]) == {}


def test_a_run_is_written_after_the_way_back_and_forth(
    engine: sa.Engine,
) -> None:
    with engine.connect() as connection, connection.begin():
        command.downgrade(on(connection), "0014")
    ensure_current(engine)
    postgres = engine.dialect.name == "postgresql"
    store: EventStore = PostgresEventStore(engine) if postgres else SqliteEventStore(engine)
    write(store, "run-new")
    assert [event.envelope.type for event in store.read("acme", "run-new")] == ["run-requested"]
