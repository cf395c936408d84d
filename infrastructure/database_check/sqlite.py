"""The part of the check that only SQLite needs: damaged pages, its settings and its schema."""

from collections.abc import Iterator

import sqlalchemy as sa

from infrastructure.database.engine import read_file_of
from infrastructure.database.errors import DatabaseCorrupt, path_of
from infrastructure.database.migrate import upgrade

_SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")
_HEADER_BYTES, _READ_VERSION, _WAL = 100, 19, 2
_OBJECTS = sa.text("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")


def require_undamaged(connection: sa.Connection) -> None:
    """Raise `DatabaseCorrupt` when a page of the file does not fit the others."""
    found = _pragma(connection, "integrity_check(1)")
    if found != "ok":
        raise DatabaseCorrupt(path_of(connection.engine), reason=found)


def settings(connection: sa.Connection) -> dict[str, str]:
    """Return the settings that durability rests on."""
    return {
        "journal_mode": _journal_mode(connection),
        "synchronous": _SYNCHRONOUS[int(_pragma(connection, "synchronous"))],
    }


def setting_problems(connection: sa.Connection) -> Iterator[str]:
    """Yield what is wrong with the settings."""
    journal_mode = _journal_mode(connection)
    if journal_mode != "wal":
        yield f"the journal mode is {journal_mode} and not wal: is the file on a network drive?"


def objects(connection: sa.Connection) -> dict[tuple[str, str], str | None]:
    """Return the text of each table, index and trigger, by kind and name."""
    return {(row.type, row.name): row.sql for row in connection.execute(_OBJECTS)}


def migrated_objects(_connection: sa.Connection) -> dict[tuple[str, str], str | None]:
    """Return what the migrations make."""
    engine = sa.create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            upgrade(connection)
            return objects(connection)
    finally:
        engine.dispose()


def _journal_mode(connection: sa.Connection) -> str:
    file = read_file_of(connection.engine)
    if file is None or file.way != "immutable":
        return _pragma(connection, "journal_mode")
    # SQLite then uses no journal. The header says which: https://www.sqlite.org/fileformat.html
    with file.path.open("rb") as opened:
        return "wal" if opened.read(_HEADER_BYTES)[_READ_VERSION] == _WAL else "delete"


def _pragma(connection: sa.Connection, name: str) -> str:
    return str(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
