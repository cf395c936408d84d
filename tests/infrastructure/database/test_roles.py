"""Each role of a PostgreSQL database does its work, and nothing else; tenants are apart."""

from collections.abc import Iterator
from secrets import token_bytes

import pytest
import sqlalchemy as sa

from domain.ports import IdempotencyKey
from domain.services.database import RolesAreOfServers
from domain.tenancy import of_all_tenants, showing
from domain.views.database import Layer, LayerVerdict
from domain.views.log import LOG_START
from infrastructure.database.engine import connect_once, create_engine
from infrastructure.database.errors import DatabaseReadOnly
from infrastructure.database_roles import make_roles, roles_of
from infrastructure.doctor.examination import examine
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.identity.server_secret import server_secret
from infrastructure.ids import UuidIds
from infrastructure.log.verification import verify_log
from infrastructure.projections.projections import Projections
from tests.contracts.event_samples import request
from tests.fakes import FrozenClock
from tests.infrastructure.event_store.test_postgres_append_only import FORBIDDEN
from tests.infrastructure.projections.logs import Log, asked
from tests.infrastructure.roles import NAMES, Roles, roles_on
from tests.postgres_server import PostgresServer

OWN, OTHER = "acme", "umbrella"
KEPT_APART = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    " AND relrowsecurity AND relforcerowsecurity"
)
OF_NO_TENANT = "alembic_version, log_batches, logs, projections, server_secrets"
RIGHTS = (
    "SELECT relname, relowner, relacl::text, relforcerowsecurity FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S') ORDER BY relname"
)
POINTS = (
    "SET LOCAL session_replication_role = replica",  # without the item that they are of
    "INSERT INTO metrics (tenant_id, metric_name, unit, kind, description)"
    " SELECT t, 'cpu', '', 'gauge', '' FROM {tenants}",
    "INSERT INTO metric_series (tenant_id, ci_id, metric_name)"
    " SELECT t, 'ci', 'cpu' FROM {tenants}",
    "INSERT INTO metric_points (series_id, measured_at, value, quality)"
    " SELECT series_id, 1, 1.0, 0 FROM metric_series",
)


@pytest.fixture
def roles(postgres_server: PostgresServer, postgres_engine: sa.Engine) -> Iterator[Roles]:
    """Give the roles of a database in which two tenants have a run each."""
    store = PostgresEventStore(postgres_engine)
    for tenant in (OWN, OTHER):
        key = IdempotencyKey("key", b"digest")
        store.append(request(f"run-{tenant}", tenant=tenant, count=2, key=key))
    with roles_on(postgres_server, postgres_engine) as found:
        yield found


def all_of(engine: sa.Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def as_psql(engine: sa.Engine, query: str, tenant: str | None = None) -> list[tuple[object, ...]]:
    """Return what a client sees that is not opstrail, and names a tenant or none."""
    with engine.connect() as connection:
        connection.exec_driver_sql("RESET opstrail.all_tenants")
        if tenant is not None:
            connection.exec_driver_sql(f"SET LOCAL opstrail.tenant = '{tenant}'")
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_the_writer_appends_and_changes_nothing_of_the_record(roles: Roles) -> None:
    with roles.member("writer") as engine:
        store = PostgresEventStore(engine)
        store.append(request("run-new", tenant=OWN))
        assert len(store.read_log()) == 5
        for statement in FORBIDDEN:
            with (
                pytest.raises((DatabaseReadOnly, sa.exc.IntegrityError)),
                engine.begin() as connection,
            ):
                connection.exec_driver_sql(statement)


def test_the_doctor_sees_the_rights_of_the_writer_hold(roles: Roles) -> None:
    with roles.member("writer") as engine:
        attempts = examine(engine).attempts
    verdicts = {each.verdict for each in attempts if each.layer is Layer.RIGHTS}
    assert verdicts == {LayerVerdict.HELD}


@pytest.mark.parametrize("role", ["reader", "projector"])
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM cis", "UPDATE payloads SET stored_at = now()", "DELETE FROM sessions"],
)
def test_who_only_reads_writes_nothing(roles: Roles, role: str, statement: str) -> None:
    with (
        roles.member(role) as engine,
        pytest.raises(DatabaseReadOnly),
        engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement)


def test_a_reader_does_not_see_what_servers_sign_with(roles: Roles) -> None:
    with roles.member("writer") as engine:
        secret = server_secret(engine, "cursors", token_bytes)
        assert server_secret(engine, "cursors", token_bytes) == secret
    with roles.member("reader") as engine, pytest.raises(DatabaseReadOnly, match="server_secrets"):
        server_secret(engine, "cursors", token_bytes)


def test_the_reader_reads_the_record_and_appends_nothing(roles: Roles) -> None:
    with roles.member("reader") as engine:
        store = PostgresEventStore(engine)
        assert len(store.read_log()) == 4
        with pytest.raises(DatabaseReadOnly):
            store.append(request("run-new"))


def test_the_projector_brings_a_projection_up_to_date_whichever_tenant_asks(roles: Roles) -> None:
    log = Log(PostgresEventStore(roles.engine))
    for tenant in (OWN, OTHER):
        log.add(asked(), tenant=tenant)
    with roles.member("projector") as engine, showing(OWN):
        projections = Projections(engine, clock=FrozenClock(), ids=UuidIds())
        assert projections.catch_up("run_search") == 0
        with pytest.raises(DatabaseReadOnly):
            PostgresEventStore(engine).append(request("run-new"))
    assert all_of(roles.engine, "SELECT DISTINCT tenant_id FROM run_search ORDER BY 1") == [
        (OWN,),
        (OTHER,),
    ]


def test_the_owner_owns_every_table_and_makes_more(roles: Roles) -> None:
    with roles.member("owner") as engine, engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE events ADD COLUMN more text")
        connection.exec_driver_sql("CREATE TABLE another (id text)")
    made = "SELECT column_name FROM information_schema.columns WHERE table_name = 'another'"
    assert all_of(roles.engine, made) == [("id",)]


def test_to_make_roles_again_changes_nothing_but_takes_what_was_given_by_hand(
    roles: Roles,
) -> None:
    before = all_of(roles.engine, RIGHTS)
    with roles.engine.begin() as connection:
        connection.exec_driver_sql(f"GRANT UPDATE ON events TO {roles.prefix}writer")
        connection.exec_driver_sql("ALTER TABLE events NO FORCE ROW LEVEL SECURITY")
    assert all_of(roles.engine, RIGHTS) != before
    roles.make()
    assert all_of(roles.engine, RIGHTS) == before


def test_to_say_how_roles_are_made_makes_none(postgres_engine: sa.Engine) -> None:
    found = roles_of(postgres_engine, "nobody_")
    assert found.is_dry_run
    assert "CREATE ROLE nobody_writer NOLOGIN" in "".join(found.statements)
    made = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'nobody%%'"
    assert all_of(postgres_engine, made) == [(0,)]


def test_a_file_has_no_roles() -> None:
    with pytest.raises(RolesAreOfServers):
        make_roles(create_engine("sqlite:///none.db"), "opstrail_")


def test_each_table_of_tenants_is_kept_apart_once_there_are_roles(roles: Roles) -> None:
    others = (
        "SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace AND relname NOT IN"
    )
    assert all_of(roles.engine, f"{others} ({KEPT_APART})") == [(OF_NO_TENANT,)]


def test_no_table_is_kept_apart_where_there_are_no_roles(postgres_engine: sa.Engine) -> None:
    assert all_of(postgres_engine, KEPT_APART) == []


@pytest.mark.parametrize("role", NAMES)
@pytest.mark.parametrize(
    "table", ["events", "streams", "idempotency_keys", "run_summaries", "v_runs", "v_events"]
)
def test_raw_sql_sees_the_rows_of_the_tenant_that_it_names(
    roles: Roles, role: str, table: str
) -> None:
    query = f"SELECT DISTINCT tenant_id FROM {table}"  # noqa: S608 - our own names
    with roles.member(role) as engine:
        assert as_psql(engine, query, OWN) == [(OWN,)]
        assert as_psql(engine, query) == []


def test_points_are_shown_to_the_tenant_of_their_series(roles: Roles) -> None:
    with roles.engine.begin() as connection:
        for statement in POINTS:
            tenants = f"unnest(ARRAY['{OWN}', '{OTHER}']) AS t"
            connection.exec_driver_sql(statement.format(tenants=tenants))
    with roles.member("reader") as engine:
        count = "SELECT count(*) FROM metric_points"
        assert [as_psql(engine, count, each) for each in (OWN, None)] == [[(1,)], [(0,)]]


def test_words_are_shown_to_the_tenant_of_their_run(roles: Roles) -> None:
    Log(PostgresEventStore(roles.engine)).add(asked(), tenant=OTHER)
    Projections(roles.engine, clock=FrozenClock(), ids=UuidIds()).catch_up("run_search")
    with roles.member("reader") as engine:
        count = "SELECT count(*) FROM run_search_words"
        assert [as_psql(engine, count, each) for each in (OWN, OTHER)] == [[(0,)], [(1,)]]


def test_nothing_is_written_for_another_tenant(roles: Roles) -> None:
    use = f"INSERT INTO key_uses (tenant_id, key_id, used_at) VALUES ('{OTHER}', 'k', '')"  # noqa: S608
    with (
        roles.member("writer") as engine,
        showing(OWN),
        pytest.raises(DatabaseReadOnly, match="row-level security"),
        engine.begin() as connection,
    ):
        connection.exec_driver_sql(use)


def test_a_query_that_forgets_the_tenant_sees_that_of_who_asks(roles: Roles) -> None:
    query = "SELECT tenant_id FROM run_summaries"
    with roles.member("writer") as engine:
        with showing(OWN):
            assert all_of(engine, query) == [(OWN,)]
            assert len(of_all_tenants(all_of)(engine, query)) == 2
        with showing(OTHER):
            assert all_of(engine, query) == [(OTHER,)]
        assert len(all_of(engine, query)) == 2


def test_one_statement_that_forgets_the_tenant_sees_that_of_who_asks(roles: Roles) -> None:
    query = sa.text("SELECT tenant_id FROM run_summaries")
    with roles.member("writer") as engine:
        with showing(OWN), connect_once(engine) as connection:
            assert connection.execute(query).all() == [(OWN,)]
        with connect_once(engine) as connection:
            assert len(connection.execute(query).all()) == 2
            driver = connection.connection.dbapi_connection
            assert driver is not None
            assert driver.autocommit


def test_the_log_of_all_tenants_is_sound_to_the_writer(roles: Roles) -> None:
    with roles.member("writer") as engine:
        report = verify_log(engine, LOG_START, on_progress=lambda _: None)
    assert (report.is_sound, report.verified_to.position) == (True, 4)
