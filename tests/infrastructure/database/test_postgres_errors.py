"""Whatever is wrong with a PostgreSQL database is said in words that help."""

import signal
from collections.abc import Callable, Iterator

import psycopg
import pytest
import sqlalchemy as sa

from infrastructure.database.engine import begin_immediate, create_engine
from infrastructure.database.errors import (
    DatabaseBusy,
    DatabaseCorrupt,
    DatabaseFailed,
    DatabaseReadOnly,
    DatabaseTooSlow,
    DatabaseUnreachable,
    DiskFailed,
    DiskFull,
    ForeignDatabase,
    SchemaTooNew,
    WrongSearchPath,
    failure,
)
from infrastructure.database.migrate import ensure_current
from infrastructure.database.postgres import statement
from infrastructure.event_store.postgres import PostgresEventStore
from tests.contracts.event_samples import request
from tests.postgres_server import PostgresServer

Use = Callable[[sa.Engine], object]


def read(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM events").all()


def append(engine: sa.Engine) -> None:
    PostgresEventStore(engine).append(request())


@pytest.fixture
def role(postgres_server: PostgresServer) -> Iterator[str]:
    """Give a role that needs its password, `right`, and may read only."""
    postgres_server.execute("CREATE ROLE {} LOGIN PASSWORD 'right'", "guarded")
    yield "guarded"
    postgres_server.execute("DROP ROLE {}", "guarded")


@pytest.fixture
def opened() -> Iterator[Callable[[str], sa.Engine]]:
    engines: list[sa.Engine] = []

    def open_url(url: str) -> sa.Engine:
        engines.append(create_engine(url))
        return engines[-1]

    yield open_url
    for engine in engines:
        engine.dispose()


Open = Callable[[str], sa.Engine]


@pytest.mark.parametrize("use", [read, append, ensure_current])
def test_a_server_that_is_not_there_is_named(use: Use, opened: Open) -> None:
    with pytest.raises(DatabaseUnreachable, match="cannot be opened") as found:
        use(opened("postgresql://ada@/db?host=/nowhere"))
    assert found.value.path == "postgresql://ada@/db?host=%2Fnowhere"


@pytest.mark.parametrize("use", [read, append, ensure_current])
def test_an_unknown_database_is_named(
    use: Use, opened: Open, postgres_server: PostgresServer
) -> None:
    with pytest.raises(DatabaseUnreachable, match='database "nobody_made" does not exist'):
        use(opened(postgres_server.url("nobody_made")))


@pytest.mark.parametrize("use", [read, append, ensure_current])
def test_a_wrong_password_is_refused_and_not_shown(
    use: Use, opened: Open, postgres_server: PostgresServer, role: str
) -> None:
    url = postgres_server.url("postgres", user=role, password="wrong-secret")  # noqa: S106 - there is none such
    with pytest.raises(DatabaseUnreachable, match="password authentication failed") as found:
        use(opened(url))
    assert "wrong-secret" not in str(found.value)


@pytest.mark.parametrize("use", [append, ensure_current])
def test_a_role_that_may_not_write_says_so(
    use: Use, opened: Open, postgres_engine: sa.Engine, postgres_server: PostgresServer, role: str
) -> None:
    with postgres_engine.begin() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    url = postgres_server.url(name, user=role, password="right")  # noqa: S106 - the role's, above
    with pytest.raises(DatabaseReadOnly, match="give this user the right"):
        use(opened(url))
    with postgres_engine.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {role}")


@pytest.mark.parametrize("use", [append, ensure_current])
def test_a_server_that_takes_no_writes_says_so(use: Use, postgres_engine: sa.Engine) -> None:
    with postgres_engine.begin() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    postgres_engine.dispose()
    with pytest.raises(DatabaseReadOnly, match="read-only transaction"):
        use(postgres_engine)


def test_a_lock_that_is_held_for_too_long_is_busy(postgres_engine: sa.Engine) -> None:
    with begin_immediate(postgres_engine) as first, begin_immediate(postgres_engine) as second:
        second.connection.cursor().execute("SET lock_timeout = '10ms'")
        second.connection.commit()
        with first.begin(), pytest.raises(DatabaseBusy, match="another process is writing"):
            second.begin()


@pytest.mark.parametrize("use", [read, append])
def test_a_connection_that_is_cut_is_said_once(use: Use, postgres_engine: sa.Engine) -> None:
    use(postgres_engine)
    cut_all_others(postgres_engine)
    with pytest.raises(DatabaseUnreachable, match="terminating connection"):
        use(postgres_engine)
    read(postgres_engine)


def cut_all_others(engine: sa.Engine) -> None:
    with psycopg.connect(engine.url.set(drivername="postgresql").render_as_string()) as cutter:
        cutter.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_server_that_went_away_is_unreachable(
    postgres_server: PostgresServer, postgres_engine: sa.Engine
) -> None:
    read(postgres_engine)
    postgres_server.stop(signal.SIGQUIT)
    try:
        with pytest.raises(DatabaseUnreachable):
            append(postgres_engine)
        with pytest.raises(DatabaseUnreachable):
            read(postgres_engine)
    finally:
        postgres_server.start()


def test_the_database_of_another_program_is_left_alone(
    postgres_server: PostgresServer, opened: Open
) -> None:
    postgres_server.execute("CREATE DATABASE {}", "theirs")
    engine = opened(postgres_server.url("theirs"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE customers (id int)")
    with pytest.raises(ForeignDatabase, match="customers"):
        ensure_current(engine)
    engine.dispose()
    postgres_server.execute("DROP DATABASE {} WITH (FORCE)", "theirs")


def test_a_newer_schema_is_refused(postgres_engine: sa.Engine) -> None:
    with postgres_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew, match="postgresql://"):
        ensure_current(postgres_engine)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (psycopg.errors.DiskFull, DiskFull),
        (psycopg.errors.IoError, DiskFailed),
        (psycopg.errors.DataCorrupted, DatabaseCorrupt),
        (psycopg.errors.IndexCorrupted, DatabaseCorrupt),
        (psycopg.errors.TooManyConnections, DatabaseUnreachable),
        (psycopg.errors.DeadlockDetected, DatabaseBusy),
        (psycopg.errors.ConnectionFailure, DatabaseUnreachable),
    ],
)
def test_errors_are_told_apart_by_their_kind(
    error: type[psycopg.Error], kind: type[DatabaseFailed], postgres_engine: sa.Engine
) -> None:
    assert type(failure(error("as the server says it"), postgres_engine)) is kind


def test_the_fault_of_a_statement_stays_what_it_is(postgres_engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="syntax"), postgres_engine.connect() as any_:
        any_.exec_driver_sql("SELEKT 1")
    with pytest.raises(psycopg.errors.SyntaxError), statement(postgres_engine) as cursor:
        cursor.execute("SELEKT 1")


@pytest.mark.parametrize(
    ("options", "expected"),
    [("search_path=nosuch", WrongSearchPath), ("statement_timeout=1", DatabaseTooSlow)],
)
def test_an_option_under_which_nothing_can_be_read_is_told(
    options: str, expected: type[DatabaseFailed], opened: Open, postgres_url: str
) -> None:
    url = sa.make_url(postgres_url).update_query_dict({"options": f"-c{options}"})
    engine = opened(url.render_as_string(hide_password=False))
    with pytest.raises(expected), engine.connect() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(0.1), count(*) FROM events").all()
