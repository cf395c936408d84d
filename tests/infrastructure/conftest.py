"""A current database without any event, made once and copied for each test; a store on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.ports import EventStore
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.databases import copied, make_empty
from tests.infrastructure.faults.writers import store_of
from tests.infrastructure.projections.logs import Log


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_empty(tmp_path_factory.mktemp("template") / "empty.db")


@pytest.fixture(params=["sqlite", "postgres"])
def engine(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path
) -> Iterator[sa.Engine]:
    """A database of each kind."""
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_engine")
        return
    with copied(empty_database, tmp_path) as opened:
        yield opened


@pytest.fixture
def store(engine: sa.Engine) -> PostgresEventStore | SqliteEventStore:
    return store_of(engine)


@pytest.fixture
def log(store: EventStore) -> Log:
    return Log(store)
