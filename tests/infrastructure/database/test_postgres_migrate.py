"""A PostgreSQL database is brought up to date once, whole, by the same migrations as SQLite's."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from infrastructure.database import migrate
from infrastructure.database.engine import create_engine
from infrastructure.database.metadata import whole_metadata
from infrastructure.database.migrate import HEAD, ensure_current, revision_of
from infrastructure.database_check.check import check
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.projections.tables import is_ours
from tests.contracts.event_samples import TENANT, request
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
        assert compare_metadata(context, whole_metadata()) == []


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


APPEND = "append_batch(text,json,json,json)"
BEFORE_THE_WHOLE_FUNCTION, WHOLE_FUNCTION = "0006", "0007"


@pytest.fixture
def older(empty: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """A database as it was before a migration defined the function for appending whole."""
    with monkeypatch.context() as former:
        former.setattr(migrate, "HEAD", BEFORE_THE_WHOLE_FUNCTION)
        ensure_current(empty)
    return empty


def function(engine: sa.Engine) -> tuple[str, str]:
    """Return the definition of the function for appending, and who may call it."""
    query = (
        "SELECT pg_get_functiondef(oid), proacl::text FROM pg_proc WHERE oid = %s::regprocedure"
    )
    with engine.connect() as connection:
        definition, callers = connection.exec_driver_sql(query, (APPEND,)).one()
    return definition, callers


def test_the_function_for_appending_stays_what_migrations_made_of_it(older: sa.Engine) -> None:
    before = function(older)
    move(older, command.upgrade, WHOLE_FUNCTION)
    assert function(older) == before


def test_a_function_for_appending_that_was_changed_by_hand_is_put_right(older: sa.Engine) -> None:
    right = function(older)
    with older.begin() as connection:
        changed = right[0].replace("PERFORM pg_notify", "-- PERFORM pg_notify")
        connection.exec_driver_sql(changed.replace("SET jit TO 'off'", "SET jit TO 'on'"))
        connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION {APPEND} TO PUBLIC")
    assert function(older) != right
    move(older, command.upgrade, WHOLE_FUNCTION)
    assert function(older) == right
    ensure_current(older)
    assert not [each for each in check(older).problems if "function" in each]
    store = PostgresEventStore(older)
    store.append(request(count=2))
    assert len(store.read(TENANT, "run-1")) == 2


def test_the_way_back_from_the_whole_function_leaves_it_as_it_was(older: sa.Engine) -> None:
    before = function(older)
    ensure_current(older)
    move(older, command.downgrade, BEFORE_THE_WHOLE_FUNCTION)
    assert (revision(older), function(older)) == (BEFORE_THE_WHOLE_FUNCTION, before)
    move(older, command.downgrade, "0004")  # the edits before still find what they look for
    move(older, command.upgrade, WHOLE_FUNCTION)
    assert function(older) == before


def test_a_column_that_the_run_list_got_is_written_and_left_out_on_the_way_back(
    older: sa.Engine,
) -> None:
    before = function(older)[0]
    ensure_current(older)
    added = ("golden, flag", "r.golden, r.flag", "golden = excluded.golden, flag = excluded.flag")
    assert [part for part in added if part not in function(older)[0]] == []
    move(older, command.downgrade, WHOLE_FUNCTION)
    assert function(older)[0] == before


def move(engine: sa.Engine, way: Callable[[Config, str], None], to: str) -> None:
    config = Config(ROOT / "alembic.ini")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        way(config, to)
