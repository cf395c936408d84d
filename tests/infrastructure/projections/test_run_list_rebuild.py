"""The run list is made anew from the events, and is then what it was."""

import sqlite3
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
from domain.views.projection import LineFault, RebuiltRunList, RepairedLine
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.ids import UuidIds
from infrastructure.projections.run_list_rebuild import GUARDS, rebuild_run_list
from tests.contracts.databases import copied, views_on
from tests.domain.run.samples import ANSWERED, EXECUTING, FAILED
from tests.fakes import FrozenClock
from tests.infrastructure.event_store.damage import run, tamper

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
        for run_id, (_, *events) in RUNS.items():
            writer = StreamWriter(RUN, run_id, by, store=store, clock=FrozenClock(), ids=UuidIds())
            writer.handle(RequestRun(question="?"))
            for event in events:
                writer.report(event)
            writer.append()


def listed(engine: sa.Engine) -> list[RunSummary | None]:
    views = views_on(engine)
    return [views.summary(tenant, run_id) for tenant in ("acme", "globex") for run_id in RUNS]


def damage(engine: sa.Engine, statement: str) -> None:
    """Run a statement that the guards of the run list would refuse."""
    if engine.dialect.name == "sqlite":
        tamper(engine, statement)
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL opstrail.repair = 'on'")
        connection.exec_driver_sql(statement)


def test_a_run_list_that_is_right_stays_as_it_is(engine: sa.Engine) -> None:
    before = listed(engine)
    assert rebuild_run_list(engine) == RebuiltRunList(run_count=6, changed_count=0)
    assert listed(engine) == before
    assert None not in before


@pytest.mark.parametrize(
    ("statement", "was", "fields"),
    [
        ("DELETE FROM run_summaries", LineFault.MISSING, ()),
        (
            "UPDATE run_summaries SET state = 'failed', golden = 'x'",
            LineFault.DIFFERENT,
            ("state", "golden"),
        ),
        ("UPDATE run_summaries SET version = 99", LineFault.DIFFERENT, ("version",)),
        ("UPDATE run_summaries SET seal = NULL", LineFault.DIFFERENT, ("seal",)),
    ],
)
def test_what_is_missing_or_false_is_made_good_and_named(
    engine: sa.Engine, statement: str, was: LineFault, fields: tuple[str, ...]
) -> None:
    before = listed(engine)
    damage(engine, f"{statement} WHERE run_id = 'run-1'")
    rebuilt = rebuild_run_list(engine)
    assert rebuilt.changed_count == rebuilt.missing_count + rebuilt.different_count == 2
    assert rebuilt.repaired == (
        RepairedLine("acme", "run-1", was, fields),
        RepairedLine("globex", "run-1", was, fields),
    )
    assert listed(engine) == before
    assert rebuild_run_list(engine).changed_count == 0


def test_a_line_of_no_run_is_deleted_and_named(engine: sa.Engine) -> None:
    before = listed(engine)
    damage(engine, "UPDATE run_summaries SET run_id = 'run-9' WHERE run_id = 'run-1'")
    rebuilt = rebuild_run_list(engine)
    assert (rebuilt.missing_count, rebuilt.extra_count, rebuilt.changed_count) == (2, 2, 4)
    assert RepairedLine("acme", "run-9", LineFault.EXTRA, ()) in rebuilt.repaired
    assert listed(engine) == before


def test_a_repair_names_twenty_lines_and_counts_all(engine: sa.Engine) -> None:
    for_all = range(10, 33)
    fill_more(engine, for_all)
    damage(engine, "DELETE FROM run_summaries")
    rebuilt = rebuild_run_list(engine)
    assert (rebuilt.missing_count, len(rebuilt.repaired)) == (6 + len(for_all), 20)


def test_a_run_that_is_damaged_keeps_others_from_nothing(engine: sa.Engine) -> None:
    damage(engine, "DELETE FROM run_summaries")
    if engine.dialect.name == "postgresql":
        run_on_postgres(engine, "ALTER TABLE events DISABLE TRIGGER USER")
    damage(engine, "UPDATE events SET data = '{}' WHERE stream_id = 'run-2' AND version = 2")
    rebuilt = rebuild_run_list(engine)
    assert (rebuilt.missing_count, rebuilt.unreadable_count) == (4, 2)
    assert RepairedLine("acme", "run-2", LineFault.UNREADABLE, ()) in rebuilt.repaired


def test_the_guards_are_there_after_a_repair(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("the triggers were dropped to do the damage")
    damage(engine, "DELETE FROM run_summaries")
    rebuild_run_list(engine)
    with pytest.raises(sa.exc.DBAPIError, match="never deleted"):
        run_on_postgres(engine, "DELETE FROM run_summaries")


def test_the_triggers_are_back_after_a_repair(empty_database: Path, tmp_path: Path) -> None:
    with copied(empty_database, tmp_path) as engine:
        fill(SqliteEventStore(engine))
        with engine.connect() as connection:
            guards = connection.execute(GUARDS).all()
        for name, _ in guards:
            run(engine, f"DROP TRIGGER {name}")
        run(engine, "UPDATE run_summaries SET state = 'new'")
        run(engine, *(text for _, text in guards))
        assert rebuild_run_list(engine).different_count == 6
        with engine.connect() as connection:
            assert connection.execute(GUARDS).all() == guards
        with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
            run(engine, "DELETE FROM run_summaries")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM run_summaries",
        "UPDATE run_summaries SET state = 'failed'",
        "UPDATE run_summaries SET run_id = 'run-9'",
        "UPDATE run_summaries SET version = version - 1",
    ],
)
def test_nobody_changes_a_line_without_events(engine: sa.Engine, statement: str) -> None:
    attempt = run if engine.dialect.name == "sqlite" else run_on_postgres
    with pytest.raises((sqlite3.IntegrityError, sa.exc.DBAPIError), match=r"the lines? of"):
        attempt(engine, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO run_summaries SELECT * FROM run_summaries",
        "INSERT INTO run_summaries (tenant_id, run_id, version, state, question, actor_kind,"
        " actor_id, requested_at, updated_at, call_count, failed_call_count)"
        " VALUES ('acme', 'run-9', 1, 'new', '', '', '', '', '', 0, 0)",
        "UPDATE run_summaries SET version = version + 1",
    ],
)
def test_no_program_puts_other_lines_into_a_file(
    empty_database: Path, tmp_path: Path, statement: str
) -> None:
    with copied(empty_database, tmp_path) as engine:
        fill(SqliteEventStore(engine))
        with pytest.raises(sqlite3.IntegrityError, match="with its events only"):
            run(engine, statement)


def run_on_postgres(engine: sa.Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def fill_more(engine: sa.Engine, numbers: range) -> None:
    is_sqlite = engine.dialect.name == "sqlite"
    store = SqliteEventStore(engine) if is_sqlite else PostgresEventStore(engine)
    by = Authorship("acme", Actor("service", "w1"))
    for number in numbers:
        writer = StreamWriter(
            RUN, f"run-{number}", by, store=store, clock=FrozenClock(), ids=UuidIds()
        )
        writer.handle(RequestRun(question="?"))
        writer.append()
