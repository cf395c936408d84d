"""A PostgreSQL database is brought up to date once, whole, by the same migrations as SQLite's."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from infrastructure.database.engine import create_engine
from infrastructure.database.metadata import METADATA
from infrastructure.database.migrate import HEAD, ensure_current, revision_of
from infrastructure.projections.tables import is_ours
from tests.postgres_server import PostgresServer

ROOT = Path(__file__).parents[3]
START = (
    "import sys; from infrastructure.database.engine import create_engine;"
    " from infrastructure.database.migrate import ensure_current;"
    " ensure_current(create_engine(sys.argv[1]))"
)


@pytest.fixture
def empty_url(postgres_server: PostgresServer) -> Iterator[str]:
    postgres_server.execute("CREATE DATABASE {}", "empty")
    yield postgres_server.url("empty")
    postgres_server.execute("DROP DATABASE {} WITH (FORCE)", "empty")


@pytest.fixture
def empty(empty_url: str) -> Iterator[sa.Engine]:
    engine = create_engine(empty_url)
    yield engine
    engine.dispose()


def revision(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return revision_of(connection)


def test_an_empty_database_gets_the_newest_schema(empty: sa.Engine) -> None:
    assert revision(empty) is None
    ensure_current(empty)
    ensure_current(empty)
    assert revision(empty) == HEAD


def test_the_migrations_make_the_tables_that_the_code_defines(postgres_engine: sa.Engine) -> None:
    with postgres_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours})
        assert compare_metadata(context, METADATA) == []


def test_processes_that_start_at_once_migrate_once(empty_url: str, empty: sa.Engine) -> None:
    program = [sys.executable, "-c", START, empty_url]
    started = [subprocess.Popen(program, cwd=ROOT) for _ in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]
    assert revision(empty) == HEAD


def test_a_migration_that_fails_leaves_nothing(empty: sa.Engine) -> None:
    with empty.begin() as connection:
        # The name that the second migration wants.
        connection.exec_driver_sql("CREATE TYPE cis AS ENUM ('taken')")
    with pytest.raises(sa.exc.DBAPIError, match="cis"):
        ensure_current(empty)
    assert revision(empty) is None
