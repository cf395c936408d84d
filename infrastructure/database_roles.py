"""The roles of a PostgreSQL database, each with as few rights as its work needs.

What a role is given is written whole each time, in one transaction: what it had beside that goes.
"""

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from domain.services.database import RolesAreOfServers
from domain.views.database import DatabaseRole, DatabaseRoles
from infrastructure.database.errors import path_of

_APPEND: Final = "FUNCTION {schema}.append_batch(text, json, json, json)"
_PROJECTIONS: Final = tuple(
    f"{{schema}}.{name}"
    for name in (
        *("projections", "parked_streams", "tool_statistics"),
        *("run_search", "run_search_words", "run_calls", "run_items"),
    )
)
_LOG: Final = tuple(
    f"{{schema}}.{name}"
    for name in (
        *("logs", "log_batches", "events", "streams"),
        *("idempotency_keys", "run_summaries", "alembic_version"),
    )
)
_MAY: Final = {
    "owner": "owns the tables: upgrades them, imports a log, repairs the run list",
    "writer": "runs servers and the command line; appends to the log, changes nothing in it",
    "reader": "reads",
    "projector": "reads, and brings projections up to date",
}
_MAKE: Final = """\
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN;
    END IF;
END $$"""
# Who makes a role may give it, but does not have its rights from the start. A superuser has.
_JOIN: Final = """\
DO $$ BEGIN
    IF NOT pg_has_role('{owner}', 'USAGE') THEN
        GRANT {owner} TO CURRENT_USER;
    END IF;
END $$"""
# To give a table to its owner again would wait for all who use it.
_TO_BE_OWNED: Final = sa.text("""
SELECT kind || ' ' || name FROM (
    SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END AS kind,
        relowner AS owner, quote_ident(relname) AS name
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v', 'c')
    UNION ALL
    SELECT 'FUNCTION', proowner,
        quote_ident(proname) || '(' || pg_get_function_identity_arguments(oid) || ')'
    FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
) AS each WHERE pg_get_userbyid(owner) <> :owner ORDER BY kind, name
""")
# What everybody sees of a table. A subquery is looked up once a statement, not once a row.
_POLICIES: Final = (
    "ALTER TABLE {schema}.{table} ENABLE ROW LEVEL SECURITY",
    # Also for the owner, as which functions and views run.
    "ALTER TABLE {schema}.{table} FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS opstrail_tenant ON {schema}.{table}",
    "CREATE POLICY opstrail_tenant ON {schema}.{table} USING ({shown})",
)
_SHOWN: Final = (
    "tenant_id = (SELECT current_setting('opstrail.tenant', true))"
    " OR (SELECT current_setting('opstrail.all_tenants', true)) = 'on'"
)
_SHOWN_WITH: Final = (
    "(SELECT current_setting('opstrail.all_tenants', true)) = 'on'"
    " OR EXISTS (SELECT FROM {schema}.{whole} AS whole WHERE whole.{key} = {table}.{key})"
)
_PARTS: Final = {
    "metric_points": {"whole": "metric_series", "key": "series_id"},
    "run_search_words": {"whole": "run_search", "key": "id"},
}
"""The tables that have no tenant of their own, but that of what their rows are part of."""

# To write a policy again would wait for all who use the table, too.
_TO_BE_KEPT_APART: Final = sa.text("""
SELECT quote_ident(relname) FROM pg_class AS c
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
    AND (relname = ANY(:parts) OR EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'tenant_id'
    ))
    AND NOT (relrowsecurity AND relforcerowsecurity AND EXISTS (
        SELECT FROM pg_policy WHERE polrelid = c.oid AND polname = 'opstrail_tenant'
    ))
ORDER BY relname
""")
_RIGHTS: Final = (
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {owner}, {served}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {served}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {served}",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM {served}",
    "GRANT USAGE ON SCHEMA {schema} TO {served}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {served}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {writer}, {projector}",
    f"GRANT INSERT, UPDATE, DELETE ON {', '.join(_PROJECTIONS)} TO {{projector}}",
    "GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {writer}",
    f"REVOKE INSERT, UPDATE, DELETE ON {', '.join(_LOG)} FROM {{writer}}",
    "REVOKE ALL ON {schema}.server_secrets FROM {reader}, {projector}",
    "REVOKE UPDATE ON {schema}.payloads FROM {writer}",
    "GRANT UPDATE (stored_at) ON {schema}.payloads TO {writer}",
    f"REVOKE ALL ON {_APPEND} FROM PUBLIC",
    f"GRANT EXECUTE ON {_APPEND} TO {{writer}}",
)


def roles_of(engine: sa.Engine, prefix: str) -> DatabaseRoles:
    """Return the roles with this prefix, and the statements that make them what they are to be.

    Raises `RolesAreOfServers` for a file.
    """
    if engine.dialect.name != "postgresql":
        raise RolesAreOfServers(path_of(engine))
    with engine.connect() as connection:
        statements = tuple(_statements(connection, prefix))
    roles = tuple(DatabaseRole(prefix + name, may) for name, may in _MAY.items())
    return DatabaseRoles(roles=roles, statements=statements, is_dry_run=True)


def make_roles(engine: sa.Engine, prefix: str) -> DatabaseRoles:
    """Make the roles with this prefix what they are to be, all or nothing, and return them.

    Raises `RolesAreOfServers` for a file.
    """
    found = roles_of(engine, prefix)
    with engine.connect() as connection, connection.begin():
        for statement in found.statements:
            connection.exec_driver_sql(statement)
    return DatabaseRoles(roles=found.roles, statements=found.statements, is_dry_run=False)


def _statements(connection: sa.Connection, prefix: str) -> Iterator[str]:
    names = {name: prefix + name for name in _MAY}
    query = "SELECT quote_ident(current_schema()), quote_ident(current_database())"
    schema, database = connection.exec_driver_sql(query).one()
    for role in names.values():
        yield _MAKE.format(role=role)
    yield _JOIN.format(**names)
    yield f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {names['owner']}"
    for what in connection.execute(_TO_BE_OWNED, {"owner": names["owner"]}).scalars():
        kind, _, name = what.partition(" ")
        yield f"ALTER {kind} {schema}.{name} OWNER TO {names['owner']}"
    yield from _policies(connection, schema)
    served = ", ".join(names[name] for name in ("writer", "reader", "projector"))
    for right in _RIGHTS:
        yield right.format(**names, schema=schema, database=database, served=served)


def _policies(connection: sa.Connection, schema: str) -> Iterator[str]:
    for table in connection.execute(_TO_BE_KEPT_APART, {"parts": [*_PARTS]}).scalars():
        names = {"schema": schema, "table": table, **_PARTS.get(table, {})}
        shown = (_SHOWN_WITH if table in _PARTS else _SHOWN).format(**names)
        for policy in _POLICIES:
            yield policy.format(**names, shown=shown)
