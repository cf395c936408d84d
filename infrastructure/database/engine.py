"""Opening the database: that of a URL, or the one in the user's data folder."""

import sqlite3
from functools import partial
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from infrastructure.database import authorizer, interruption, postgres
from infrastructure.database.address import supported_url
from infrastructure.database.database_file import DatabaseFile, ReadFile
from infrastructure.database.errors import translate

_DEFAULT_FILE = "opstrail.db"
_BUSY_TIMEOUT_MS = 10_000
_CONNECTIONS: Final = 15
"""All of them are kept, as on PostgreSQL: to prepare one takes longer than most reads."""
_FILE: Final = "opstrail_file"
_COMMON = (
    f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}",
    # FULL syncs the log at every commit: what was acknowledged survives a loss of power, as
    # an audit log must.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # Without it the triggers that keep events append-only do not see the deletes of INSERT
    # OR REPLACE.
    "PRAGMA recursive_triggers=ON",
)
_TO_READ = (*_COMMON, "PRAGMA query_only=ON")
_PRAGMAS = (
    *_COMMON,
    "PRAGMA journal_mode=WAL",
    # Copying from the write-ahead log to the database syncs both: every 16 MB, not every 4.
    "PRAGMA wal_autocheckpoint=4000",
)

# They stay what they are. Without an adapter of its own, Python's driver searches one for each
# such value and raises and drops an exception on the way: a tenth of what an append costs.
sqlite3.register_adapter(bytes, bytes)
_NOTHING: Final[dict[None, None]] = {}
sqlite3.register_adapter(type(None), _NOTHING.get)  # None of None, without a frame of Python


def default_database_url() -> str:
    """Return the URL of the database that is used when nobody names one."""
    import platformdirs  # noqa: PLC0415 - most name a database

    folder = Path(platformdirs.user_data_dir("opstrail", appauthor=False))
    return f"sqlite:///{folder / _DEFAULT_FILE}"


def create_engine(url: str, *, is_read: bool = False) -> sa.Engine:
    """Return an engine for the URL; nothing is opened yet.

    One that `is_read` changes nothing in the database, and leaves nothing beside its file; see
    `read_file_of`.

    SQLite connections run in autocommit mode with `BEGIN` issued by SQLAlchemy, write-ahead
    logging and full syncs. For PostgreSQL see `infrastructure.database.postgres`. On both, a
    transaction reads from one snapshot. A caller that writes begins with `begin_immediate`, so
    that the write lock is taken first and waits its turn.

    Raises `UnsupportedDatabase`; whatever uses the engine raises the errors of
    `infrastructure.database.errors`.
    """
    supported = supported_url(url)
    is_postgres = supported.get_backend_name() == "postgresql"
    create = postgres.create_engine if is_postgres else _create_sqlite
    engine = create(supported, is_read=is_read)
    sa.event.listen(engine, "handle_error", translate)
    interruption.install(engine)
    return engine


def begin_immediate(engine: sa.Engine) -> "sa.Connection":
    """Return a connection whose next transaction takes the write lock at once.

    On SQLite that is the lock of the file. On PostgreSQL it is one that estates and migrations
    take; appends do not wait for it. Use it as a context manager.
    """
    if engine.dialect.name == "postgresql":
        return postgres.connect_to_write(engine)
    return engine.connect().execution_options(opstrail_begin="BEGIN IMMEDIATE")


def connect_once(engine: sa.Engine) -> "sa.Connection":
    """Return a connection for one statement, which is a transaction by itself: nothing begins it.

    Around a small read, beginning and ending cost more than the read. Use it as a context manager.
    """
    if engine.dialect.name == "postgresql":
        return postgres.connect_once(engine)
    return engine.connect().execution_options(opstrail_begin="")


def file_of(engine: sa.Engine) -> DatabaseFile | None:
    """Return the file of a SQLite database, which knows whether it is still the one opened."""
    file: DatabaseFile | None = engine.get_execution_options().get(_FILE)
    return file


def read_file_of(engine: sa.Engine) -> ReadFile | None:
    """Return the file of a SQLite database that is read; it may become a private copy."""
    file = file_of(engine)
    return file if isinstance(file, ReadFile) else None


def _create_sqlite(url: sa.URL, *, is_read: bool) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=_CONNECTIONS, max_overflow=0)
    path = str(url.database)
    file = ReadFile(path) if is_read else DatabaseFile(path)
    engine.update_execution_options(**{_FILE: file})
    sa.event.listen(engine, "do_connect", partial(_before_connecting, file))
    sa.event.listen(engine, "connect", partial(_prepare_sqlite, file))
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _before_connecting(
    file: DatabaseFile,
    _dialect: object,
    _record: object,
    arguments: list[str],
    options: dict[str, object],
) -> None:
    if isinstance(file, ReadFile):
        arguments[0], options["uri"] = file.uri, True
        return
    file.require_same()  # SQLite would make a new file
    file.note()


def _prepare_sqlite(file: DatabaseFile, connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    # SQLite's own lower() knows only ASCII, and PostgreSQL's knows every letter.
    connection.create_function("lower", 1, _lower, deterministic=True)
    cursor = connection.cursor()
    for pragma in _TO_READ if isinstance(file, ReadFile) and not file.is_copy else _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
    if not isinstance(file, ReadFile):
        file.note()
    authorizer.install(connection)


def _lower(value: object) -> str | None:
    return None if value is None else str(value).lower()


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    begin = options.get("opstrail_begin", "BEGIN")
    if begin == "BEGIN IMMEDIATE":
        options[_FILE].require_same()
    if begin:
        connection.exec_driver_sql(begin)
