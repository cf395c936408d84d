"""Reading databases, the same of SQLite and PostgreSQL."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from adapters.sources import databases
from adapters.sources.databases import Rows, rows_of, try_database
from adapters.sources.source import SqlSource, Table
from adapters.sources.sql_statement import Statement
from domain.threads import in_thread
from domain.tools.contracts import ToolErrorCode, ToolFailure
from tests.postgres_server import PostgresServer

SCHEMA = (
    "CREATE TABLE hosts (id INTEGER, name TEXT, tenant TEXT, hidden TEXT)",
    "CREATE TABLE tags (host_id INTEGER, tag TEXT, tenant TEXT)",
    "CREATE TABLE secrets (v TEXT)",
    "INSERT INTO hosts VALUES (1, 'a', 'acme', 'x'), (2, 'b', 'acme', 'x'), (3, 'c', 'evil', 'x')",
    "INSERT INTO tags VALUES (1, 'red', 'acme'), (2, 'blue', 'rival')",
    "INSERT INTO secrets VALUES ('top')",
)
TABLES = {
    "hosts": Table(columns=("id", "name"), tenant_column="tenant"),
    "tags": Table(tenant_column="tenant"),
}
# Thirty tables side by side have more rows than anybody can wait for.
ENDLESS = f"SELECT COUNT(*) FROM {', '.join(f'hosts h{n}' for n in range(30))}"  # noqa: S608 - of names that stand here


def sqlite_source(folder: Path) -> SqlSource:
    path = folder / "erp.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in SCHEMA:
            connection.execute(statement)
    return SqlSource(name="erp", url=f"sqlite:///{path}", tables=TABLES)


@pytest.fixture
def postgres_source(postgres_server: PostgresServer) -> Iterator[SqlSource]:
    postgres_server.execute("CREATE DATABASE outside")
    with psycopg.connect(postgres_server.url("outside"), autocommit=True) as connection:
        for statement in SCHEMA:
            connection.execute(statement.encode())
    yield SqlSource(name="erp", url=postgres_server.url("outside"), tables=TABLES)
    postgres_server.execute("DROP DATABASE outside WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> SqlSource:
    if request.param == "sqlite":
        return sqlite_source(tmp_path)
    found: SqlSource = request.getfixturevalue("postgres_source")
    return found


def asked(source: SqlSource, sql: str, **values: str | int | None) -> Rows:
    return rows_of(source, None, sql=sql, values=values, tenant_id="acme")


def failed(source: SqlSource, sql: str) -> ToolFailure:
    with pytest.raises(ToolFailure) as failure:
        asked(source, sql)
    return failure.value


def test_a_tenant_gets_its_rows_with_the_allowed_columns(source: SqlSource) -> None:
    assert asked(source, "SELECT * FROM hosts ORDER BY id") == (
        ["id", "name"],
        [[1, "a"], [2, "b"]],
        False,
    )


def test_outer_joins_and_subqueries_see_no_other_tenant(source: SqlSource) -> None:
    joined = "SELECT h.id, t.tag FROM hosts h LEFT JOIN tags t ON t.host_id = h.id ORDER BY 1"
    assert asked(source, joined)[1] == [[1, "red"], [2, None]]
    counted = "SELECT (SELECT COUNT(*) FROM hosts), (SELECT COUNT(*) FROM tags)"
    assert asked(source, counted)[1] == [[2, 1]]
    every = "SELECT id FROM hosts WHERE 1 = 1 OR name = 'c' UNION SELECT host_id FROM tags"
    assert sorted(map(str, asked(source, every)[1])) == ["[1]", "[2]"]


def test_a_column_that_is_not_allowed_is_not_there(source: SqlSource) -> None:
    assert failed(source, "SELECT hidden FROM hosts").code is _BAD
    assert failed(source, "SELECT tenant FROM hosts").code is _BAD


def test_of_no_rows_the_columns_are_told(source: SqlSource) -> None:
    assert asked(source, "SELECT name AS n FROM hosts WHERE id = :i", i=9) == (["n"], [], False)


def test_more_rows_than_allowed_are_cut_and_told(source: SqlSource) -> None:
    one = source.model_copy(update={"max_rows": 1})
    assert asked(one, "SELECT id FROM hosts ORDER BY id") == (["id"], [[1]], True)


def test_more_characters_than_allowed_are_cut_and_told(source: SqlSource) -> None:
    small = source.model_copy(update={"max_bytes": 1000})
    long = "SELECT name || :x FROM hosts ORDER BY id"
    assert len(asked(small, long, x="x" * 900)[1]) == 1
    assert asked(small, long, x="x" * 900)[2]


def test_values_are_values_whatever_they_hold(source: SqlSource) -> None:
    text = "'; DROP TABLE hosts; -- % %s $1 :x \\"
    assert asked(source, "SELECT CAST(:v AS TEXT), '%s \\'", v=text)[1] == [[text, "%s \\"]]


def test_a_statement_that_takes_too_long_is_stopped(source: SqlSource) -> None:
    hasty = source.model_copy(update={"timeout_ms": 100})
    failure = failed(hasty, ENDLESS)
    said = "source erp: no answer within 100 ms; the statement was stopped"
    assert (failure.code, str(failure)) == (ToolErrorCode.TOOL_TIMEOUT, said)


def test_a_call_that_is_given_up_stops_its_statement(source: SqlSource) -> None:
    before, patient = threading.active_count(), source.model_copy(update={"timeout_ms": 600_000})

    async def give_up() -> None:
        await asyncio.wait_for(in_thread(asked, patient, ENDLESS), timeout=0.2)

    with pytest.raises(TimeoutError):
        asyncio.run(give_up())
    while threading.active_count() > before:  # the time limit of the test ends it
        time.sleep(0.01)


@pytest.mark.parametrize(
    "write", ["DELETE FROM {}.hosts", "CREATE TABLE {}.x (a INTEGER)", "DROP TABLE {}.tags"]
)
def test_the_database_itself_refuses_to_be_changed(source: SqlSource, write: str) -> None:
    sql = write.format("main" if source.is_sqlite else "public")
    with pytest.raises(ToolFailure, match=r"in a read-only transaction|not authorized"):
        databases._read(source, None, Statement(sql, {}))
    assert asked(source, "SELECT COUNT(*) FROM hosts")[1] == [[2]]


def test_a_database_that_is_not_there_is_told(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/nothing.db", "postgresql://127.0.0.1:1/x"):
        with pytest.raises(ToolFailure) as failure:
            try_database(SqlSource(name="erp", url=url, tables=TABLES), None)
        assert failure.value.code is ToolErrorCode.UPSTREAM_UNAVAILABLE
    assert not (tmp_path / "nothing.db").exists()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT v FROM main.secrets",
        "SELECT name FROM sqlite_master",
        "SELECT load_extension('x')",
        "SELECT value FROM json_each('[1]')",
        "SELECT name FROM pragma_table_info('hosts')",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t",
    ],
)
def test_sqlite_looks_at_each_statement_again(tmp_path: Path, sql: str) -> None:
    source = sqlite_source(tmp_path)
    with pytest.raises(ToolFailure, match=r"not authorized|prohibited|constructor failed"):
        databases._read(source, None, Statement(sql, {}))


def test_values_of_sqlite_are_plain_json(tmp_path: Path) -> None:
    source = sqlite_source(tmp_path)
    with closing(sqlite3.connect(tmp_path / "erp.db")) as connection, connection:
        connection.execute("CREATE TABLE odd AS SELECT x'00ff' AS b, 9e999 AS i, x'ff' AS c")
        connection.execute("INSERT INTO odd VALUES (CAST(x'41ff' AS TEXT), -9e999, 1.5)")
    odd = source.model_copy(update={"tables": {"odd": Table()}})
    assert asked(odd, "SELECT * FROM odd")[1] == [["00ff", "inf", "ff"], ["A\ufffd", "-inf", 1.5]]


def test_values_of_postgresql_are_plain_json(postgres_source: SqlSource) -> None:
    with psycopg.connect(postgres_source.url, autocommit=True) as connection:
        connection.execute("""CREATE TABLE odd AS SELECT 1.10 AS exact, 1e-30::numeric / 3 AS long,
            'NaN'::float8 AS nan, 9223372036854775808::numeric AS big, '\\x00ff'::bytea AS bytes,
            '2020-01-01 12:00+02'::timestamptz AS at, '2020-01-01'::date AS day,
            '1 day'::interval AS span, ARRAY[1, NULL] AS list, '{"a": [1.5]}'::jsonb AS json""")
    odd = postgres_source.model_copy(update={"tables": {"odd": Table()}})
    columns, rows, _ = asked(odd, "SELECT * FROM odd")
    assert dict(zip(columns, rows[0], strict=True)) == {  # type: ignore[arg-type]  # a row is a list
        "exact": 1.1,
        "long": "3.33333333333333333E-31",
        "nan": "nan",
        "big": "9223372036854775808",
        "bytes": "00ff",
        "at": "2020-01-01T10:00:00+00:00",
        "day": "2020-01-01",
        "span": 86400.0,
        "list": [1, None],
        "json": {"a": [1.5]},
    }


def test_names_without_quotes_are_folded_as_postgresql_does(postgres_source: SqlSource) -> None:
    with psycopg.connect(postgres_source.url, autocommit=True) as connection:
        connection.execute('CREATE TABLE "Mixed" AS SELECT 1 AS "Case"')
    mixed = postgres_source.model_copy(update={"tables": {"Mixed": Table()}})
    assert asked(mixed, 'SELECT "Case" FROM "Mixed"')[1] == [[1]]
    assert failed(mixed, 'SELECT "Case" FROM Mixed').code is ToolErrorCode.SQL_BLOCKED


def test_functions_of_the_schema_do_not_stand_in_for_postgresql_s_own(
    postgres_source: SqlSource,
) -> None:
    with psycopg.connect(postgres_source.url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION lower(integer) RETURNS text LANGUAGE sql AS"
            " 'SELECT v FROM public.secrets'"
        )
        connection.execute(
            "CREATE FUNCTION leak(hosts) RETURNS text LANGUAGE sql AS"
            " 'SELECT v FROM public.secrets'"
        )
    assert failed(postgres_source, "SELECT lower(id) FROM hosts").code is _BAD
    assert failed(postgres_source, "SELECT h.leak FROM hosts h").code is _BAD
    whole = asked(postgres_source, "SELECT h.to_jsonb FROM hosts h WHERE id = 1")[1]
    assert whole == [[{"id": 1, "name": "a"}]]  # PostgreSQL's own sees the allowed columns


def test_a_wrong_password_is_told_as_such(postgres_server: PostgresServer) -> None:
    postgres_server.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
    url = postgres_server.url("postgres", user="guarded")
    with pytest.raises(ToolFailure) as failure:
        try_database(SqlSource(name="erp", url=url, tables=TABLES), "wrong")
    postgres_server.execute("DROP ROLE guarded")
    assert failure.value.code is ToolErrorCode.AUTH_FAILED


def test_what_the_role_may_not_read_is_told(postgres_server: PostgresServer) -> None:
    source = SqlSource(
        name="erp",
        url=postgres_server.url("postgres", user="poor"),
        tables={"pg_catalog.pg_authid": Table()},
    )
    postgres_server.execute("CREATE ROLE poor LOGIN")
    failure = failed(source, "SELECT * FROM pg_catalog.pg_authid")
    postgres_server.execute("DROP ROLE poor")
    assert failure.code is ToolErrorCode.PERMISSION_DENIED


_BAD = ToolErrorCode.TOOL_BAD_REQUEST
