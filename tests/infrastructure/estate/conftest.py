from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.database.engine import create_engine
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.estate_fixture import make_tables
from tests.infrastructure.estate.samples import NOON, SAMPLE, TENANT


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> sa.Engine:
    opened: sa.Engine = request.getfixturevalue(f"{request.param}_engine")
    return opened


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'estate.db'}")
    make_tables(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def writer(engine: sa.Engine) -> SqlEstateWriter:
    return SqlEstateWriter(engine)


@pytest.fixture
def empty(engine: sa.Engine) -> SqlEstate:
    return SqlEstate(engine)


@pytest.fixture
def estate(empty: SqlEstate, writer: SqlEstateWriter) -> SqlEstate:
    writer.load(TENANT, SAMPLE, mode="replace", at=NOON)
    return empty
