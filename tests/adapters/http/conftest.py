"""The HTTP application on a database with the small estate, asked without a network."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap import Opstrail, open_service
from adapters.http.hub import Hub
from adapters.http.identity import Users
from adapters.http.openapi import document
from adapters.http.serving import application
from adapters.http.streams import event_stream
from adapters.http.workroom import Workroom
from domain.aggregate.envelope import Actor
from domain.identity.principal import Principal, local_principal
from domain.operations.keys import CREATE_KEY, NewKeyParams
from domain.operations.operation import Caller
from domain.writer import Authorship
from infrastructure.clock import SystemClock
from tests.adapters.http.client import Client
from tests.estate_fixture import SMALL_ESTATE, TENANT


@contextmanager
def served(url: str, tenant_id: str = TENANT) -> Iterator[Client]:
    """Serve a database to the single user of a tenant."""
    owner = local_principal("ada", tenant_id)
    with open_service(url) as opstrail, serving(opstrail, users(opstrail, owner)) as client:
        yield client


@contextmanager
def serving(opstrail: Opstrail, who: Users) -> Iterator[Client]:
    """Serve what is open to these users."""
    workroom = Workroom(opstrail, opstrail.identity.settings.runs_per_tenant)
    with asyncio.Runner() as runner:
        yield Client(application(opstrail, workroom, who), runner)
    workroom.close()


def users(opstrail: Opstrail, owner: Principal | None = None) -> Users:
    return Users(opstrail.identity.keys, opstrail.identity.sessions, owner)


@dataclass(frozen=True)
class Held:
    """A server that asks for keys, and makes them."""

    opstrail: Opstrail
    nobody: Client

    def key(
        self,
        *roles: str,
        tenant: str = TENANT,
        scopes: tuple[str, ...] = (),
        expires: str | None = None,
        principal: str = "bo",
    ) -> str:
        """Return the text of a new key."""
        given = {"principal": principal, "roles": roles, "scopes": scopes, "why": "a test"}
        params = NewKeyParams.model_validate({**given, "expires": expires})
        caller = Caller(Authorship(tenant, Actor("person", "ada")))
        return asyncio.run(CREATE_KEY.carried_out(self.opstrail, caller, params)).key

    def holder(self, *roles: str, tenant: str = TENANT, expires: str | None = None) -> Client:
        """Return who asks with a new key."""
        key = self.key(*roles, tenant=tenant, expires=expires)
        return self.nobody.sending(Authorization=f"Bearer {key}")


@pytest.fixture
def held(url: str) -> Iterator[Held]:
    with open_service(url) as opstrail, serving(opstrail, users(opstrail)) as client:
        yield Held(opstrail, client)


def fill(url: str) -> None:
    with open_service(url) as opstrail:
        opstrail.estates.writer.load(TENANT, SMALL_ESTATE, mode="replace", at=SystemClock().now())


@pytest.fixture(scope="session")
def served_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("http") / "filled.db"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture
def streams_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every stream end after what there is."""
    monkeypatch.setattr(Hub, "is_closed", True)
    monkeypatch.setattr(event_stream, "PING_SECONDS", 0)


@pytest.fixture(scope="session")
def described() -> dict[str, Any]:
    """The OpenAPI document."""
    return document()


def copy_of(database: Path, folder: Path) -> str:
    """Return the URL of a copy in the folder."""
    path = folder / "opstrail.db"
    shutil.copy(database, path)
    return f"sqlite:///{path}"


@pytest.fixture
def url(served_database: Path, tmp_path: Path) -> str:
    return copy_of(served_database, tmp_path)


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
