"""Opening a database: one that may be new, one that must be there, or one as it is, to read it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from infrastructure.database.database_file import ReadFile
from infrastructure.database.engine import create_engine, read_file_of
from infrastructure.database.errors import (
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnreachable,
    DatabaseUnreadable,
    SchemaTooOld,
    path_of,
)
from infrastructure.database.migrate import HEAD, ensure_current, revision_of

Tell = Callable[[str], None]


@contextmanager
def engine_of(url: str, *, is_read: bool = False) -> Iterator[sa.Engine]:
    """Give an engine for the database of this URL, whatever its schema, and close it then."""
    engine = create_engine(url, is_read=is_read)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def opened(
    url: str, *, must_exist: bool = False, tell: Tell = lambda _: None
) -> Iterator[sa.Engine]:
    """Give the database of this URL, created or brought to this version's schema.

    It is told when it, or on a server its tables, were created. Raises the errors of
    `infrastructure.database.errors`: when it `must_exist`, `DatabaseMissing` for a file that is
    not there.
    """
    with engine_of(url) as engine:
        is_file = engine.dialect.name == "sqlite"
        if must_exist and is_file:
            require_file(engine)
        if ensure_current(engine):
            made = "the new database" if is_file else "the tables of opstrail in the database"
            tell(f"made {made} {path_of(engine)}")
        yield engine


def is_new(url: str) -> bool:
    """Return whether there is no database of this URL, or nothing in it; makes none."""
    try:
        with opened_to_read(url, any_schema=True) as engine, engine.connect() as connection:
            return revision_of(connection) is None
    except DatabaseMissing:
        return True


@contextmanager
def opened_to_read(
    url: str, *, any_schema: bool = False, tell: Tell = lambda _: None
) -> Iterator[sa.Engine]:
    """Give the database of this URL, in which nothing is changed, made or migrated.

    A file that cannot be read where it is, or has an older schema, is read in a private copy that
    is brought to this version's schema, and that is told. With
    `any_schema`, it is read as it is. Raises the errors of `infrastructure.database.errors`, such
    as `DatabaseMissing`, `DatabaseUnreadable`, and `SchemaTooOld` of a server's database.
    """
    engine = create_engine(url, is_read=True)
    file = read_file_of(engine)
    try:
        if file is not None:
            require_file(engine)
            if file.way == "copy":
                file.become_copy()
                tell(f"a copy of {file.path} is read: this user cannot read it where it is")
        if not any_schema:
            _require_schema(engine, tell)
        yield engine
    finally:
        engine.dispose()
        if file is not None:
            file.close()


@contextmanager
def opened_to_move(engine: sa.Engine, url: str) -> Iterator[sa.Engine]:
    """Give what can be written of a database that is read: itself, or a private copy of its file.

    The engine then reads the copy, too. Raises `DatabaseReadOnly` when neither can be.
    """
    file = read_file_of(engine)
    if file is None or (file.may_be_written and not file.is_copy):
        with opened(url, must_exist=True) as writing:
            yield writing
        return
    try:
        _move_to_copy(engine, file)
    except DatabaseUnreadable as error:
        raise DatabaseReadOnly(path_of(engine), reason=str(error)) from error
    yield engine


@contextmanager
def opened_to_try(url: str, *, tell: Tell = lambda _: None) -> Iterator[sa.Engine]:
    """Give the database of this URL to be written, or where that may not be, a private copy.

    That is told: what is written to the copy goes with it. Raises as `opened` does.
    """
    with (
        opened_to_read(url, any_schema=True, tell=tell) as reading,
        opened_to_move(reading, url) as engine,
    ):
        if engine is reading:
            tell(f"this user may not write {path_of(engine)}: nothing is recorded")
            ensure_current(engine)
        yield engine


def require_file(engine: sa.Engine) -> None:
    """Raise `DatabaseMissing` when there is no file; SQLite would make one."""
    path = path_of(engine)
    try:
        Path(path).stat()
    except FileNotFoundError as error:
        raise DatabaseMissing(path) from error
    except OSError as error:
        raise DatabaseUnreachable(path, reason=str(error.strerror)) from error


def require_revision(engine: sa.Engine) -> str:
    """Return the schema revision. Raises like `revision_of`, and `SchemaTooOld` for none."""
    with engine.connect() as connection:
        found = revision_of(connection)
    if found is None:
        raise SchemaTooOld(path_of(engine), found=found, known=HEAD)
    return found


def _move_to_copy(engine: sa.Engine, file: ReadFile) -> None:
    if not file.is_copy:
        file.become_copy()
        engine.dispose()


def _require_schema(engine: sa.Engine, tell: Tell) -> None:
    found = require_revision(engine)
    if found == HEAD:
        return
    file = read_file_of(engine)
    if file is None:
        raise SchemaTooOld(path_of(engine), found=found, known=HEAD)
    _move_to_copy(engine, file)
    tell(
        f"the database has schema {found}: a copy with schema {HEAD} is read;"
        " `opstrail db upgrade` brings the database up to date"
    )
    ensure_current(engine)
