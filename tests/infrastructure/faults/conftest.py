from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.databases import copied
from tests.infrastructure.faults.writers import store_of


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
def store(engine: sa.Engine) -> PostgresEventStore | SqliteEventStore:
    return store_of(engine)
