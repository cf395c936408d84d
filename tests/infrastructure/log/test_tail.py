"""The newest part of the log is told as it grows, whoever writes, and read by tenant."""

import time
from collections.abc import Callable, Sequence

import pytest
import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.ports import Grown
from infrastructure.database.engine import create_engine
from infrastructure.log.tail import SqlLogTail
from tests.infrastructure.event_store.damage import tamper
from tests.infrastructure.faults.writers import store_of
from tests.infrastructure.projections.logs import Log, asked, called


@pytest.fixture
def tail(engine: sa.Engine) -> SqlLogTail:
    return SqlLogTail(engine)


def soon(happens: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 20
    while not happens() and time.monotonic() < ends:
        time.sleep(0.005)
    return happens()


def test_what_another_process_appends_is_told_once_for_each_stream(
    engine: sa.Engine, tail: SqlLogTail
) -> None:
    other, told = create_engine(str(engine.url)), list[Grown]()

    def tell(grown: Sequence[Grown]) -> None:
        told.extend(grown)

    if engine.dialect.name == "postgresql":
        other = create_engine(engine.url.render_as_string(hide_password=False))
    writer = Log(store_of(other))
    writer.add(asked())
    with tail.telling(tell):
        writer.add(*called("a"))
        writer.add(asked(), run="run-2", tenant="globex")
        assert soon(lambda: len(told) == 2)
    assert told == [Grown(3, "acme", "run-1", 3), Grown(4, "globex", "run-2", 1)]
    other.dispose()


def test_after_the_block_nothing_is_told(tail: SqlLogTail, log: Log) -> None:
    told = list[Grown]()
    with tail.telling(told.extend):
        pass
    log.add(asked())
    time.sleep(0.05)
    assert told == []


def test_a_tenant_reads_its_own_events_between_two_positions(tail: SqlLogTail, log: Log) -> None:
    log.add(asked())
    log.add(asked(), run="run-2", tenant="globex")
    log.add(*called("a"))
    found = tail.events("acme", after=1, until=3)
    assert [each.position for each in found] == [3]
    assert tail.end() == 4


def test_an_event_that_is_missing_is_told_although_it_is_another_tenants(
    engine: sa.Engine, tail: SqlLogTail, log: Log
) -> None:
    for tenant in ("acme", "globex", "acme"):
        log.add(asked(), run=f"run-{tenant}", tenant=tenant)
    _remove_the_second(engine)
    with pytest.raises(CorruptLog):
        tail.events("acme", after=0, until=3)


def _remove_the_second(engine: sa.Engine) -> None:
    statement = "DELETE FROM events WHERE position = 2"
    if engine.dialect.name == "sqlite":
        tamper(engine, statement)
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER USER")
        connection.exec_driver_sql(statement)
