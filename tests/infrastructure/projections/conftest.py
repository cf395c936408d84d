from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.ports import EventStore
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.ids import UuidIds
from infrastructure.projections.projections import Projections
from tests.contracts.databases import copied, make_empty
from tests.fakes import FrozenClock
from tests.infrastructure.projections.logs import Log


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_empty(tmp_path_factory.mktemp("template") / "empty.db")


@pytest.fixture(params=["sqlite", "postgres"])
def engine(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path
) -> Iterator[sa.Engine]:
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_engine")
        return
    with copied(empty_database, tmp_path) as opened:
        yield opened


@pytest.fixture
def store(engine: sa.Engine) -> EventStore:
    is_postgres = engine.dialect.name == "postgresql"
    return PostgresEventStore(engine) if is_postgres else SqliteEventStore(engine)


@pytest.fixture
def log(store: EventStore) -> Log:
    return Log(store)


@pytest.fixture
def projections(engine: sa.Engine) -> Projections:
    return Projections(engine, clock=FrozenClock(), ids=UuidIds())
