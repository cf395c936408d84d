"""The demo estate in a database, made once for all workers of a test run."""

import fcntl
import signal
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from adapters.estates.demo.dataset import demo_estate
from tests.acceptance.demo import ANCHOR, DEMO


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
