"""The errors of the database itself, in words that say what to do.

DatabaseUnavailable
├── UnsupportedDatabase   the URL names a database that this version cannot use
├── DatabaseUnreachable   there is no such file or server, it may not be used, or it went away
│   └── DatabaseMissing   there is no such file, or no such database on the server
├── DatabaseReplaced      the file was deleted or replaced after it was opened
├── DatabaseUnreadable    the file cannot be read without writing beside it, nor copied
├── SchemaTooOld          the database is to be read, and has an older schema
├── DatabaseReadOnly      the database may not be written
├── DatabaseTooSlow       a time limit of the database ended what was asked
├── WrongSearchPath       the schemas that the URL has searched do not have the tables
├── DatabaseBusy          another process held a lock for too long
├── DiskFull              there is no room for what was to be written; nothing of it was
├── DiskFailed            the disk below the database failed
├── DatabaseCorrupt       the file is not a database, or the database is damaged
├── ForeignDatabase       the database is that of another program
└── SchemaTooNew          a newer opstrail has migrated the database
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from domain.values.text import shown, without_passwords


class DatabaseUnavailable(Exception):
    """The root of the errors of this module."""


class UnsupportedDatabase(DatabaseUnavailable):
    """The URL names a database that this version cannot use."""

    def __init__(self, url: str, *, why: str) -> None:
        """Keep the facts; the message has the URL without its passwords."""
        self.url, self.why = without_passwords(url), why
        super().__init__(
            f"database {shown(self.url)} is not supported: {why}; use sqlite:///path/to/file.db"
            " or postgresql://user@host/database"
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

    advice, of_file = "", ""

    def __init__(self, path: str, *, reason: str) -> None:
        self.path, self.reason = path, reason
        of_file = "" if "://" in path else self.of_file
        super().__init__(f"the database {path} {self.advice}{of_file} ({reason})")


class DatabaseUnreachable(DatabaseFailed):
    """There is no such file or server, it may not be used, or it went away."""

    advice = "cannot be opened: check that it exists and that this user may use it"
    of_file = " (its folder too)"


class DatabaseMissing(DatabaseUnreachable):
    """There is no such file, or the server has no such database."""

    def __init__(self, path: str, *, reason: str = "no such file") -> None:
        self.path, self.reason = path, reason
        begin = (
            "`opstrail estate demo`, `opstrail estate import` and `opstrail ask` make a new one"
        )
        if "://" in path:
            begin = f"`createdb` makes a new one ({reason})"
        self.args = (
            f"there is no database {path}: check its name (`--database`, OPSTRAIL_DATABASE_URL);"
            f" {begin}",
        )


class DatabaseReplaced(DatabaseUnavailable):
    """The file was deleted or replaced after it was opened."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(
            f"the database {path} was deleted or replaced while it was open: nothing more is"
            " written to it; what was acknowledged before is in the file that was there"
        )


class DatabaseUnreadable(DatabaseUnavailable):
    """The file cannot be read without writing beside it, and is too large to be copied."""

    def __init__(self, path: str, *, byte_count: int) -> None:
        self.path, self.byte_count = path, byte_count
        super().__init__(
            f"the database {path} cannot be read where it is by this user, and its"
            f" {byte_count:,} bytes are too many to read a copy of them: copy it and what is"
            f" called {path}-wal to a folder that you may write, and name that copy"
        )


class SchemaTooOld(DatabaseUnavailable):
    """The database is only to be read, and an older opstrail has made it."""

    def __init__(self, path: str, *, found: str | None, known: str) -> None:
        """Keep the facts; `found` None is a database without any table."""
        self.path, self.found, self.known = path, found, known
        has = "is empty" if found is None else f"has schema {found!r} and not {known!r}"
        super().__init__(
            f"the database {path} {has}, and reading changes nothing: `opstrail db upgrade`"
            " brings it up to date"
        )


class DatabaseReadOnly(DatabaseFailed):
    """The database may not be written, or what is asked of it not even be read."""

    advice = "cannot be written, or not all of it read: give this user the right to write it"
    of_file = " (its folder too)"


class DatabaseBusy(DatabaseFailed):
    """Another process held a lock for too long."""

    advice = "is busy: another process is writing; try again when it is done"


class DatabaseTooSlow(DatabaseFailed):
    """A time limit of the database ended what was asked."""

    advice = (
        "did not answer in time, and its time limit ended it: raise `statement_timeout` of the"
        " server, the role or the URL's options"
    )


class WrongSearchPath(DatabaseFailed):
    """The schemas that are searched do not have the tables."""

    advice = (
        "has no tables where they are looked for: check `search_path` of the role or the URL's"
        " options"
    )


class DiskFull(DatabaseFailed):
    """There is no room for what was to be written; nothing of it was."""

    advice = "has no room to grow: free some space on its disk; nothing was written"


class DiskFailed(DatabaseFailed):
    """The disk below the database failed."""

    advice = "cannot be read or written: check its disk and whether there is space left"


class DatabaseCorrupt(DatabaseFailed):
    """The file is not a database, or the database is damaged."""

    advice = "is damaged or not a database: keep the file as evidence, and restore a backup"


class ForeignDatabase(DatabaseFailed):
    """The database is that of another program."""

    advice = "belongs to another program: name another one"


_BY_SQLITE_CODE: Final[dict[int, type[DatabaseFailed]]] = {
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

_BY_SQLSTATE: Final[dict[str, type[DatabaseFailed]]] = {
    "08": DatabaseUnreachable,
    "25006": DatabaseReadOnly,
    "28": DatabaseUnreachable,
    "3D000": DatabaseMissing,
    "3F000": WrongSearchPath,
    "40001": DatabaseBusy,
    "40P01": DatabaseBusy,
    "42501": DatabaseReadOnly,
    "42P01": WrongSearchPath,
    "53100": DiskFull,
    "53300": DatabaseUnreachable,
    "55P03": DatabaseBusy,
    "57014": DatabaseTooSlow,
    "57P01": DatabaseUnreachable,
    "57P02": DatabaseUnreachable,
    "57P03": DatabaseUnreachable,
    "57P05": DatabaseUnreachable,
    "58": DiskFailed,
    "XX001": DatabaseCorrupt,
    "XX002": DatabaseCorrupt,
}
"""By code or by class: https://www.postgresql.org/docs/current/errcodes-appendix.html"""


def translate(context: sa.engine.ExceptionContext) -> DatabaseFailed | None:
    """Return the error of this module for what SQLAlchemy met, or None when there is none.

    A listener for `handle_error`: on the engine, it covers every statement of everybody.
    """
    return None if context.engine is None else failure(context.original_exception, context.engine)


def failure(error: BaseException, engine: sa.Engine) -> DatabaseFailed | None:
    """Return the error of this module for an error of the driver.

    None when the database as such is well, and the error is about one statement.
    """
    kind = _of_postgres(error) if engine.dialect.name == "postgresql" else _of_sqlite(error)
    return None if kind is None else kind(path_of(engine), reason=" ".join(str(error).split()))


@contextmanager
def translated(engine: sa.Engine, *kinds: type[Exception]) -> Iterator[None]:
    """Raise the errors of this module for those of the driver's that the block raises."""
    try:
        yield
    except kinds as error:
        known = failure(error, engine)
        if known is None:
            raise
        raise known from error


def path_of(engine: sa.Engine) -> str:
    """Return the path of the database's file, or the URL of a server's without its password."""
    if engine.dialect.name == "postgresql":
        return without_passwords(engine.url.render_as_string(hide_password=False))
    return engine.url.database or ""


def _of_sqlite(error: BaseException) -> type[DatabaseFailed] | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else _BY_SQLITE_CODE.get(code & _PRIMARY_CODE)


def _of_postgres(error: BaseException) -> type[DatabaseFailed] | None:
    state: str | None = getattr(error, "sqlstate", None)
    if state is not None:
        return _BY_SQLSTATE.get(state) or _BY_SQLSTATE.get(state[:2])
    # The server has no code for what it never heard of. By name: psycopg may not be installed.
    names = {
        kind.__name__ for kind in type(error).__mro__ if kind.__module__.startswith("psycopg")
    }
    if "OperationalError" not in names:
        return None
    # Who cannot connect has the server's text only, and no code.
    is_missing = re.search(r'FATAL: +database ".*" does not exist', str(error)) is not None
    return DatabaseMissing if is_missing else DatabaseUnreachable
