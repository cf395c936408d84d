import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bootstrap import Opstrail, open_service
from tests.acceptance.demo import DEMO, OTHER
from tests.acceptance.questions.answer import Answer
from tests.acceptance.questions.asking import Ask, Asker
from tests.acceptance.questions.soundness import faults
from tests.acceptance.questions.tables import Tables, reading
from tests.acceptance.questions.topology import Topology


@pytest.fixture(scope="session")
def opstrail(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opstrail]:
    """A whole opstrail on a copy of the demo database."""
    database = tmp_path_factory.mktemp("asked") / "copy.db"
    shutil.copy(demo_database, database)
    with open_service(f"sqlite:///{database}") as opstrail:
        yield opstrail


@pytest.fixture(scope="session")
def tables(demo_database: Path) -> Iterator[Tables]:
    """The demo estate as SQL sees it."""
    with reading(demo_database) as tables:
        yield tables


@pytest.fixture(scope="session")
def topology(tables: Tables) -> Topology:
    """The relations of the demo estate."""
    edges = tables.rows("select source, target, type from edges")
    return Topology((str(source), str(target), str(kind)) for source, target, kind in edges)


@pytest.fixture(scope="session")
def asker(opstrail: Opstrail) -> Asker:
    return Asker(opstrail, DEMO)


@pytest.fixture(scope="session")
def other_asker(opstrail: Opstrail) -> Asker:
    return Asker(opstrail, OTHER)


@pytest.fixture
def ask(asker: Asker, tables: Tables) -> Ask:
    """Ask the demo estate; every answer must be sound in itself."""

    def ask(question: str) -> Answer:
        answer = asker.ask(question)
        assert faults(answer, tables) == []
        return answer

    return ask
