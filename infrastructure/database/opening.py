"""Opening a database: one that may be new, one that must be there, or one as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from infrastructure.database.engine import create_engine
from infrastructure.database.errors import DatabaseUnreachable, path_of
from infrastructure.database.migrate import ensure_current


@contextmanager
def engine_of(url: str) -> Iterator[sa.Engine]:
    """Give an engine for the database of this URL, whatever its schema, and close it then."""
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def opened(url: str, *, must_exist: bool = False) -> Iterator[sa.Engine]:
    """Give the database of this URL, created or brought to this version's schema.

    Raises the errors of `infrastructure.database.errors`: when it `must_exist`,
    `DatabaseUnreachable` for a file that is not there.
    """
    with engine_of(url) as engine:
        if must_exist and engine.dialect.name == "sqlite":
            require_file(engine)
        ensure_current(engine)
        yield engine


def require_file(engine: sa.Engine) -> None:
    """Raise `DatabaseUnreachable` when there is no file; SQLite would make one."""
    path = path_of(engine)
    try:
        Path(path).stat()
    except OSError as error:
        raise DatabaseUnreachable(path, reason=str(error.strerror)) from error
