"""A database of each kind, with a store on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.ports import EventStore
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.databases import copied


@pytest.fixture(params=["sqlite", "postgres"])
def engine(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path
) -> Iterator[sa.Engine]:
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_engine")
        return
    with copied(empty_database, tmp_path) as current:
        yield current


@pytest.fixture
def store(engine: sa.Engine) -> EventStore:
    is_sqlite = engine.dialect.name == "sqlite"
    return SqliteEventStore(engine) if is_sqlite else PostgresEventStore(engine)
