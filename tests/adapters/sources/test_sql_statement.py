import re

import pytest

from adapters.sources.source import SqlSource, Table
from adapters.sources.sql_statement import Statement, checked
from domain.tools.contracts import ToolErrorCode, ToolFailure

TABLES = {
    "hosts": Table(columns=("id", "name"), tenant_column="tenant"),
    "tags": Table(tenant_column="tenant"),
    "free": Table(),
}
SQLITE = SqlSource(name="erp", url="sqlite:////erp.db", tables=TABLES, max_rows=5)
POSTGRES = SqlSource(name="erp", url="postgresql://db/erp", tables=TABLES, max_rows=5)
BOTH = (SQLITE, POSTGRES)

BLOCKED = (
    "DELETE FROM hosts",
    "WITH x AS (DELETE FROM hosts RETURNING *) SELECT * FROM x",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE hosts --",
    "VALUES (1)",
    "EXPLAIN SELECT 1",
    "PRAGMA query_only = OFF",
    "SELECT * INTO x FROM hosts",
    "SELECT * FROM secrets",
    "SELECT * FROM /* hosts */ secrets",
    "SELECT * FROM main.secrets",
    "SELECT * FROM other.hosts",
    'SELECT * FROM "secrets"',
    "SELECT (SELECT v FROM secrets)",
    "SELECT * FROM hosts ORDER BY (SELECT v FROM secrets)",
    "SELECT * FROM hosts LIMIT (SELECT COUNT(*) FROM secrets)",
    "SELECT * FROM hosts h JOIN secrets s ON TRUE",
    "SELECT * FROM hosts WHERE EXISTS (SELECT 1 FROM (SELECT * FROM secrets) x)",
    "SELECT 1 UNION SELECT v FROM secrets",
    "SELECT * FROM secrets WHERE EXISTS (WITH secrets AS (SELECT 1) SELECT 1 FROM secrets)",
    "WITH a AS (SELECT * FROM secrets), secrets AS (SELECT 1) SELECT * FROM a",
    "WITH RECURSIVE t AS (SELECT 1 n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t",
    "WITH t AS (SELECT 1 n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t",
    "SELECT * FROM hosts(1)",
    "SELECT * FROM lower('x')",
    "SELECT * FROM (VALUES (1)) x",
    "SELECT load_extension('x')",
    "SELECT hex(randomblob(9))",
    "SELECT \"load_extension\"('x')",
    "SELECT pg_catalog.lower('x')",
    "SELECT current_user",
    "SELECT ?",
    "SELECT 1 WHERE 1 IN hosts",
    "SELECT (2, 'blue', 'rival') NOT IN tags",
    "SELECT foo$bar(1)",
    "SELECT EXTRACT(year\x01x FROM id) FROM hosts",
    "SELECT * FROM hos\N{LATIN SMALL LETTER LONG S}ts",
    "SELECT * FROM h\N{ZERO WIDTH SPACE}osts",
)
ON_POSTGRES = (
    "SELECT pg_sleep(1)",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT * FROM pg_authid",
    "SELECT * FROM information_schema.tables",
    'WITH "PG_AUTHID" AS (SELECT 1) SELECT * FROM pg_authid',
    'WITH "A" AS (SELECT 1) SELECT * FROM a',
    "SELECT * FROM hosts, LATERAL (SELECT * FROM tags) x",
    "SELECT * FROM ONLY hosts",
    "SELECT * FROM ROWS FROM (pg_ls_dir('/'))",
    "SELECT * FROM generate_series(1, 9)",
    "SELECT unnest(ARRAY[1])",
    "SELECT * FROM hosts TABLESAMPLE SYSTEM (1)",
    "SELECT * FROM hosts FOR UPDATE",
    "SELECT 'secrets'::regclass",
    "SELECT set_config('search_path', 'x', FALSE)",
    "SELECT 1 OPERATOR(pg_catalog.+) 2",
    "SELECT E'\\'' || name FROM hosts",
    "SELECT (h).name FROM hosts h",
    "SELECT h.lower(1) FROM hosts h",
    "COPY hosts TO '/tmp/x'",
    "TABLE secrets",
    "DO $$ BEGIN END $$",
    "SELECT current_catalog",
    "SELECT * FROM XMLTABLE('x' PASSING 'y' COLUMNS a INT)",
)
ON_SQLITE = (
    "SELECT * FROM json_each('[1]')",
    "SELECT * FROM pragma_table_info('hosts')",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM [secrets]",
    "SELECT * FROM hosts INDEXED BY x",
    "SELECT name FROM hosts WHERE name MATCH 'x'",
    "SELECT @a",
    "ATTACH 'x' AS y",
)


def sent(source: SqlSource, sql: str, **values: str | int) -> Statement:
    return checked(source, sql, values=values, tenant_id="acme")


def refused(source: SqlSource, sql: str, **values: str | int) -> ToolFailure:
    with pytest.raises(ToolFailure) as failure:
        sent(source, sql, **values)
    return failure.value


@pytest.mark.parametrize(
    ("source", "sql"),
    [
        *((source, sql) for source in BOTH for sql in BLOCKED),
        *((POSTGRES, sql) for sql in ON_POSTGRES),
        *((SQLITE, sql) for sql in ON_SQLITE),
    ],
)
def test_what_is_no_harmless_select_is_blocked(source: SqlSource, sql: str) -> None:
    assert refused(source, sql).code is ToolErrorCode.SQL_BLOCKED


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FROM secrets", 'table "secrets" is not allowed: tables: hosts, tags, free'),
        ("SELECT pg_sleep(1)", "function pg_sleep is not allowed: if it does no harm, name it in"),
        ("SELECT x::regclass", "type REGCLASS is not allowed"),
        ("DELETE FROM hosts", "DELETE is not allowed: one SELECT is sent"),
    ],
)
def test_what_is_blocked_is_named_with_what_would_be_allowed(sql: str, said: str) -> None:
    assert said in str(refused(POSTGRES, sql))


@pytest.mark.parametrize("sql", ["SELECT FROM WHERE", "SELECT (1", "SELECT 'a"])
def test_what_is_no_sql_is_a_bad_request(sql: str) -> None:
    assert refused(SQLITE, sql).code is ToolErrorCode.TOOL_BAD_REQUEST


def test_what_is_nested_too_deeply_is_a_bad_request() -> None:
    deep = refused(SQLITE, f"SELECT {'(' * 2000}1{')' * 2000}")
    assert (deep.code, str(deep)) == (
        ToolErrorCode.TOOL_BAD_REQUEST,
        "sql: it is nested too deeply",
    )


@pytest.mark.parametrize(("sql", "values"), [("SELECT :a", {}), ("SELECT 1", {"a": 1})])
def test_each_name_has_its_value_and_each_value_its_name(sql: str, values: dict[str, int]) -> None:
    assert "params: a: " in str(refused(SQLITE, sql, **values))


def test_nobody_gives_another_tenant() -> None:
    assert "params: opstrail_tenant: " in str(refused(SQLITE, "SELECT 1", opstrail_tenant="x"))


def test_a_table_becomes_its_allowed_columns_of_the_tenant_s_rows() -> None:
    statement = sent(SQLITE, "SELECT * FROM Hosts h LEFT JOIN tags ON TRUE")
    assert statement.text == (
        'SELECT * FROM (SELECT * FROM (SELECT "hosts"."id", "hosts"."name" FROM "main"."hosts"'
        ' WHERE "hosts"."tenant" = :opstrail_tenant) AS "h" LEFT JOIN (SELECT * FROM "main"."tags"'
        ' WHERE "tags"."tenant" = :opstrail_tenant) AS "tags" ON TRUE) AS q LIMIT 6'
    )
    assert statement.values == {"opstrail_tenant": "acme"}


def test_values_are_sent_beside_the_statement_and_never_in_it() -> None:
    statement = sent(POSTGRES, "SELECT name FROM free WHERE name = :n OR id = :i", n="'", i=1)
    assert statement.text == (
        'SELECT * FROM (SELECT "name" FROM (SELECT * FROM "public"."free") AS "free"'
        ' WHERE "name" = $1 OR "id" = $2) AS q LIMIT 6'
    )
    assert [*statement.values.values()] == ["'", 1]


def test_a_comment_is_not_sent() -> None:
    assert "--" not in sent(POSTGRES, "SELECT 1 -- it's\n/* x */").text


def test_a_function_is_allowed_where_its_source_names_it() -> None:
    more = POSTGRES.model_copy(update={"functions": ("md5",)})
    assert "MD5('x')" in sent(more, "SELECT md5('x')").text
    assert refused(POSTGRES, "SELECT md5('x')").code is ToolErrorCode.SQL_BLOCKED


@pytest.mark.parametrize("source", BOTH)
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT COUNT(*), SUM(id) FILTER (WHERE id > 1), MAX(name) FROM hosts GROUP BY name"
        " HAVING COUNT(*) > 0 ORDER BY 1 DESC LIMIT 3 OFFSET 1",
        "WITH a AS (SELECT id FROM hosts), b AS (SELECT * FROM a) SELECT * FROM b UNION ALL"
        " SELECT 7 EXCEPT SELECT 8",
        "SELECT CASE WHEN id IN (1, 2) THEN 'it''s' ELSE name || '!' END FROM hosts"
        " WHERE NOT name LIKE '%a' AND id BETWEEN 1 AND 2 AND name IS NOT NULL",
        "SELECT ROW_NUMBER() OVER (PARTITION BY name ORDER BY id) FROM hosts",
        "SELECT CAST(id AS INTEGER) + 1, COALESCE(name, 'x'), LOWER(name) FROM hosts",
        "SELECT t.id FROM (SELECT id FROM hosts) t CROSS JOIN free WHERE EXISTS (SELECT 1)",
        "SELECT hosts.id FROM hosts JOIN tags USING (id)",
    ],
)
def test_ordinary_questions_are_allowed(source: SqlSource, sql: str) -> None:
    assert sent(source, sql).text.endswith("AS q LIMIT 6")


QUOTED = (
    "SELECT a ->> '{}', a -> '{}' FROM hosts",
    "SELECT date_trunc('{}', a), date_part('{}', a), to_char(a, '{}') FROM hosts",
    "SELECT EXTRACT('{}' FROM a) FROM hosts",
    "SELECT interval '1 {}', a AT TIME ZONE '{}', date '{}' FROM hosts",
    "SELECT strftime('{}', a), date(a, '{}'), julianday('{}') FROM hosts",
    "SELECT string_agg(a, '{}'), trim(BOTH '{}' FROM a), position('{}' IN a) FROM hosts",
    "SELECT a LIKE '{}' ESCAPE '{}', CAST('{}' AS DATE), '{}' AS \"{}\" FROM hosts",
    'SELECT "{}"."{}" FROM hosts "{}"',
    'WITH "{}" AS (SELECT 1) SELECT * FROM "{}"',
)


@pytest.mark.parametrize("source", BOTH)
@pytest.mark.parametrize("sql", QUOTED)
@pytest.mark.parametrize("text", ["x'') || leak() || (''", "\\''; leak()", 'x"" || leak() || ""y'])
def test_what_stands_in_quotes_stays_there(source: SqlSource, sql: str, text: str) -> None:
    try:
        statement = sent(source, sql.replace("{}", text))
    except ToolFailure:
        return  # blocked: nothing is sent
    outside = re.sub(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""", "?", statement.text)
    assert not {"leak", "'", '"', ";"} & {*re.findall(r"\w+|\W", outside)}
