"""A projection is built anew beside the one that is read, and takes its place when it is equal."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.database.engine import create_engine
from infrastructure.ids import UuidIds
from infrastructure.projections import rebuild
from infrastructure.projections.projections import CATALOGUE, Projections
from infrastructure.projections.run_search import SqlRunSearch
from infrastructure.projections.run_words import RunSearchProjection
from infrastructure.projections.sql_tool_statistics import SqlToolStatistics
from tests.contracts.event_samples import TENANT
from tests.fakes import NOON, FrozenClock
from tests.infrastructure.projections.logs import Log, answered, asked, called, rows_of

ROOT = Path(__file__).parents[3]
SEARCH = RunSearchProjection()
NAMES = [projection.name for projection in CATALOGUE]


@pytest.fixture
def filled(log: Log, projections: Projections) -> Log:
    for number in range(3):
        log.add(asked(), *called(), answered(f"Answer {number}."), run=f"run-{number}")
    for name in NAMES:
        projections.catch_up(name)
    return log


def generations(projections: Projections, name: str = SEARCH.name) -> list[tuple[int, str]]:
    return [(each.generation, each.status) for each in projections.statuses(name)]


def falsify(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE run_search SET answer = 'false' WHERE run_id = 'run-1'")
        connection.exec_driver_sql("DELETE FROM run_search WHERE run_id = 'run-2'")
        connection.exec_driver_sql(
            "INSERT INTO run_search (generation, tenant_id, run_id) VALUES (1, 'acme', 'run-9')"
        )


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("projection", CATALOGUE, ids=NAMES)
def test_an_equal_rebuild_takes_the_place_of_the_live_one(
    projections: Projections, engine: sa.Engine, projection: RunSearchProjection
) -> None:
    before = rows_of(engine, projection.view)
    report = projections.rebuild(projection.name)
    assert (report.is_equal, report.is_swapped, report.position) == (True, True, 12)
    assert report.equivalence
    assert report.equivalence.equal_count == len(before)
    assert generations(projections, projection.name) == [(2, "live")]
    assert rows_of(engine, projection.view, 2) == before
    assert rows_of(engine, projection.view, 1) == []


@pytest.mark.usefixtures("filled")
def test_a_rebuild_that_differs_is_reported_and_left_aside(
    projections: Projections, engine: sa.Engine
) -> None:
    falsify(engine)
    report = projections.rebuild(SEARCH.name)
    assert not report.is_swapped
    assert generations(projections) == [(1, "live"), (2, "building")]
    assert report.equivalence
    assert (report.equivalence.equal_count, report.equivalence.differing_count) == (1, 3)


@pytest.mark.usefixtures("filled")
def test_differences_are_named_with_both_values(
    projections: Projections, engine: sa.Engine
) -> None:
    falsify(engine)
    report = projections.rebuild(SEARCH.name)
    assert report.equivalence
    question = "which servers are there"
    found = {str(each.key["run_id"]): each for each in report.equivalence.differences}
    assert found["run-1"].live == {"question": question, "answer": "false"}
    assert found["run-1"].rebuilt == {"question": question, "answer": "answer 1"}
    assert (found["run-2"].live, found["run-9"].rebuilt) == (None, None)
    assert found["run-2"].rebuilt == {"question": question, "answer": "answer 2"}
    assert found["run-9"].live == {"question": None, "answer": None}


def test_at_most_twenty_differences_are_named(
    log: Log, projections: Projections, engine: sa.Engine
) -> None:
    for number in range(25):
        log.add(asked(), run=f"run-{number}")
    projections.catch_up(SEARCH.name)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE run_search SET question = 'false' WHERE id <= 12")
        connection.exec_driver_sql("DELETE FROM run_search WHERE id > 12")
    report = projections.rebuild(SEARCH.name)
    assert report.equivalence
    assert report.equivalence.differing_count == 25
    assert len(report.equivalence.differences) == 20


@pytest.mark.usefixtures("filled")
def test_only_the_live_generation_is_read(projections: Projections, engine: sa.Engine) -> None:
    search, statistics = (
        SqlRunSearch(engine, projections.catch_up),
        SqlToolStatistics(engine, projections),
    )
    for name in NAMES:
        projections.rebuild(name, keep_old=True)
    assert len(search.search(TENANT, "servers", limit=9).summaries) == 3
    assert sum(hour.total_ms for hour in statistics.hours(TENANT, since=NOON)) == 12


@pytest.mark.usefixtures("filled")
def test_accepted_differences_do_not_keep_a_rebuild_from_its_place(
    projections: Projections, engine: sa.Engine
) -> None:
    falsify(engine)
    assert projections.rebuild(SEARCH.name, accept_differences=True).is_swapped
    assert generations(projections) == [(2, "live")]
    assert len(rows_of(engine, SEARCH.view, 2)) == 3


@pytest.mark.usefixtures("filled")
def test_the_old_generation_is_kept_when_asked_for(
    projections: Projections, engine: sa.Engine
) -> None:
    projections.rebuild(SEARCH.name, keep_old=True)
    assert generations(projections) == [(1, "retired"), (2, "live")]
    assert rows_of(engine, SEARCH.view, 1) == rows_of(engine, SEARCH.view, 2)


@pytest.mark.usefixtures("filled")
def test_the_next_rebuild_clears_up_what_was_left(
    projections: Projections, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "_DELETED_AT_ONCE", 1)
    projections.rebuild(SEARCH.name, keep_old=True)
    projections.rebuild(SEARCH.name)
    assert generations(projections) == [(3, "live")]
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT DISTINCT generation FROM run_search").all()
    assert [generation for (generation,) in kept] == [3]


def test_a_live_one_that_lags_is_brought_to_the_same_position(
    filled: Log, projections: Projections
) -> None:
    filled.add(asked("One more?"), run="run-7")
    report = projections.rebuild(SEARCH.name)
    assert (report.is_equal, report.position) == (True, 13)


def test_a_projection_that_nobody_read_yet_can_be_rebuilt(
    log: Log, projections: Projections
) -> None:
    log.add(asked())
    assert projections.rebuild(SEARCH.name).is_swapped


def test_what_was_rebuilt_goes_on(
    filled: Log, engine: sa.Engine, projections: Projections
) -> None:
    projections.rebuild(SEARCH.name)
    filled.add(asked("What about printers?"), run="run-7")
    found = SqlRunSearch(engine, projections.catch_up).search(TENANT, "printers", limit=9)
    assert [run.run_id for run in found.summaries] == ["run-7"]


@pytest.mark.usefixtures("filled")
def test_another_process_sees_the_new_generation(
    projections: Projections, engine: sa.Engine
) -> None:
    other = create_engine(str(engine.url))
    search = SqlRunSearch(other, Projections(other, clock=FrozenClock(), ids=UuidIds()).catch_up)
    assert len(search.search(TENANT, "servers", limit=9).summaries) == 3
    projections.rebuild(SEARCH.name)
    assert len(search.search(TENANT, "servers", limit=9).summaries) == 3
    other.dispose()
