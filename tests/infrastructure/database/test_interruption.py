"""A statement of work that was given up is cancelled in the database."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.threads import in_thread, still_works
from infrastructure.database.engine import create_engine

ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT max(i) FROM n WHERE i < 0",
    "postgresql": "SELECT pg_sleep(60)",
}


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    if request.param == "sqlite":
        found = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    else:
        found = create_engine(request.getfixturevalue("postgres_url"))
    yield found
    found.dispose()


def given_up(work: Callable[[], object]) -> tuple[bool, float]:
    """Give the work up after a moment; return whether it went on, and how long that took."""

    async def bounded() -> BaseException | None:
        try:
            async with asyncio.timeout(0.1):
                await in_thread(work)
        except TimeoutError as error:
            return error.__cause__ or error.__context__
        raise AssertionError

    begun = time.monotonic()
    cancelled = asyncio.run(bounded())
    return still_works(cancelled), time.monotonic() - begun


def endless(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(ENDLESS[engine.dialect.name])


def one(engine: sa.Engine) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT 1").scalar_one()


def test_an_endless_statement_ends_soon_after_nobody_waits_for_it(engine: sa.Engine) -> None:
    has_gone_on, seconds = given_up(lambda: endless(engine))
    assert (has_gone_on, seconds < 2) == (False, True)


def test_its_connection_is_used_by_nobody_else(engine: sa.Engine) -> None:
    seen = list[object]()
    sa.event.listen(engine, "checkout", lambda connection, _record, _: seen.append(connection))
    given_up(lambda: endless(engine))
    assert (one(engine), seen[0] is seen[1]) == (1, False)


def test_a_connection_whose_work_came_to_its_end_is_used_again(engine: sa.Engine) -> None:
    seen = list[object]()
    sa.event.listen(engine, "checkout", lambda connection, _record, _: seen.append(connection))
    asyncio.run(in_thread(one, engine))
    assert (one(engine), seen[0] is seen[1]) == (1, True)


def test_a_statement_behind_a_lock_is_cancelled(postgres_engine: sa.Engine) -> None:
    def wait() -> None:
        with postgres_engine.begin() as second:
            second.exec_driver_sql("LOCK TABLE logs")

    with postgres_engine.begin() as first:
        first.exec_driver_sql("LOCK TABLE logs")
        has_gone_on, seconds = given_up(wait)
    assert (has_gone_on, seconds < 2) == (False, True)


def test_a_thread_that_does_not_stop_is_not_waited_for() -> None:
    has_gone_on, seconds = given_up(lambda: time.sleep(3))
    assert (has_gone_on, seconds < 2) == (True, True)
