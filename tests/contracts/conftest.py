"""The backends that keep the contract."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.ports import EventStore, Leases, RunViews
from infrastructure.event_store.leases import SqlLeases
from infrastructure.event_store.memory import MemoryEventStore
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.databases import copied, make_empty, views_on


@dataclass(frozen=True)
class Backend:
    """An event store, and the run list and the leases that it keeps."""

    store: EventStore
    views: RunViews
    leases: Leases


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_empty(tmp_path_factory.mktemp("template") / "empty.db")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def backend(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path
) -> Iterator[Backend]:
    if request.param == "memory":
        memory = MemoryEventStore()
        yield Backend(memory, memory, memory.leases)
        return
    if request.param == "postgres":
        engine = request.getfixturevalue("postgres_engine")
        yield Backend(PostgresEventStore(engine), views_on(engine), SqlLeases(engine))
        return
    with copied(empty_database, tmp_path) as engine:
        yield Backend(SqliteEventStore(engine), views_on(engine), SqlLeases(engine))


@pytest.fixture
def store(backend: Backend) -> EventStore:
    return backend.store


@pytest.fixture
def views(backend: Backend) -> RunViews:
    return backend.views


@pytest.fixture
def leases(backend: Backend) -> Leases:
    return backend.leases
