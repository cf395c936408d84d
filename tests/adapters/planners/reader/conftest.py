"""A small demo estate, of which questions are asked in words."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.estates.demo.dataset import demo_estate
from adapters.planners.reader.planner import meant
from domain.estate.queries import Vocabulary
from domain.plan.look_ups import EstateLookUps
from domain.query.model import Query
from infrastructure.database.engine import create_engine
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.adapters.planners.vocabularies import NOW
from tests.estate_fixture import make_tables

Read = Callable[[str], Query]


@pytest.fixture(scope="session")
def estate_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("read") / "estate.db"


@pytest.fixture(scope="session")
def engine(estate_file: Path) -> Iterator[sa.Engine]:
    engine = create_engine(f"sqlite:///{estate_file}")
    make_tables(engine)
    SqlEstateWriter(engine).load("acme", demo_estate(anchor=NOW, days=1), mode="replace", at=NOW)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def estate(engine: sa.Engine) -> SqlEstate:
    return SqlEstate(engine)


@pytest.fixture(scope="session")
def vocabulary(estate: SqlEstate) -> Vocabulary:
    return estate.vocabulary("acme")


@pytest.fixture
def read(vocabulary: Vocabulary) -> Read:
    """Reads a question into its query."""
    return lambda question: meant(question, EstateLookUps(vocabulary, question), NOW).query
