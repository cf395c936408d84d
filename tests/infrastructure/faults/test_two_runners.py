"""Two runners of one projection at the same time write what one would."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
import sqlalchemy as sa

from domain.ports import EventStore
from infrastructure.clock import SystemClock
from infrastructure.database.engine import create_engine
from infrastructure.ids import UuidIds
from infrastructure.projections.projections import CATALOGUE, Projections
from tests.infrastructure.projections.logs import Log, answered, asked, called

RUNS = 40
NAMES = [projection.name for projection in CATALOGUE]


def catch_up_until(is_over: Event, url: str, name: str) -> None:
    """Do as a service does that reads the projection again and again."""
    engine = create_engine(url)
    projections = Projections(engine, clock=SystemClock(), ids=UuidIds())
    while not is_over.is_set():
        projections.catch_up(name)
    engine.dispose()


@pytest.mark.parametrize("name", NAMES)
def test_two_runners_that_follow_a_live_log_equal_a_rebuild(
    name: str, store: EventStore, engine: sa.Engine
) -> None:
    log = Log(store)
    is_over = Event()
    with ThreadPoolExecutor(2) as threads:
        try:
            runners = [
                threads.submit(catch_up_until, is_over, str(engine.url), name) for _ in range(2)
            ]
            for number in range(RUNS):
                log.add(asked(), *called(), answered("Four."), run=f"run-{number}")
        finally:
            is_over.set()
    assert [runner.result() for runner in runners] == [None, None]
    projections = Projections(engine, clock=SystemClock(), ids=UuidIds())
    assert projections.catch_up(name) == 0
    assert projections.rebuild(name).is_equal
