"""The run list is made anew from the events, and is then what it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.aggregate.envelope import Actor
from domain.ports import EventStore
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run.events import RunEvent
from domain.run.summary import RunSummary
from domain.views.projection import RebuiltRunList
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.ids import UuidIds
from infrastructure.projections.run_list_rebuild import rebuild_run_list
from tests.contracts.databases import copied, views_on
from tests.domain.run.samples import ANSWERED, EXECUTING, FAILED
from tests.fakes import FrozenClock

RUNS: dict[str, list[RunEvent]] = {
    "run-1": ANSWERED,
    "run-2": EXECUTING,
    "run-3": [*EXECUTING, FAILED],
}


@pytest.fixture(params=["sqlite", "postgres"])
def engine(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path
) -> Iterator[sa.Engine]:
    """A database with three runs of two tenants each."""
    if request.param == "postgres":
        engine = request.getfixturevalue("postgres_engine")
        fill(PostgresEventStore(engine))
        yield engine
        return
    with copied(empty_database, tmp_path) as opened:
        fill(SqliteEventStore(opened))
        yield opened


def fill(store: EventStore) -> None:
    for tenant in ("acme", "globex"):
        by = Authorship(tenant, Actor("service", "w1"))
        for run, (_, *events) in RUNS.items():
            writer = StreamWriter(RUN, run, by, store=store, clock=FrozenClock(), ids=UuidIds())
            writer.handle(RequestRun(question="?"))
            for event in events:
                writer.report(event)
            writer.append()


def listed(engine: sa.Engine) -> list[RunSummary | None]:
    views = views_on(engine)
    return [views.summary(tenant, run) for tenant in ("acme", "globex") for run in RUNS]


def test_a_run_list_that_is_right_stays_as_it_is(engine: sa.Engine) -> None:
    before = listed(engine)
    assert rebuild_run_list(engine) == RebuiltRunList(run_count=6, changed_count=0)
    assert listed(engine) == before
    assert None not in before


@pytest.mark.parametrize(
    ("damage", "changed_count"),
    [
        ("DELETE FROM run_summaries", 6),
        ("UPDATE run_summaries SET state = 'failed', golden = 'x' WHERE run_id = 'run-1'", 2),
        ("UPDATE run_summaries SET fingerprint = NULL", 2),
    ],
)
def test_what_is_missing_or_false_is_made_good(
    engine: sa.Engine, damage: str, changed_count: int
) -> None:
    before = listed(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(damage)
    assert rebuild_run_list(engine).changed_count == changed_count
    assert listed(engine) == before


def test_a_run_that_went_on_meanwhile_keeps_its_line(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE run_summaries SET version = 99 WHERE run_id = 'run-2'")
    rebuild_run_list(engine)
    newer = views_on(engine).summary("acme", "run-2")
    assert newer is not None
    assert newer.version == 99
