"""What can go wrong with the database as such, in words that say what to do.

DatabaseUnavailable
├── UnsupportedDatabase   the URL names a database that this version cannot use
├── DatabaseUnreachable   there is no such file or folder, or it may not be opened
├── DatabaseReadOnly      the file or its folder may not be written
├── DatabaseBusy          another process held the write lock for too long
├── DiskFull              there is no room for what was to be written; nothing of it was
├── DiskFailed            the disk below the file failed
├── DatabaseCorrupt       the file is not a database, or is a damaged one
├── ForeignDatabase       the file is the database of another program
└── SchemaTooNew          a newer opstrail has migrated the database
"""

import sqlite3
from typing import Final

import sqlalchemy as sa


class DatabaseUnavailable(Exception):
    """The root of the errors of this module."""


class UnsupportedDatabase(DatabaseUnavailable):
    """The URL names a database that this version cannot use."""

    def __init__(self, url: str, *, why: str) -> None:
        """Keep the facts; `url` comes without its password."""
        self.url, self.why = url, why
        super().__init__(
            f"database {url!r} is not supported: {why}; use sqlite:///path/to/file.db"
        )


class SchemaTooNew(DatabaseUnavailable):
    """A newer opstrail has migrated the database."""

    def __init__(self, path: str, *, found: str, known: str) -> None:
        """Keep the facts; `found` and `known` are schema revisions."""
        self.path, self.found, self.known = path, found, known
        super().__init__(
            f"the database {path} has schema {found!r}, and this opstrail knows {known!r} as the"
            " newest: use the newer opstrail that migrated it"
        )


class DatabaseFailed(DatabaseUnavailable):
    """The database could not do what was asked; `reason` is in the driver's own words."""

    advice = ""

    def __init__(self, path: str, *, reason: str) -> None:
        """Keep the facts."""
        self.path, self.reason = path, reason
        super().__init__(f"the database {path} {self.advice} ({reason})")


class DatabaseUnreachable(DatabaseFailed):
    """There is no such file or folder, or it may not be opened."""

    advice = "cannot be opened: check that it exists and that this user may use its folder"


class DatabaseReadOnly(DatabaseFailed):
    """The file or its folder may not be written."""

    advice = "cannot be written: give this user the right to write the file and its folder"


class DatabaseBusy(DatabaseFailed):
    """Another process held the write lock for too long."""

    advice = "is busy: another process is writing; try again when it is done"


class DiskFull(DatabaseFailed):
    """There is no room for what was to be written; nothing of it was."""

    advice = "has no room to grow: free some space on its disk; nothing was written"


class DiskFailed(DatabaseFailed):
    """The disk below the file failed."""

    advice = "cannot be read or written: check its disk and whether there is space left"


class DatabaseCorrupt(DatabaseFailed):
    """The file is not a database, or is a damaged one."""

    advice = "is damaged or not a database: keep the file as evidence, and restore a backup"


class ForeignDatabase(DatabaseFailed):
    """The file is the database of another program."""

    advice = "belongs to another program: name another file"


_BY_CODE: Final[dict[int, type[DatabaseFailed]]] = {
    sqlite3.SQLITE_CANTOPEN: DatabaseUnreachable,
    sqlite3.SQLITE_PERM: DatabaseUnreachable,
    sqlite3.SQLITE_READONLY: DatabaseReadOnly,
    sqlite3.SQLITE_BUSY: DatabaseBusy,
    sqlite3.SQLITE_LOCKED: DatabaseBusy,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_IOERR: DiskFailed,
    sqlite3.SQLITE_CORRUPT: DatabaseCorrupt,
    sqlite3.SQLITE_NOTADB: DatabaseCorrupt,
}
_PRIMARY_CODE = 0xFF
"""The bits of an extended result code that tell its kind: https://www.sqlite.org/rescode.html"""


def translate(context: sa.engine.ExceptionContext) -> DatabaseFailed | None:
    """Return the error of this module for what SQLAlchemy met, or None when there is none.

    A listener for `handle_error`: on the engine, it covers every statement of everybody.
    """
    return None if context.engine is None else failure(context.original_exception, context.engine)


def failure(error: BaseException, engine: sa.Engine) -> DatabaseFailed | None:
    """Return the error of this module for an error of the driver.

    None when the database as such is well, and the error is about one statement.
    """
    code = getattr(error, "sqlite_errorcode", None)
    kind = None if code is None else _BY_CODE.get(code & _PRIMARY_CODE)
    return None if kind is None else kind(path_of(engine), reason=str(error))


def path_of(engine: sa.Engine) -> str:
    """Return the path of the database's file, as its URL names it."""
    return engine.url.database or ""
