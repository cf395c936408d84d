"""A rebuild holds on to what it moves, and what a killed one held can be taken from it."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.services.projections import ProjectionBusy
from domain.times import recorded_text
from domain.views.projection import Equivalence
from infrastructure.clock import SystemClock
from infrastructure.ids import UuidIds
from infrastructure.projections import rebuild
from infrastructure.projections import runner as projection_runner
from infrastructure.projections.equivalence import compare
from infrastructure.projections.projection import View
from infrastructure.projections.projections import Projections
from infrastructure.projections.run_words import RunSearchProjection
from infrastructure.projections.runner import ProjectionRunner
from tests.fakes import NOON, FrozenClock
from tests.infrastructure.projections.logs import Log, answered, asked, rows_of

ROOT = Path(__file__).parents[3]
SEARCH = RunSearchProjection()


@pytest.fixture
def filled(log: Log, projections: Projections) -> Log:
    for number in range(3):
        log.add(asked(), answered(f"Answer {number}."), run=f"run-{number}")
    projections.catch_up(SEARCH.name)
    return log


def generations(projections: Projections) -> list[tuple[int, str]]:
    return [(each.generation, each.status) for each in projections.statuses(SEARCH.name)]


@pytest.mark.usefixtures("filled")
def test_a_projection_that_is_being_moved_is_not_replaced(
    projections: Projections, engine: sa.Engine
) -> None:
    other = runner(engine)
    with other.holding(1), pytest.raises(ProjectionBusy, match="generation 1"):
        projections.rebuild(SEARCH.name)
    assert generations(projections)[0] == (1, "live")


def runner(engine: sa.Engine, clock: FrozenClock | None = None) -> ProjectionRunner:
    return ProjectionRunner(engine, SEARCH, clock=clock or FrozenClock(), owner="other")


class SetClock:
    """Stands still until it is set; see `domain.ports.Clock`."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


@pytest.mark.usefixtures("filled")
def test_a_rebuild_holds_on_to_its_generations_however_long_it_compares(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, later = SetClock(), NOON + timedelta(minutes=5)

    def compare_slowly(connection: sa.Connection, view: View, **generations: int) -> Equivalence:
        clock.at = later
        wait_until(lambda: min(leases(engine)) > recorded_text(later))
        with pytest.raises(ProjectionBusy), runner(engine, FrozenClock(later)).holding(1):
            pass
        return compare(connection, view, **generations)

    monkeypatch.setattr(projection_runner, "PROLONGED_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(rebuild, "compare", compare_slowly)
    assert Projections(engine, clock=clock, ids=UuidIds()).rebuild(SEARCH.name).is_swapped


def leases(engine: sa.Engine) -> list[str]:
    query = "SELECT lease_until FROM projections WHERE name = 'run_search'"
    with engine.connect() as connection:
        return list(connection.exec_driver_sql(query).scalars())


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def killed_half_way(engine: sa.Engine, name: str) -> None:
    program = [sys.executable, "-m", "tests.infrastructure.projections.rebuilding"]
    command = [*program, str(engine.url), name]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "half-way\n"
        process.kill()


@pytest.mark.usefixtures("filled")
def test_a_rebuild_killed_half_way_leaves_the_live_one(
    projections: Projections, engine: sa.Engine
) -> None:
    before = rows_of(engine, SEARCH.view)
    killed_half_way(engine, SEARCH.name)
    assert generations(projections) == [(1, "live"), (2, "building")]
    assert rows_of(engine, SEARCH.view) == before
    assert 0 < len(rows_of(engine, SEARCH.view, 2)) < len(before)


@pytest.mark.usefixtures("filled")
def test_a_rebuild_after_a_killed_one_starts_clean(engine: sa.Engine) -> None:
    killed_half_way(engine, SEARCH.name)
    later = FrozenClock(SystemClock().now() + timedelta(minutes=1))
    report = Projections(engine, clock=later, ids=UuidIds()).rebuild(SEARCH.name)
    assert (report.is_equal, report.is_swapped) == (True, True)
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT DISTINCT generation FROM run_search").all()
    assert len(kept) == 1


@pytest.mark.usefixtures("filled")
def test_a_rebuild_is_refused_while_another_may_still_run(engine: sa.Engine) -> None:
    killed_half_way(engine, SEARCH.name)
    with pytest.raises(ProjectionBusy, match="try again then"):
        Projections(engine, clock=FrozenClock(), ids=UuidIds()).rebuild(SEARCH.name)
