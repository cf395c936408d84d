"""A projection has one runner at a time, and what it has written is what its checkpoint says."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from domain.errors import CorruptLog, ForkedLog
from domain.services.projections import Fenced, ProjectionBusy, UnknownProjection
from infrastructure.database.engine import begin_immediate
from infrastructure.projections.projections import Projections
from infrastructure.projections.runner import ProjectionRunner
from infrastructure.projections.tool_statistics import ToolStatisticsProjection
from tests.fakes import NOON, FrozenClock
from tests.infrastructure.projections.intruder import back_up_log, restore_log, tamper
from tests.infrastructure.projections.logs import Log, begin, called, rows_of

STATISTICS = ToolStatisticsProjection()
LATER = NOON + timedelta(minutes=5)


def runner(engine: sa.Engine, name: str, *, clock: FrozenClock | None = None) -> ProjectionRunner:
    clock = clock or FrozenClock()
    return ProjectionRunner(engine, STATISTICS, clock=clock, owner=name)


def call_count(engine: sa.Engine) -> int:
    return sum(row[-3] for row in rows_of(engine, STATISTICS.view))


def status(projections: Projections) -> tuple[int, int]:
    only = projections.statuses(STATISTICS.name)[0]
    return only.position, only.lag


def test_a_new_projection_has_read_nothing(log: Log, projections: Projections) -> None:
    log.add(*called())
    assert status(projections) == (0, 2)


def test_a_projection_catches_up(log: Log, engine: sa.Engine, projections: Projections) -> None:
    log.add(*called())
    assert projections.catch_up(STATISTICS.name) == 0
    assert status(projections) == (2, 0)
    assert call_count(engine) == 1


def test_a_projection_that_does_not_exist_is_told(projections: Projections) -> None:
    with pytest.raises(UnknownProjection, match="'x'; there are: tool_statistics, run_search"):
        projections.catch_up("x")


def test_a_second_runner_is_kept_off(log: Log, engine: sa.Engine) -> None:
    begin(engine, STATISTICS.name)
    log.add(*called())
    with (
        runner(engine, "first").holding(1),
        pytest.raises(ProjectionBusy, match=r"until 2026-03-01T12:00:10"),
        runner(engine, "second").holding(1),
    ):
        pass


def test_who_finds_a_runner_at_work_leaves_it_alone(
    log: Log, engine: sa.Engine, projections: Projections
) -> None:
    begin(engine, STATISTICS.name)
    log.add(*called())
    with runner(engine, "first").holding(1):
        assert projections.catch_up(STATISTICS.name) == 2
    assert projections.catch_up(STATISTICS.name) == 0


def test_who_finds_the_database_busy_reads_what_is_there(
    log: Log, engine: sa.Engine, projections: Projections
) -> None:
    begin(engine, STATISTICS.name)
    log.add(*called())
    with waiting_briefly(engine), begin_immediate(engine) as other, other.begin():
        assert projections.catch_up(STATISTICS.name) == 2
    assert projections.catch_up(STATISTICS.name) == 0


@contextmanager
def waiting_briefly(engine: sa.Engine) -> Iterator[None]:
    is_postgres = engine.dialect.name == "postgresql"
    brief = "SET lock_timeout = 10" if is_postgres else "PRAGMA busy_timeout = 10"

    def be_brief(connection: DBAPIConnection, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute(brief)
        cursor.close()
        connection.commit()

    sa.event.listen(engine, "checkout", be_brief)
    yield
    sa.event.remove(engine, "checkout", be_brief)


def test_a_runner_whose_lease_ran_out_is_fenced(log: Log, engine: sa.Engine) -> None:
    begin(engine, STATISTICS.name)
    log.add(*called())
    late, quick = runner(engine, "late"), runner(engine, "quick", clock=FrozenClock(LATER))
    with late.holding(1) as held:
        with quick.holding(1) as taken_over:
            quick.advance(taken_over)
        with pytest.raises(Fenced, match="position 0: nothing was written"):
            late.advance(held)
    assert call_count(engine) == 1


def test_a_runner_is_fenced_even_when_the_other_has_not_moved_yet(
    log: Log, engine: sa.Engine
) -> None:
    begin(engine, STATISTICS.name)
    log.add(*called())
    late, quick = runner(engine, "late"), runner(engine, "quick", clock=FrozenClock(LATER))
    with late.holding(1) as held, quick.holding(1), pytest.raises(Fenced):
        late.advance(held)
    assert call_count(engine) == 0


def test_one_runner_twice_writes_once(log: Log, engine: sa.Engine) -> None:
    begin(engine, STATISTICS.name)
    log.add(*called())
    only = runner(engine, "only")
    with only.holding(1) as held:
        only.advance(held)
        with pytest.raises(Fenced):
            only.advance(held)
    assert call_count(engine) == 1


def test_a_lease_is_given_back(log: Log, projections: Projections) -> None:
    log.add(*called())
    projections.catch_up(STATISTICS.name)
    assert projections.statuses(STATISTICS.name)[0].lease_until is None


def test_a_gap_stops_the_projection_where_it_is(
    log: Log, engine: sa.Engine, projections: Projections
) -> None:
    log.add(*called())
    projections.catch_up(STATISTICS.name)
    log.add(*called("b"))
    tamper(engine, "DELETE FROM events WHERE position = 3")
    with pytest.raises(CorruptLog, match="position 3"):
        projections.catch_up(STATISTICS.name)
    assert status(projections) == (2, 2)


def test_a_restored_backup_stops_the_projection(
    log: Log, engine: sa.Engine, projections: Projections
) -> None:
    """Restored under a live projection: the log is shorter, and then grows in another way."""
    log.add(*called())
    back_up_log(engine)
    log.add(*called("b"))
    projections.catch_up(STATISTICS.name)
    restore_log(engine)
    for position in (2, 4):
        with pytest.raises(ForkedLog, match="was a backup restored"):
            projections.catch_up(STATISTICS.name)
        assert "up to position 4" in str(projections.statuses(STATISTICS.name)[0].problem)
        assert (
            Log(log.store).add(*called("c"), run=f"run-{position}").last_position == position + 2
        )
    assert call_count(engine) == 2


def test_a_rebuild_follows_the_restored_log(
    log: Log, engine: sa.Engine, projections: Projections
) -> None:
    log.add(*called())
    back_up_log(engine)
    log.add(*called("b"))
    projections.catch_up(STATISTICS.name)
    restore_log(engine)
    refused = projections.rebuild(STATISTICS.name)
    assert (refused.is_swapped, refused.equivalence) == (False, None)
    assert "was a backup restored" in str(refused.incomparable)
    assert projections.rebuild(STATISTICS.name, accept_differences=True).is_swapped
    assert projections.catch_up(STATISTICS.name) == 0
