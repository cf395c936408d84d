from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.services.estates import Estates
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.event_store.stream_rows import SqlStreamIds
from infrastructure.ids import UuidIds
from tests.contracts.databases import copied, make_empty
from tests.fakes import FrozenClock
from tests.infrastructure.estate.samples import NOON, SAMPLE, TENANT


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> sa.Engine:
    opened: sa.Engine = request.getfixturevalue(f"{request.param}_engine")
    return opened


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_empty(tmp_path_factory.mktemp("template") / "empty.db")


@pytest.fixture
def sqlite_engine(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    with copied(empty_database, tmp_path) as engine:
        yield engine


@pytest.fixture
def writer(engine: sa.Engine) -> SqlEstateWriter:
    return SqlEstateWriter(engine)


@pytest.fixture
def estates(engine: sa.Engine, writer: SqlEstateWriter) -> Estates:
    """Imports with their record."""
    is_sqlite = engine.dialect.name == "sqlite"
    return Estates(
        estate=SqlEstate(engine),
        writer=writer,
        store=SqliteEventStore(engine) if is_sqlite else PostgresEventStore(engine),
        stream_ids=SqlStreamIds(engine),
        clock=FrozenClock(),
        ids=UuidIds(),
    )


@pytest.fixture
def empty(engine: sa.Engine) -> SqlEstate:
    return SqlEstate(engine)


@pytest.fixture
def estate(empty: SqlEstate, writer: SqlEstateWriter) -> SqlEstate:
    writer.load(TENANT, SAMPLE, mode="replace", at=NOON)
    return empty
