from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.databases import copied, make_empty


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_empty(tmp_path_factory.mktemp("template") / "empty.db")


@pytest.fixture
def engine(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    with copied(empty_database, tmp_path) as opened:
        yield opened


@pytest.fixture
def store(engine: sa.Engine) -> SqliteEventStore:
    return SqliteEventStore(engine)
