"""Lines of the run list that are there already get their times from the events."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from msgspec import structs

from domain.aggregate.envelope import Actor
from domain.ports import EventStore
from domain.run.aggregate import RUN
from domain.run.commands import AnnotateRun, RequestRun, ResumeRun
from domain.run.events import RunEvent
from domain.run.lifecycle import Stage
from domain.writer import Authorship, StreamWriter
from infrastructure.database.migrate import ensure_current
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.event_store.tables import RUN_SUMMARIES
from infrastructure.ids import UuidIds
from tests.contracts.databases import copied
from tests.domain.run.samples import (
    EXECUTING,
    FAILED,
    FAULT,
    call_failed,
    call_started,
    call_succeeded,
    started,
)
from tests.fakes import FrozenClock
from tests.infrastructure.database.test_migrate import on

FIRST: list[RunEvent] = [*EXECUTING[1:], call_started(), call_failed(), FAILED]
AGAIN = ResumeRun(from_stage=Stage.EXECUTE, why="again")
SECOND: list[RunEvent] = [started(Stage.EXECUTE, 2), call_started(attempt=2)]
PLANTED = structs.replace(call_failed(attempt=2), answered_by="patch")
FAILED_BY_IT = structs.replace(FAILED, error=structs.replace(FAULT, details={"call_id": "a"}))


@pytest.fixture(params=["sqlite", "postgres"])
def engine(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path
) -> Iterator[sa.Engine]:
    """A database with a run that failed, one that was resumed and one that failed twice."""
    if request.param == "postgres":
        opened = request.getfixturevalue("postgres_engine")
        fill(PostgresEventStore(opened))
        yield opened
        return
    with copied(empty_database, tmp_path) as opened:
        fill(SqliteEventStore(opened))
        yield opened


def fill(store: EventStore) -> None:
    runs = {"run-1": [], "run-2": [*SECOND, call_succeeded(attempt=2)], "run-3": [*SECOND, FAILED]}
    runs["run-4"] = [*SECOND, PLANTED, FAILED_BY_IT]
    for run, later in runs.items():
        clock = FrozenClock(step=timedelta(milliseconds=7))
        by = Authorship("acme", Actor("service", "w1"))
        writer = StreamWriter(RUN, run, by, store=store, clock=clock, ids=UuidIds())
        writer.handle(RequestRun(question="?"))
        for event in FIRST:
            writer.report(event)
        writer.handle(AnnotateRun("later") if not later else AGAIN)
        for event in later:
            writer.report(event)
        writer.append()


def lines(engine: sa.Engine) -> list[dict[str, object]]:
    query = sa.select(RUN_SUMMARIES).order_by(RUN_SUMMARIES.c.run_id)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def test_an_older_run_list_gets_the_times_that_its_runs_waited_and_worked(
    engine: sa.Engine,
) -> None:
    before = lines(engine)
    with engine.begin() as connection:
        command.downgrade(on(connection), "0010")
        connection.exec_driver_sql("UPDATE run_summaries SET failed_call_count = 9")
        connection.exec_driver_sql("UPDATE run_summaries SET duration_ms = 9000")
        failed = "SET fingerprint = 'old' WHERE error IS NOT NULL"
        connection.exec_driver_sql(f"UPDATE run_summaries {failed}")
    ensure_current(engine)
    assert lines(engine) == before
    assert [line["waited_ms"] for line in before] == [7, 21, 21, 21]
    assert [line["failed_call_count"] for line in before] == [1, 0, 0, 1]
    kinds = [line["fingerprint"] is not None for line in before]
    assert kinds == [True, False, True, False], "what was planted is no failure"
