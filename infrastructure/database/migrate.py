"""Bringing the schema of a database up to date.

Alembic takes more than a second to import. A database that is current, the usual case, is
recognised without it.
"""

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from infrastructure.database.engine import begin_immediate
from infrastructure.database.errors import (
    DatabaseUnreachable,
    ForeignDatabase,
    SchemaTooNew,
    path_of,
)

REVISIONS: Final = (
    *("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010"),
    *("0011", "0013", "0014", "0015", "0016", "0017", "0018", "0020", "0022", "0024"),
    *("0025", "0026", "0027", "0028"),
)
"""The schema revisions that this version knows, oldest first."""

HEAD: Final = REVISIONS[-1]
"""The schema revision that this version works with."""

_MIGRATIONS = Path(__file__).parent.parent / "migrations"


def ensure_current(engine: sa.Engine) -> bool:
    """Create the database, or migrate it, unless it is current already; return if it was empty.

    SQLite's file and its folder are made; PostgreSQL's database must be there. Processes that
    start at once wait for each other: one migrates. A migration happens whole or not at all.
    Raises `SchemaTooNew` for a revision that this version does not know, `ForeignDatabase` for
    tables of another program, and the other errors of
    `infrastructure.database.errors`.
    """
    _create_folder(engine)
    with engine.connect() as connection:
        found = revision_of(connection)
    if found == HEAD:
        return False
    with begin_immediate(engine) as connection, connection.begin():
        upgrade(connection)  # does nothing when another process was quicker
    return found is None


def revision_of(connection: sa.Connection) -> str | None:
    """Return the schema revision of the database, or None when it is empty.

    Raises `SchemaTooNew` for a revision that this version does not know, and `ForeignDatabase`
    when there are tables, and none of ours.
    """
    path = path_of(connection.engine)
    tables = sa.inspect(connection).get_table_names()
    if tables and "alembic_version" not in tables:
        raise ForeignDatabase(path, reason=f"it has a table {tables[0]!r} and no schema revision")
    if not tables:
        return None
    query = "SELECT version_num FROM alembic_version"
    found: str | None = connection.exec_driver_sql(query).scalar_one_or_none()
    if found is not None and found not in REVISIONS:
        raise SchemaTooNew(path, found=found, known=HEAD)
    return found


def upgrade(connection: sa.Connection) -> None:
    """Run the migrations that the database lacks, within the transaction of the connection."""
    from alembic import command  # noqa: PLC0415 - see the module's docstring
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _create_folder(engine: sa.Engine) -> None:
    if engine.dialect.name != "sqlite":
        return
    folder = Path(path_of(engine)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnreachable(path_of(engine), reason=str(error)) from error
