"""The part of the check that only PostgreSQL needs: its settings and its schema."""

from collections.abc import Iterator

import sqlalchemy as sa

from infrastructure.database.migrate import upgrade

_SETTINGS = ("server_version", "fsync", "full_page_writes", "synchronous_commit")
# Without the name of the schema: the same text in every schema.
_OBJECTS = sa.text(
    r"""
    SELECT CASE relkind WHEN 'i' THEN 'index' ELSE 'table' END AS kind, relname AS name,
           NULL AS text
    FROM pg_class WHERE relnamespace = :schema AND relkind IN ('r', 'p', 'i')
    UNION ALL
    SELECT 'view', relname, pg_get_viewdef(oid)
    FROM pg_class WHERE relnamespace = :schema AND relkind = 'v'
    UNION ALL
    SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = :schema
    UNION ALL
    SELECT 'trigger', tgname,
           regexp_replace(pg_get_triggerdef(t.oid), '( ON| FUNCTION) [^ ]+[.]', '\1 ', 'g')
           || CASE tgenabled WHEN 'A' THEN ' ALWAYS' WHEN 'D' THEN ' DISABLED' ELSE '' END
    FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = tgrelid
    WHERE relnamespace = :schema AND NOT tgisinternal
    """
)


def settings(connection: sa.Connection) -> dict[str, str]:
    """Return the settings that durability rests on, and the version of the server."""
    return {name: _shown(connection, name) for name in _SETTINGS}


def setting_problems(connection: sa.Connection) -> Iterator[str]:
    """Yield what is wrong with the settings."""
    for name in ("fsync", "full_page_writes"):
        if _shown(connection, name) != "on":
            yield f"the server's {name} is off: a loss of power can damage the database"
    encoding = _shown(connection, "server_encoding")
    if encoding != "UTF8":
        yield f"the encoding of the database is {encoding} and not UTF8"
    elif connection.exec_driver_sql("SELECT lower('Ä')").scalar_one() != "ä":
        yield (
            "the locale of the database knows no letters beyond ASCII, and a search there minds"
            " their case: create the database with another locale, such as C.UTF-8"
        )


def objects(connection: sa.Connection) -> dict[tuple[str, str], str | None]:
    """Return the text of functions and triggers, and no text of tables and indexes, by name."""
    schema = "SELECT current_schema()::regnamespace::oid"
    rows = connection.execute(
        _OBJECTS, {"schema": connection.exec_driver_sql(schema).scalar_one()}
    )
    return {(row.kind, row.name): row.text for row in rows}


def migrated_objects(connection: sa.Connection) -> dict[tuple[str, str], str | None]:
    """Return what the migrations make: among the temporary tables of a transaction, undone."""
    with connection.engine.connect() as apart, apart.begin() as transaction:
        apart.exec_driver_sql("SET TRANSACTION READ WRITE")  # also where the rest only reads
        apart.exec_driver_sql("SET LOCAL search_path = pg_temp")
        upgrade(apart)
        made = objects(apart)
        transaction.rollback()
        return made


def _shown(connection: sa.Connection, name: str) -> str:
    return str(connection.exec_driver_sql(f"SHOW {name}").scalar_one())
