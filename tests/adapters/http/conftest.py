"""The HTTP application on a database with the small estate, asked without a network."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from adapters.http.identity import SingleUser
from adapters.http.serving import application
from adapters.http.workroom import Workroom
from domain.identity.principal import local_principal
from infrastructure.clock import SystemClock
from tests.adapters.http.client import Client
from tests.estate_fixture import SMALL_ESTATE, TENANT


@pytest.fixture(scope="session")
def served_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("http") / "filled.db"
    with open_service(f"sqlite:///{path}") as opstrail:
        opstrail.estates.writer.load(TENANT, SMALL_ESTATE, mode="replace", at=SystemClock().now())
    return path


@pytest.fixture
def http(served_database: Path, tmp_path: Path) -> Iterator[Client]:
    """Whoever asks as the single user of the tenant."""
    path = tmp_path / "opstrail.db"
    shutil.copy(served_database, path)
    with open_service(f"sqlite:///{path}") as opstrail:
        workroom = Workroom(opstrail)
        app = application(opstrail, workroom, SingleUser(local_principal("ada", TENANT)))
        with asyncio.Runner() as runner:
            yield Client(app, runner)
        workroom.close()
