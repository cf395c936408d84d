"""A log has bulk replays between its runs, and whoever reads it takes them for what they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS, Actor
from domain.audit.chain import next_head, seal
from domain.ports import Append, EventStore, StreamHead
from domain.replay.bulk.bulk_replay import BULK_REPLAY, ReportRuns, StartBulkReplay
from domain.replay.bulk.events import BulkReplayStarted
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run_filter.filter import EVERY_RUN
from domain.services.log import LogFileRefused
from domain.views.bulk_replay import BulkMode, ReplayedRun, RunVerdict
from domain.views.projection import RebuiltRunList
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.batch import BatchStore
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.event_store.stream_rows import SqlStreamIds, select_ids
from infrastructure.ids import UuidIds
from infrastructure.log.verification import log_end
from infrastructure.log_files import log_import as importing
from infrastructure.log_files.log_export import export_log
from infrastructure.log_files.log_file import open_log_file
from infrastructure.projections.projections import Projections
from infrastructure.projections.run_list_rebuild import rebuild_run_list
from tests.contracts.databases import copied, views_on
from tests.contracts.event_samples import event
from tests.domain.run.samples import ANSWERED
from tests.fakes import FrozenClock
from tests.infrastructure.event_store.damage import problems

BY = Authorship("acme", Actor("person", "ada"))
STARTED = BulkReplayStarted(
    mode=BulkMode.VERIFY,
    filter="",
    as_of="2026-03-01T12:00:00.000000Z",
    run_count=1,
    reason="to see",
    worker="w1",
)
SAME = ReplayedRun(run_id="run-1", verdict=RunVerdict.SAME)


@dataclass(frozen=True)
class Database:
    """A database, and its event store."""

    engine: sa.Engine
    store: BatchStore


@pytest.fixture(params=["sqlite", "postgres"])
def database(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path
) -> Iterator[Database]:
    """One run, one bulk replay, and another run between its events."""
    if request.param == "postgres":
        engine = request.getfixturevalue("postgres_engine")
        store = PostgresEventStore(engine)
        fill(store)
        yield Database(engine, store)
        return
    with copied(empty_database, tmp_path) as opened:
        fill(SqliteEventStore(opened))
        yield Database(opened, SqliteEventStore(opened))


@pytest.fixture
def other(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    (tmp_path / "other").mkdir()
    with copied(empty_database, tmp_path / "other") as engine:
        yield engine


def fill(store: EventStore) -> None:
    write_run(store, "run-1")
    writer = StreamWriter(
        BULK_REPLAY, "replay-1", BY, store=store, clock=FrozenClock(), ids=UuidIds()
    )
    writer.commit(StartBulkReplay(STARTED))
    write_run(store, "run-2")
    writer.commit(ReportRuns("w1", [SAME]))


def write_run(store: EventStore, run_id: str) -> None:
    writer = StreamWriter(RUN, run_id, BY, store=store, clock=FrozenClock(), ids=UuidIds())
    writer.handle(RequestRun(question="?"))
    for happened in ANSWERED[1:]:
        writer.report(happened)
    writer.append()


def exported(engine: sa.Engine, path: Path) -> Path:
    export_log(engine, path, is_compressed=False, on_progress=lambda _: None)
    return path


def import_into(engine: sa.Engine, path: Path) -> None:
    with open_log_file(path) as log:
        importing.import_log(log, engine, on_progress=lambda _: None)


def test_it_is_found_by_an_index_of_streams_that_are_no_runs(database: Database) -> None:
    dialect = database.engine.dialect
    assert SqlStreamIds(database.engine).stream_ids("acme", "replay-") == ["replay-1"]
    query = select_ids("acme", "replay-").compile(
        dialect=dialect, compile_kwargs={"literal_binds": True}
    )
    is_sqlite = dialect.name == "sqlite"
    with database.engine.connect() as connection:
        if not is_sqlite:  # of so few rows it would read all
            connection.exec_driver_sql("SET enable_seqscan = off")
            connection.exec_driver_sql("SET enable_bitmapscan = off")
        plan = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' * is_sqlite}{query}").all()
    assert "streams_beside_runs" in str(plan)


def test_its_hashes_are_sound(database: Database) -> None:
    assert problems(database.engine) == []


def test_it_comes_through_a_file_unchanged(
    database: Database, other: sa.Engine, tmp_path: Path
) -> None:
    import_into(other, exported(database.engine, tmp_path / "log.jsonl"))
    assert log_end(other) == log_end(database.engine)
    store = SqliteEventStore(other)
    assert store.read("acme", "replay-1") == database.store.read("acme", "replay-1")


def test_an_import_makes_a_line_in_the_run_list_for_runs_only(
    database: Database, other: sa.Engine, tmp_path: Path
) -> None:
    import_into(other, exported(database.engine, tmp_path / "log.jsonl"))
    found = views_on(other).summaries("acme", EVERY_RUN, limit=10).summaries
    assert {each.run_id for each in found} == {"run-1", "run-2"}


def test_an_event_that_this_version_does_not_know_is_not_imported(
    database: Database, other: sa.Engine, tmp_path: Path
) -> None:
    head = database.store.read("acme", "replay-1")
    hashes = [each.envelope.content_hash for each in head]
    foreign = seal(event(3, stream="replay-1"))
    expected = StreamHead(2, next_head(GENESIS, hashes))
    database.store.append_batch(
        [
            Append(
                tenant_id="acme",
                stream_id="replay-1",
                expected=expected,
                events=(foreign,),
                summary=None,
            )
        ]
    )
    path = exported(database.engine, tmp_path / "log.jsonl")
    with pytest.raises(LogFileRefused, match="unknown event type 'run-requested'"):
        import_into(other, path)


def test_the_run_list_is_made_anew_without_it(database: Database) -> None:
    assert rebuild_run_list(database.engine) == RebuiltRunList(run_count=2, changed_count=0)


@pytest.mark.parametrize("name", ["run_calls", "run_items", "run_search", "tool_statistics"])
def test_projections_pass_over_it(database: Database, name: str) -> None:
    projections = Projections(database.engine, clock=FrozenClock(), ids=UuidIds())
    assert projections.catch_up(name) == 0
    assert projections.rebuild(name).is_equal
    assert [status.parked_count for status in projections.statuses(name)] == [0]
