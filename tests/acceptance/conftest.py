"""The demo estate in a database, made once for all workers of a test run; and a small estate."""

import fcntl
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from adapters.estates.demo.dataset import demo_estate
from tests.acceptance.demo import ANCHOR, DEMO
from tests.acceptance.desk import Desk, fill
from tests.served import servers as servers  # noqa: PLC0414 - a fixture of every test here
from tests.served import skip_not_served


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Give the file; copy it before writing to it."""
    own_folder = tmp_path_factory.getbasetemp()
    folder = own_folder if worker_id == "master" else own_folder.parent
    database = folder / "demo.db"
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not database.exists():
            _make(database)
    return database


def _make(database: Path) -> None:
    unfinished = database.with_suffix(".unfinished")
    with open_service(f"sqlite:///{unfinished}") as opstrail:
        opstrail.estates.writer.load(DEMO, demo_estate(anchor=ANCHOR), mode="replace", at=ANCHOR)
    unfinished.rename(database)


@pytest.fixture(autouse=True, scope="session")
def _ctrl_c_is_not_ignored() -> None:
    """Let commands that tests start hear Ctrl-C, also when the tests were started with `&`.

    A shell lets background processes ignore it, and whoever they start inherits that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("assets") / "filled.db"
    with open_service(f"sqlite:///{path}") as opstrail:
        fill(opstrail)
    return path


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Iterator[Desk]:
    copy = shutil.copy(filled, tmp_path / "opstrail.db")
    with open_service(f"sqlite:///{copy}") as opstrail:
        yield Desk(opstrail)


@pytest.fixture(params=["sqlite", "postgres"])
def any_desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    if request.param == "sqlite":
        yield request.getfixturevalue("desk")
        return
    with open_service(request.getfixturevalue("postgres_url")) as opstrail:
        fill(opstrail)
        yield Desk(opstrail)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    skip_not_served(items)
