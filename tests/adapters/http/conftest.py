"""The HTTP application on a database with the small estate, asked without a network."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap import open_service
from adapters.http.identity import SingleUser
from adapters.http.openapi import document
from adapters.http.serving import application
from adapters.http.workroom import Workroom
from domain.identity.principal import local_principal
from infrastructure.clock import SystemClock
from tests.adapters.http.client import Client
from tests.estate_fixture import SMALL_ESTATE, TENANT


@contextmanager
def served(url: str, tenant_id: str = TENANT) -> Iterator[Client]:
    """Serve a database to the single user of a tenant."""
    with open_service(url) as opstrail:
        workroom = Workroom(opstrail)
        app = application(opstrail, workroom, SingleUser(local_principal("ada", tenant_id)))
        with asyncio.Runner() as runner:
            yield Client(app, runner)
        workroom.close()


def fill(url: str) -> None:
    with open_service(url) as opstrail:
        opstrail.estates.writer.load(TENANT, SMALL_ESTATE, mode="replace", at=SystemClock().now())


@pytest.fixture(scope="session")
def served_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("http") / "filled.db"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def described() -> dict[str, Any]:
    """The OpenAPI document."""
    return document()


@pytest.fixture
def url(served_database: Path, tmp_path: Path) -> str:
    path = tmp_path / "opstrail.db"
    shutil.copy(served_database, path)
    return f"sqlite:///{path}"


@pytest.fixture
def http(url: str) -> Iterator[Client]:
    """Whoever asks as the single user of the tenant."""
    with served(url) as client:
        yield client


@pytest.fixture
def http_on_postgres(postgres_url: str) -> Iterator[Client]:
    fill(postgres_url)
    with served(postgres_url) as client:
        yield client


@pytest.fixture
def foreign(url: str) -> Iterator[Client]:
    """Whoever asks on the same database, as the single user of another tenant."""
    with served(url, "other") as client:
        yield client
